"""Who may see, change and ask endpoints."""

from __future__ import annotations

from starlette.requests import Request

from ..endpoints.addresses import RUNNING
from ..endpoints.records import Record
from ..store.accounts import Identity
from .answers import endpoint
from .auth import hub_of, identity_of, require_identity
from .errors import HubError

WRITE = "inference.endpoints.write"
INFER = "inference.endpoints.infer.write"


def readable_namespace(request: Request) -> str:
    """The namespace of the address, of which the caller must be a member."""
    return _namespace(request, request.path_params["namespace"], WRITE, INFER)


def writable_namespace(request: Request, namespace: str | None = None) -> str:
    """A namespace, that of the address by default, in which the caller may make and change endpoints."""
    identity = require_identity(request)
    name = _namespace(request, namespace or request.path_params["namespace"], WRITE)
    if identity.role_in(name) not in {"admin", "write", "contributor"} or identity.token.role == "read":
        raise HubError(403, f"Forbidden: the token may not change endpoints of {name}")
    return name


def readable_endpoint(request: Request) -> Record:
    return _find(request, readable_namespace(request))


def writable_endpoint(request: Request) -> Record:
    return _find(request, writable_namespace(request))


def answering_endpoint(request: Request) -> Record:
    """The endpoint at whose own address the request came; the caller must be one that its type lets in."""
    record = hub_of(request).endpoints.records.by_uid(request.path_params["uid"])
    if record is None:
        raise HubError(404, "Not Found")
    if record.spec["type"] != "public":
        identity = identity_of(request)
        if identity is None:
            raise HubError(401, "This endpoint wants a token")
        if identity.role_in(record.namespace) is None or not _allows(identity, record.namespace, WRITE, INFER):
            raise HubError(403, "This endpoint is not for the owner of this token")
    return record


def address_of(request: Request, record: Record) -> str:
    """Where a running endpoint answers."""
    return f"{endpoint(request)}{RUNNING}/{record.uid}"


def _namespace(request: Request, name: str, *permissions: str) -> str:
    identity = require_identity(request)
    for account in (identity.user, *(member.org for member in identity.memberships)):
        if account.name.lower() == name.lower() and _allows(identity, account.name, *permissions):
            return account.name
    raise HubError(403, f"Forbidden: the token has no access to the endpoints of {name}")


def _allows(identity: Identity, namespace: str, *permissions: str) -> bool:
    token = identity.token
    if token.role != "fineGrained":
        return True
    return any(scope.entity == namespace and set(permissions) & set(scope.permissions) for scope in token.scopes)


def _find(request: Request, namespace: str) -> Record:
    name = request.path_params["name"]
    record = hub_of(request).endpoints.records.find(namespace, name)
    if record is None:
        raise HubError(404, f"Endpoint {name!r} not found in namespace {namespace!r}")
    return record
