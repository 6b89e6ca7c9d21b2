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
from ..creation import read_details, read_visibility
from ..errors import HubError
from ..parameters import expanded, field, flag, optional, repo_type
from ..routing import json_object


def create(request: Request, payload: dict[str, Any]) -> Response:
    kind = repo_type(payload)
    namespace = optional(payload, "organization", str) or require_identity(request).name
    sdk = optional(payload, "sdk", str)
    if kind == "space" and sdk not in SDKS:
        raise HubError(400, f'"sdk" must be one of {", ".join(SDKS)}')
    template = _template(request, payload)
    repo_id = f"{namespace}/{field(payload, 'name', str)}"
    repo = _create(request, kind, repo_id, payload, sdk=sdk if kind == "space" else None)
    if template is not None:
        _copy(request, template, repo)
    return json_answer({"url": _url(request, repo), "name": repo.id, "id": repo.uid})


def _create(request: Request, kind: Kind, repo_id: str, payload: dict[str, Any], *, sdk: str | None) -> Repo:
    identity, hub = require_identity(request), hub_of(request)
    namespace = repo_id.partition("/")[0]
    if not identity.can_create_in(namespace):
        raise HubError(403, f'You don\'t have the rights to create a {kind} under the namespace "{namespace}"')
    visibility = read_visibility(payload, kind)
    details = read_details(payload, kind, in_organization=namespace.lower() != identity.name.lower())
    if visibility == "protected":
        details["protected"] = True
    existing = hub.find_repo(kind, repo_id)
    if existing is None or existing.moved:
        _check_quota(request, namespace)
    private = visibility in {"private", "protected"}
    try:
        return hub.create_repo(kind, repo_id, private=private, sdk=sdk, creator=identity.user, details=details)
    except AlreadyExists as error:
        found = hub.find_repo(kind, repo_id)
        body = {"url": _url(request, found.repo)} if found else {}
        raise HubError(409, str(error), body=body) from None


def _check_quota(request: Request, namespace: str) -> None:
    hub = hub_of(request)
    if hub.count_repos(namespace) >= hub.limits.max_repos:
        raise HubError(403, f'"{namespace}" has reached its limit of {hub.limits.max_repos} repos')


def _template(request: Request, payload: dict[str, Any]) -> Repo | None:
    """The Space whose files a new one starts with."""
    template = optional(payload, "template", str)
    if template is None:
        return None
    return readable_repo(request, "space", template, content=True).repo


def _copy(request: Request, source: Repo, repo: Repo) -> None:
    """Put the files that main has now into a new repo, as one commit."""
    files = [entry for entry in source.git.walk(source.git.resolve(MAIN)) if entry.type == "file"]
    for entry in files:
        if entry.lfs:
            repo.add_large(entry.lfs.sha256)
    changes = (PutFile(entry.path, source.git.read_blob(entry.oid)) for entry in files)
    author = author_of(require_identity(request))
    repo.git.commit(MAIN, changes, message=f"Duplicate from {source.id}", author=author)


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
    if new_id.partition("/")[0].lower() != repo.namespace.lower():
        _check_quota(request, new_id.partition("/")[0])
    moved = hub_of(request).move_repo(repo, new_id)
    return json_answer({"url": _url(request, moved)})


def settings(request: Request, payload: dict[str, Any]) -> Response:
    found = administrable_repo(request, request.path_params["kind"], request.path_params["repo"])
    visibility = read_visibility(payload, found.repo.kind)
    repo = found.repo.update(visibility=visibility, gated=_gated(payload))
    return json_answer({"private": repo.private, "gated": repo.gated or False})


def info(request: Request) -> Response:
    repo = readable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    commit = repo.git.resolve(request.path_params.get("rev", MAIN))
    described = describe.details(repo, commit, blobs=flag(request, "blobs"), security=flag(request, "securityStatus"))
    properties = expanded(request)
    return json_answer(describe.only(described, properties) if properties else described)


def duplicate(request: Request, payload: dict[str, Any]) -> Response:
    """A new repo with the files of another, and with its visibility unless another is asked for."""
    source = readable_repo(request, request.path_params["kind"], request.path_params["repo"], content=True).repo
    source.git.resolve(MAIN)
    if read_visibility(payload, source.kind) is None:
        payload = {**payload, "visibility": source.visibility}
    repo = _create(request, source.kind, field(payload, "repository", str), payload, sdk=source.sdk)
    _copy(request, source, repo)
    return json_answer({"url": _url(request, repo), "filesCopyPending": False})


def _administrable(request: Request, kind: Kind, repo_id: str) -> Repo:
    """A repo that a body names. A former name is not enough to delete or move what has another name now."""
    found = hub_of(request).find_repo(kind, repo_id)
    if found and found.moved:
        raise HubError(404, "Repository not found", code="RepoNotFound")
    return administrable_repo(request, kind, repo_id).repo


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
