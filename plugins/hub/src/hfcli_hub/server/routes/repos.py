"""Repos as such: create, delete, move, settings, info, lists (wire.md §5.2)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.errors import AlreadyExists, UnknownRepo
from ...store.names import Kind
from ...store.refs import MAIN
from ...store.repos import Gated, Repo
from .. import describe
from ..answers import endpoint, json_answer, next_link
from ..auth import administrable_repo, hub_of, identity_of, readable_repo, require_identity
from ..cards import card_data, tags
from ..errors import HubError
from ..parameters import cursor, field, flag, limit, offset, optional, repo_type
from ..routing import json_object

_SDKS = ("gradio", "streamlit", "docker", "static")


def create(request: Request, payload: dict[str, Any]) -> Response:
    identity = require_identity(request)
    kind = repo_type(payload)
    namespace = optional(payload, "organization", str) or identity.name
    repo_id = f"{namespace}/{field(payload, 'name', str)}"
    if not identity.can_create_in(namespace):
        raise HubError(403, f'You don\'t have the rights to create a {kind} under the namespace "{namespace}"')
    sdk = optional(payload, "sdk", str)
    if kind == "space" and sdk not in _SDKS:
        raise HubError(400, f'"sdk" must be one of {", ".join(_SDKS)}')
    try:
        repo = hub_of(request).create_repo(
            kind,
            repo_id,
            private=_private(payload) or False,
            sdk=sdk if kind == "space" else None,
            creator=identity.user,
        )
    except AlreadyExists as error:
        found = hub_of(request).find_repo(kind, repo_id)
        body = {"url": _url(request, found.repo)} if found else {}
        raise HubError(409, str(error), body=body) from None
    return json_answer({"url": _url(request, repo), "name": repo.id, "id": repo.uid})


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
    properties = _expand(request)
    return json_answer(describe.expanded(described, properties) if properties else described)


def list_repos(request: Request) -> Response:
    identity = identity_of(request)
    query = request.query_params
    kind: Kind = request.path_params["kind"]
    repos = [
        repo
        for repo in hub_of(request).list_repos(kind, author=query.get("author"), search=query.get("search", ""))
        if (identity.can_read(repo) if identity else not repo.private)
    ]
    wanted = {*query.getlist("filter"), *query.getlist("pipeline_tag")}
    if wanted:
        repos = [repo for repo in repos if wanted.issubset(tags(kind, card_data(repo)))]
    if query.get("sort") == "lastModified":
        repos.sort(key=lambda repo: repo.last_modified, reverse=True)
    start, size = offset(request), limit(request, default=100, most=1000)
    page, more = repos[start : start + size], len(repos) > start + size
    headers = next_link(request, f"/api/{kind}s", cursor(start + size)) if more else {}
    properties = _expand(request)
    described = []
    for repo in page:
        with suppress(UnknownRepo):  # deleted meanwhile
            described.append(_listed(repo, properties, full=flag(request, "full")))
    return json_answer(described, headers=headers)


def _listed(repo: Repo, properties: list[str], *, full: bool) -> dict[str, Any]:
    if full or {"siblings", "sha", "usedStorage", "cardData"} & set(properties):
        described = describe.details(repo, repo.git.resolve(MAIN))
    else:
        described = describe.summary(repo)
    return describe.expanded(described, properties) if properties else described


def _expand(request: Request) -> list[str]:
    values = request.query_params.getlist("expand") + request.query_params.getlist("expand[]")
    return [name for value in values for name in value.split(",") if name]


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
    Route("/api/{kind:kinds}", list_repos),
    Route("/api/{kind:kinds}/{repo:repo}/settings", json_object(settings), methods=["PUT"]),
    Route("/api/{kind:kinds}/{repo:repo}/revision/{rev:rev}", info),
    Route("/api/{kind:kinds}/{repo:repo}", info),
]
