"""Gated repos: asking for access, and granting it (the real Hub's "user access requests")."""

from __future__ import annotations

from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.repos import AccessStatus
from ..answers import json_answer
from ..auth import administrable_repo, hub_of, readable_repo, require_identity, writable_repo
from ..errors import HubError
from ..parameters import field
from ..routing import json_object


def check(request: Request) -> Response:
    """Whether the caller may have the content."""
    readable_repo(request, request.path_params["kind"], request.path_params["repo"], content=True)
    return json_answer({})


def check_write(request: Request) -> Response:
    writable_repo(request, request.path_params["kind"], request.path_params["repo"])
    return json_answer({})


def ask(request: Request) -> Response:
    """What the form on a gated repo's page sends. Automatic gating answers at once."""
    repo = readable_repo(request, request.path_params.get("kind", "model"), request.path_params["repo"]).repo
    user = require_identity(request).user
    if repo.gated is None:
        raise HubError(400, "This repo is not gated")
    if repo.access_of(user) is None:
        repo.set_access(user, "accepted" if repo.gated == "auto" else "pending")
    return json_answer({"status": repo.access_of(user)})


def requests_by_status(request: Request) -> Response:
    repo = administrable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    status = _status(request.path_params["status"])
    described = [
        {
            "user": {"_id": account.uid, "user": account.name, "fullname": account.fullname, "email": account.email},
            "status": status,
            "timestamp": moment,
        }
        for account, moment in repo.access_requests(status)
    ]
    return json_answer(described)


def handle(request: Request, payload: dict[str, Any]) -> Response:
    """Move somebody's request to another status."""
    repo = administrable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    user = hub_of(request).accounts.find(field(payload, "user", str))
    if repo.access_of(user) is None:
        raise HubError(404, f"No access request by {user.name}")
    repo.set_access(user, _status(field(payload, "status", str)))
    return json_answer({})


def grant(request: Request, payload: dict[str, Any]) -> Response:
    """Give access to somebody who did not ask."""
    repo = administrable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    user = hub_of(request).accounts.find(field(payload, "user", str))
    if repo.access_of(user) == "accepted":
        raise HubError(400, f"{user.name} has access already")
    repo.set_access(user, "accepted")
    return json_answer({})


def _status(text: str) -> AccessStatus:
    status: AccessStatus
    for status in get_args(AccessStatus):
        if status == text:
            return status
    raise HubError(400, f"Invalid status: {text!r}")


_REQUESTS = "/api/{kind:kinds}/{repo:repo}/user-access-request"
routes = [
    Route("/api/{kind:kinds}/{repo:repo}/auth-check", check),
    Route("/api/{kind:kinds}/{repo:repo}/auth-check/write", check_write),
    Route("/{kind:kinds}/{repo:repo}/ask-access", ask, methods=["POST"]),
    Route("/{repo:repo}/ask-access", ask, methods=["POST"]),
    Route(f"{_REQUESTS}/handle", json_object(handle), methods=["POST"]),
    Route(f"{_REQUESTS}/grant", json_object(grant), methods=["POST"]),
    Route(f"{_REQUESTS}/{{status}}", requests_by_status),
]
