"""Repos as such: create, duplicate, delete, move, settings, info (wire.md §5.2)."""

from __future__ import annotations

from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.errors import AlreadyExists
from ...store.git import PutFile
from ...store.names import SDKS, Kind
from ...store.refs import MAIN
from ...store.repos import Gated, Repo
from .. import describe
from ..answers import endpoint, json_answer
from ..auth import administrable_repo, author_of, hub_of, readable_repo, require_identity
from ..errors import HubError
from ..parameters import expanded, field, flag, optional, repo_type
from ..routing import json_object


def create(request: Request, payload: dict[str, Any]) -> Response:
    kind = repo_type(payload)
    namespace = optional(payload, "organization", str) or require_identity(request).name
    sdk = optional(payload, "sdk", str)
    if kind == "space" and sdk not in SDKS:
        raise HubError(400, f'"sdk" must be one of {", ".join(SDKS)}')
    repo_id = f"{namespace}/{field(payload, 'name', str)}"
    repo = _create(request, kind, repo_id, private=_private(payload), sdk=sdk if kind == "space" else None)
    return json_answer({"url": _url(request, repo), "name": repo.id, "id": repo.uid})


def _create(request: Request, kind: Kind, repo_id: str, *, private: bool | None, sdk: str | None) -> Repo:
    identity = require_identity(request)
    namespace = repo_id.partition("/")[0]
    if not identity.can_create_in(namespace):
        raise HubError(403, f'You don\'t have the rights to create a {kind} under the namespace "{namespace}"')
    hub = hub_of(request)
    try:
        return hub.create_repo(kind, repo_id, private=private or False, sdk=sdk, creator=identity.user)
    except AlreadyExists as error:
        found = hub.find_repo(kind, repo_id)
        body = {"url": _url(request, found.repo)} if found else {}
        raise HubError(409, str(error), body=body) from None


def delete(request: Request, payload: dict[str, Any]) -> Response:
    namespace = optional(payload, "organization", str) or require_identity(request).name
    repo = _administrable(request, repo_type(payload), f"{namespace}/{field(payload, 'name', str)}")
    hub_of(request).delete_repo(repo)
    return json_answer({})


def move(request: Request, payload: dict[str, Any]) -> Response:
    new_id = field(payload, "toRepo", str)
    repo = _administrable(request, repo_type(payload), field(payload, "fromRepo", str))
    if not require_identity(request).can_create_in(new_id.partition("/")[0]):
        raise HubError(403, f'You don\'t have the rights to move a repo to "{new_id}"')
    moved = hub_of(request).move_repo(repo, new_id)
    return json_answer({"url": _url(request, moved)})


def settings(request: Request, payload: dict[str, Any]) -> Response:
    found = administrable_repo(request, request.path_params["kind"], request.path_params["repo"])
    repo = found.repo.update(private=_private(payload), gated=_gated(payload))
    return json_answer({"private": repo.private, "gated": repo.gated or False})


def info(request: Request) -> Response:
    repo = readable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    commit = repo.git.resolve(request.path_params.get("rev", MAIN))
    described = describe.details(repo, commit, blobs=flag(request, "blobs"), security=flag(request, "securityStatus"))
    properties = expanded(request)
    return json_answer(describe.only(described, properties) if properties else described)


def duplicate(request: Request, payload: dict[str, Any]) -> Response:
    """A new repo with the files that main has now, as one commit."""
    source = readable_repo(request, request.path_params["kind"], request.path_params["repo"], content=True).repo
    head = source.git.resolve(MAIN)
    repo = _create(request, source.kind, field(payload, "repository", str), private=_private(payload), sdk=source.sdk)
    files = [entry for entry in source.git.walk(head) if entry.type == "file"]
    for entry in files:
        if entry.lfs:
            repo.add_large(entry.lfs.sha256)
    changes = (PutFile(entry.path, source.git.read_blob(entry.oid)) for entry in files)
    author = author_of(require_identity(request))
    repo.git.commit(MAIN, changes, message=f"Duplicate from {source.id}", author=author)
    return json_answer({"url": _url(request, repo), "filesCopyPending": False})


def _administrable(request: Request, kind: Kind, repo_id: str) -> Repo:
    """A repo that a body names. A former name is not enough to delete or move what has another name now."""
    found = hub_of(request).find_repo(kind, repo_id)
    if found and found.moved:
        raise HubError(404, "Repository not found", code="RepoNotFound")
    return administrable_repo(request, kind, repo_id).repo


def _private(payload: dict[str, Any]) -> bool | None:
    """1.1.7 says `private`, 2.4.0 `visibility`. A protected Space shows itself, not its files: here it is private."""
    visibility = optional(payload, "visibility", str)
    if visibility is None:
        return optional(payload, "private", bool)
    if visibility not in {"public", "private", "protected"}:
        raise HubError(400, f"Invalid visibility: {visibility!r}")
    return visibility != "public"


def _gated(payload: dict[str, Any]) -> Gated | Literal[False] | None:
    value = payload.get("gated")
    if value in (None, "auto", "manual") or value is False:
        gated: Gated | Literal[False] | None = value
        return gated
    raise HubError(400, '"gated" must be "auto", "manual" or false')


def _url(request: Request, repo: Repo) -> str:
    return f"{endpoint(request)}/{repo.web_path}"


routes = [
    Route("/api/repos/create", json_object(create), methods=["POST"]),
    Route("/api/repos/delete", json_object(delete), methods=["DELETE"]),
    Route("/api/repos/move", json_object(move), methods=["POST"]),
    Route("/api/{kind:kinds}/{repo:repo}/duplicate", json_object(duplicate), methods=["POST"]),
    Route("/api/{kind:kinds}/{repo:repo}/settings", json_object(settings), methods=["PUT"]),
    Route("/api/{kind:kinds}/{repo:repo}/revision/{rev:rev}", info),
    Route("/api/{kind:kinds}/{repo:repo}", info),
]
