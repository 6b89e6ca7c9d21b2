"""Responses that are one file: whole, a range of it, or only its headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from .ranges import RangeNotSatisfiableError, is_not_modified, requested_range
from .streams import file_chunks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.requests import Request


def download(
    request: Request, content: bytes | Path, *, size: int, etag: str, media_type: str, headers: Mapping[str, str]
) -> Response:
    """Answer a GET or HEAD for ``content`` of ``size`` bytes, in memory or in a file.

    ``etag`` is the strong validator without its quotes. Honours Range, If-Range and If-None-Match.
    """
    quoted = f'"{etag}"'
    # Whoever stored the file chose its content: a browser must neither guess a type for it nor run it as this origin.
    protection = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    common = {**headers, **protection, "ETag": quoted, "Accept-Ranges": "bytes"}
    if is_not_modified(request.headers, etag=quoted):
        return Response(status_code=304, headers=common)
    try:
        part = requested_range(request.headers, size=size, etag=quoted) if request.method == "GET" else None
    except RangeNotSatisfiableError:
        return Response(status_code=416, headers={**common, "Content-Range": f"bytes */{size}"})
    start, stop = part or (0, size)
    common["Content-Length"] = str(stop - start)
    if part:
        common["Content-Range"] = part.content_range(size)
    status = 206 if part else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=common, media_type=media_type)
    if isinstance(content, bytes):
        return Response(content[start:stop], status, headers=common, media_type=media_type)
    return StreamingResponse(file_chunks(content, start, stop), status, headers=common, media_type=media_type)
