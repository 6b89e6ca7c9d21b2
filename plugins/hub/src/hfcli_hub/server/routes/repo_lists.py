"""Lists of repos: those that the caller may see, and an owner's own with their storage (wire.md §5.2)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.errors import UnknownRepo
from ...store.names import KINDS, Kind
from ...store.refs import MAIN
from ...store.repos import Repo
from .. import describe
from ..answers import json_answer, next_link
from ..auth import hub_of, identity_of, require_identity
from ..cards import card_data, tags
from ..errors import HubError
from ..parameters import cursor, expanded, flag, limit, offset

# The store's own order is that of creation, and nobody counts downloads, likes or trends here.
_OTHER_ORDERS = {None, "createdAt", "downloads", "likes", "trendingScore"}


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
    if "gated" in query:
        repos = [repo for repo in repos if bool(repo.gated) == flag(request, "gated")]
    if query.get("sort") == "lastModified":
        repos.sort(key=lambda repo: repo.last_modified, reverse=True)
    elif query.get("sort") not in _OTHER_ORDERS:
        raise HubError(400, f"Invalid sort: {query['sort']}")
    start, size = offset(request), limit(request, default=100, most=1000)
    page, more = repos[start : start + size], len(repos) > start + size
    headers = next_link(request, f"/api/{kind}s", cursor(start + size)) if more else {}
    properties = expanded(request)
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
    return describe.only(described, properties) if properties else described


def list_own(request: Request) -> Response:
    """Every repo of the caller, or of an organization that the caller belongs to, with what it takes."""
    identity = require_identity(request)
    owner = request.path_params.get("organization", identity.name)
    if identity.role_in(owner) is None:
        raise HubError(403, f'You are not a member of "{owner}"')
    repos = [repo for kind in KINDS for repo in hub_of(request).list_repos(kind, author=owner)]
    sizes = {repo: describe.storage(repo) for repo in repos if identity.can_read(repo)}
    total = sum(sizes.values())
    described = [
        {
            "id": repo.id,
            "type": repo.kind,
            "visibility": repo.visibility,
            "updatedAt": describe.modified(repo),
            "storage": size,
            "storagePercent": 100 * size / total if total else 0,
        }
        for repo, size in sizes.items()
    ]
    return json_answer(described)


routes = [
    Route("/api/settings/repositories", list_own),
    Route("/api/organizations/{organization}/settings/repositories", list_own),
    Route("/api/{kind:kinds}", list_repos),
]
