"""What is in a repo: tree and paths-info (wire.md §5.2)."""

from __future__ import annotations

from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .. import describe
from ..answers import json_answer, next_link
from ..auth import readable_repo
from ..errors import HubError, entry_not_found
from ..parameters import cursor, flag, limit, offset, parse_json
from ..routing import read_body

_MAX_PATHS_BODY = 8 << 20
_PAGE, _EXPANDED_PAGE = 1000, 50


def tree(request: Request) -> Response:
    repo = readable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    commit = repo.git.resolve(request.path_params["rev"])
    path = request.path_params.get("path", "").strip("/")
    expand = flag(request, "expand")
    entries = repo.git.listing(commit, path, recursive=flag(request, "recursive"))
    if entries is None:
        raise entry_not_found(path, commit)
    most = _EXPANDED_PAGE if expand else _PAGE
    start, size = offset(request), limit(request, default=most, most=most)
    headers = {}
    if len(entries) > start + size:
        # The next page names the commit: a branch that moves meanwhile must not tear the listing.
        below = f"/{quote(path)}" if path else ""
        headers = next_link(request, f"/{repo.api_path}/tree/{commit}{below}", cursor(start + size))
    page = entries[start : start + size]
    return json_answer(describe.tree_entries(repo.git, commit, page, expand=expand), headers=headers)


async def paths_info(request: Request) -> Response:
    """Form-encoded by the official client, JSON by others. Paths that do not exist are left out of the answer."""
    body = await read_body(request, _MAX_PATHS_BODY)
    paths, expand = _paths(body, request.headers.get("content-type", ""))
    return await run_in_threadpool(_paths_info, request, paths, expand)


def _paths_info(request: Request, paths: list[str], expand: bool) -> Response:
    repo = readable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    commit = repo.git.resolve(request.path_params["rev"])
    stripped = dict.fromkeys(path.strip("/") for path in paths)
    entries = [entry for path in stripped if path and (entry := repo.git.entry(commit, path))]
    return json_answer(describe.tree_entries(repo.git, commit, entries, expand=expand))


def _paths(body: bytes, content_type: str) -> tuple[list[str], bool]:
    try:
        if content_type.startswith("application/json"):
            payload = parse_json(body)
            paths, expand = payload["paths"], payload.get("expand", False)
        else:
            form = parse_qs(body.decode())
            paths, expand = form["paths"], form.get("expand", [""])[-1].lower() in {"1", "true"}
    except (ValueError, KeyError, TypeError):
        raise HubError(400, '"paths" is required') from None
    paths = [paths] if isinstance(paths, str) else paths
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise HubError(400, '"paths" must be a list of strings')
    return paths, bool(expand)


routes = [
    Route("/api/{kind:kinds}/{repo:repo}/tree/{rev:rev}", tree),
    Route("/api/{kind:kinds}/{repo:repo}/tree/{rev:rev}/", tree),
    Route("/api/{kind:kinds}/{repo:repo}/tree/{rev:rev}/{path:file}", tree),
    Route("/api/{kind:kinds}/{repo:repo}/paths-info/{rev:rev}", paths_info, methods=["POST"]),
]
