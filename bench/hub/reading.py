"""What a client reads: repositories, their trees, their files."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, quote

from bench.hub.content import Repo
from bench.hub.exchange import Exchange, RefusedError
from bench.hub.routing import PREFIX, REPO, TYPE, answers
from bench.hub.state import CDN, HUB

_DATE = "2024-01-01T00:00:00.000Z"
_LAST_MODIFIED = "Mon, 01 Jan 2024 00:00:00 GMT"


def _check(repo: Repo, revision: str) -> None:
    if revision not in ("main", "HEAD", "refs/heads/main", repo.commit):
        raise RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")


@answers(HUB, "GET", rf"/api/{TYPE}/{REPO}(?:/revision/(.+))?", "info")
async def info(exchange: Exchange, repo_id: str, revision: str | None) -> None:
    repo = exchange.repo(repo_id)
    if revision:
        _check(repo, revision)
    siblings: list[dict[str, Any]] = []
    for file in repo.files.values():
        sibling: dict[str, Any] = {"rfilename": file.path}
        if "blobs" in exchange.query:
            entry = file.entry()
            sibling |= {"size": file.size, "blobId": file.oid}
            if "lfs" in entry:
                sibling["lfs"] = {"sha256": file.sha256, **entry["lfs"]}
        siblings.append(sibling)
    await exchange.json(
        {
            "_id": "0" * 24,
            "id": repo_id,
            "modelId": repo_id,
            "author": repo_id.partition("/")[0],
            "sha": repo.commit,
            "private": False,
            "gated": False,
            "disabled": False,
            "downloads": 1,
            "likes": 0,
            "tags": [],
            "createdAt": _DATE,
            "lastModified": _DATE,
            "usedStorage": 0,
            "siblings": siblings,
        }
    )


def _listing(repo: Repo, folder: str, recursive: bool) -> list[dict[str, Any]]:
    """The entries of a folder; kept, so that what is measured is not this."""
    if (folder, recursive) not in repo.listings:
        entries, seen, prefix = [], set(), f"{folder}/" if folder else ""
        for file in repo.files.values():
            if not file.path.startswith(prefix):
                continue
            parts = file.path[len(prefix) :].split("/")
            for depth in range(1, len(parts) if recursive else min(2, len(parts))):
                path = prefix + "/".join(parts[:depth])
                if path not in seen:
                    seen.add(path)
                    entries.append({"type": "directory", "oid": "0" * 40, "size": 0, "path": path})
            if recursive or len(parts) == 1:
                entries.append(file.entry())
        repo.listings[folder, recursive] = entries
    return repo.listings[folder, recursive]


@answers(HUB, "GET", rf"/api/{TYPE}/{REPO}/tree/([^/]+)(?:/(.*))?", "tree")
async def tree(exchange: Exchange, repo_id: str, revision: str, folder: str | None) -> None:
    repo = exchange.repo(repo_id)
    _check(repo, revision)
    entries = _listing(repo, folder or "", exchange.parameter("recursive").lower() in ("1", "true"))
    page = exchange.state.settings.tree_page
    start = int(exchange.parameter("cursor", "0"))
    end = start + min(int(exchange.parameter("limit", str(page))), page)
    headers = {"X-Repo-Commit": repo.commit}
    if end < len(entries):
        kept = [term for term in exchange.query.split("&") if term and not term.startswith("cursor=")]
        address = f"{exchange.state.endpoints[HUB]}{exchange.target.partition('?')[0]}"
        headers["Link"] = f'<{address}?{"&".join([*kept, f"cursor={end}"])}>; rel="next"'
    await exchange.json(entries[start:end], 200, headers)


@answers(HUB, "POST", rf"/api/{TYPE}/{REPO}/paths-info/.+", "paths-info")
async def paths_info(exchange: Exchange, repo_id: str) -> None:
    repo = exchange.repo(repo_id)
    try:
        paths = json.loads(exchange.body)["paths"]
    except ValueError:  # a form, as the official client sends
        paths = parse_qs(exchange.body.decode()).get("paths", [])
    wanted = [paths] if isinstance(paths, str) else paths
    await exchange.json([repo.files[path].entry() for path in wanted if path in repo.files])


@answers(HUB, "GET", rf"/api/{TYPE}/{REPO}/refs", "refs")
async def refs(exchange: Exchange, repo_id: str) -> None:
    repo = exchange.repo(repo_id)
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.commit}
    await exchange.json({"branches": [main], "converts": [], "tags": [], "pullRequests": []})


@answers(HUB, "GET", "/api/whoami-v2", "whoami")
async def whoami(exchange: Exchange) -> None:
    if "authorization" not in exchange.headers:
        raise RefusedError(401, "Invalid credentials")
    token = {"type": "access_token", "accessToken": {"displayName": "bench", "role": "write"}}
    await exchange.json({"type": "user", "id": "0", "name": "bench", "fullname": "Bench", "orgs": [], "auth": token})


@answers(HUB, "HEAD GET", rf"/{PREFIX}{REPO}/(?:resolve|raw)/([^/]+)/(.+)", "resolve")
async def resolve(exchange: Exchange, repo_id: str, revision: str, path: str) -> None:
    """Redirects as the Hub does: LFS files to the CDN, small ones to an address of its own that a proxy may keep."""
    repo = exchange.repo(repo_id)
    _check(repo, revision)
    headers: dict[str, Any] = {"X-Repo-Commit": repo.commit}
    file = repo.files.get(path)
    if file is None:
        raise RefusedError(404, "Entry not found", "EntryNotFound")
    headers |= {"ETag": f'"{file.oid}"', "X-Linked-Size": file.size}
    if file.lfs:
        headers |= {"X-Linked-ETag": f'"{file.sha256}"', "Accept-Ranges": "bytes"}
        signed = f"response-content-disposition=x&X-Amz-Signature={'a' * 64}"
        headers["Location"] = f"{exchange.state.endpoints[CDN]}/lfs/{file.sha256}?{signed}"
        await exchange.answer(302, b"Found. Redirecting to CDN", headers, "text/plain")
    else:
        headers["X-Linked-ETag"] = f'"{file.oid}"'
        headers["Location"] = f"/api/resolve-cache/models/{repo_id}/{repo.commit}/{quote(path)}?etag=%22{file.oid}%22"
        await exchange.answer(307, b"Temporary Redirect", headers, "text/plain")


@answers(HUB, "HEAD GET", rf"/api/resolve-cache/{TYPE}/{REPO}/[0-9a-f]+/(.+)", "resolve-cache")
async def resolve_cache(exchange: Exchange, repo_id: str, path: str) -> None:
    repo = exchange.repo(repo_id)
    file = repo.files.get(path)
    if file is None:
        raise RefusedError(404, "Not found", "EntryNotFound")
    name = path.rpartition("/")[2]
    headers = {
        "X-Repo-Commit": repo.commit,
        "ETag": f'"{file.oid}"',
        "Content-Disposition": f'inline; filename="{name}"',
    }
    await exchange.send_file(file, headers)


@answers(CDN, "HEAD GET", "/lfs/([0-9a-f]{64})", "cdn")
async def content(exchange: Exchange, sha256: str) -> None:
    file = exchange.state.store.lfs.get(sha256)
    if file is None:
        raise RefusedError(404, "Not found", "EntryNotFound")
    headers = {"ETag": f'"{sha256}"', "Last-Modified": _LAST_MODIFIED, "Cache-Control": "public, max-age=604800"}
    await exchange.send_file(file, headers)
