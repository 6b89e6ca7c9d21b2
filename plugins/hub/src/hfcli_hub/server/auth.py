"""Who a request comes from, and which repos it may see and change, refused in the real Hub's words (wire.md §11.3)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, cast
from urllib.parse import quote

from starlette.requests import Request

from ..store.accounts import Identity
from ..store.errors import TokenExpired
from ..store.git import Author
from ..store.hub import Found, Hub
from ..store.repos import Repo
from .answers import endpoint
from .errors import HubError

_UNSEEN: Any = object()
_PULL_REF = re.compile(r"refs/pr/(\d+)")


def hub_of(request: Request) -> Hub:
    return cast(Hub, request.app.state.hub)


def identity_of(request: Request) -> Identity | None:
    """The caller, None without credentials. Raises 401 for credentials that are not valid."""
    known = getattr(request.state, "identity", _UNSEEN)
    if known is not _UNSEEN:
        return cast("Identity | None", known)
    identity = None
    header = request.headers.get("authorization")
    if header:
        token = _token(header)
        try:
            identity = hub_of(request).accounts.identify(token) if token else None
        except TokenExpired as expired:
            raise HubError(401, str(expired), headers=_challenge(request)) from None
        if identity is None:
            raise HubError(401, "Invalid credentials in Authorization header", headers=_challenge(request))
    request.state.identity = identity
    return identity


def require_identity(request: Request) -> Identity:
    identity = identity_of(request)
    if identity is None:
        raise HubError(401, "Invalid username or password.", headers=_challenge(request))
    return identity


def author_of(identity: Identity) -> Author:
    """Whom git names as the author of what an identity does."""
    return Author.of(identity.user)


def readable_repo(request: Request, kind: str, repo_id: str, *, content: bool = False) -> Found:
    """A repo that the caller may see; with `content`, one whose files the caller may have.

    Raises HubError: 401 or 404 RepoNotFound (an unknown repo and one that is hidden look the same), 401 or 403
    GatedRepo, and 307 to the same address under the repo's present name when it was asked for by a former one.
    """
    identity = identity_of(request)
    found = hub_of(request).find_repo(kind, repo_id)
    if found is None or not (identity.can_read(found.repo) if identity else not found.repo.private):
        raise _repo_not_found(request, identity)
    if found.moved:
        raise _moved(request, repo_id, found.repo)
    if content and not (identity.may_download(found.repo) if identity else found.repo.gated is None):
        raise _gated(request, found.repo, identity)
    return found


def writable_repo(request: Request, kind: str, repo_id: str, *, create_pr: bool = False) -> Found:
    """A repo that the caller may commit to; with `create_pr`, one to which the caller may propose commits."""
    found = readable_repo(request, kind, repo_id, content=create_pr)
    identity = require_identity(request)
    if identity.can_write(found.repo):
        return found
    if create_pr and identity.token.role == "write":
        return found
    if identity.role_in(found.repo.namespace) is None and identity.token.role == "write":
        raise HubError(403, "Forbidden: pass `create_pr=1` as a query parameter to create a Pull Request")
    raise HubError(403, "Forbidden: the token does not have write access to this repo")


def writable_revision(request: Request, kind: str, repo_id: str, revision: str, *, create_pr: bool = False) -> Found:
    """As :func:`writable_repo`, for one revision: the author of a pull request may go on with it."""
    pull_ref = _PULL_REF.fullmatch(revision)
    if not pull_ref:
        return writable_repo(request, kind, repo_id, create_pr=create_pr)
    if create_pr:
        raise HubError(400, "A pull request cannot be opened against a pull request")
    found = writable_repo(request, kind, repo_id, create_pr=True)
    identity = require_identity(request)
    authors = {pull.author for pull in found.repo.pulls() if pull.num == int(pull_ref[1])}
    if not identity.can_write(found.repo) and identity.name not in authors:
        raise HubError(403, "Forbidden: only its author and the owners of the repo may change a pull request")
    return found


def administrable_repo(request: Request, kind: str, repo_id: str) -> Found:
    """A repo that the caller may delete, move or give other settings."""
    found = readable_repo(request, kind, repo_id)
    if not require_identity(request).can_administer(found.repo):
        raise HubError(403, "Forbidden: you don't have the rights to administer this repo")
    return found


def _token(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":  # git: the token is the password, whatever the user name
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return password or user
    return None


def _challenge(request: Request) -> dict[str, str]:
    # git asks its user for a password only when the server speaks of Basic; API clients would be confused by it.
    scheme = "Basic" if re.search(r"\.git/", request.scope["path"]) else "Bearer"
    return {"WWW-Authenticate": f'{scheme} realm="Authentication required", charset="UTF-8"'}


def _repo_not_found(request: Request, identity: Identity | None) -> HubError:
    if identity is None:
        return HubError(401, "Invalid username or password.", code="RepoNotFound", headers=_challenge(request))
    return HubError(404, "Repository not found", code="RepoNotFound")


def _moved(request: Request, asked: str, repo: Repo) -> HubError:
    path = request.scope["path"]
    location = re.sub(rf"/{re.escape(quote(asked))}(?=/|\.git/|$)", f"/{repo.id}", path, count=1)
    if request.url.query:
        location += f"?{request.url.query}"
    return HubError(307, f"Temporary Redirect. Redirecting to {location}", headers={"Location": location})


def _gated(request: Request, repo: Repo, identity: Identity | None) -> HubError:
    page = f"{endpoint(request)}/{repo.web_path}"
    if identity is None:
        message = (
            f"Access to {repo.kind} {repo.id} is restricted. You must have access to it and be authenticated "
            f"to access it. Please log in."
        )
        return HubError(401, message, code="GatedRepo", headers=_challenge(request))
    words = {
        "pending": f"Your request to access {repo.kind} {repo.id} is awaiting a review from the repo authors.",
        "rejected": f"Your request to access {repo.kind} {repo.id} has been rejected by the repo's authors.",
        None: (
            f"Access to {repo.kind} {repo.id} is restricted and you are not in the authorized list. "
            f"Visit {page} to ask for access."
        ),
    }
    return HubError(403, words[repo.access_of(identity.user)], code="GatedRepo")
