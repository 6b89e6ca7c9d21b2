"""The content of a file: ``/{repo}/resolve/{revision}/{path}`` and ``/{repo}/raw/…`` (wire.md §5.3, §11.1, §11.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ..auth import hub_of, readable_repo
from ..disposition import content_disposition
from ..downloads import download
from ..errors import entry_not_found
from ..lfs_links import LfsObject, download_link
from ..prefixes import WEB_PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from ...store.git_objects import Entry
    from ...store.names import Kind

_SNIFFED = 8000


def _serving(kind: Kind, *, follow_pointer: bool) -> Callable[[Request], Response]:
    """The endpoint for the files of one kind of repo; without ``follow_pointer``, an LFS file is its pointer."""

    def endpoint(request: Request) -> Response:
        repo = readable_repo(request, kind, request.path_params["repo"], content=True).repo
        commit = repo.git.resolve(request.path_params["revision"])
        path = request.path_params["path"]
        entry = repo.git.entry(commit, path)
        if entry is None or entry.type != "file":
            raise entry_not_found(path, commit)
        attachment = request.query_params.get("download", "false") not in {"false", "0"}
        disposition = content_disposition(path.rpartition("/")[2], attachment=attachment)
        if entry.lfs and follow_pointer:
            return _large(request, commit, entry, disposition)
        data = repo.git.read_blob(entry.oid)
        # Text is text whatever its name says; what is not text is not for a browser to display.
        media_type = "application/octet-stream" if b"\0" in data[:_SNIFFED] else "text/plain"
        headers = {"X-Repo-Commit": commit, "Content-Disposition": disposition}
        return download(request, data, size=len(data), etag=entry.oid, media_type=media_type, headers=headers)

    return endpoint


def _large(request: Request, commit: str, entry: Entry, disposition: str) -> Response:
    """The way to an LFS object's content, with all that a client wants to know about it."""
    assert entry.lfs
    item = LfsObject(entry.lfs.sha256, entry.lfs.size)
    etag = f'"{item.sha256}"'
    headers = {
        "Location": download_link(hub_of(request), item, disposition=disposition)["href"],
        "X-Repo-Commit": commit,
        "X-Linked-Etag": etag,
        "X-Linked-Size": str(item.size),
        "ETag": etag,
        "Accept-Ranges": "bytes",
    }
    return Response(status_code=302, headers=headers)


routes: list[BaseRoute] = [
    Route(f"{prefix}/{{repo:repo}}/{verb}/{{revision:rev}}/{{path:file}}", _serving(kind, follow_pointer=follow))
    for prefix, kind in WEB_PREFIXES.items()
    for verb, follow in (("resolve", True), ("raw", False))
]
