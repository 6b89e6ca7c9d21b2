"""The content origin ("the CDN"): large files out and in, by signed, expiring addresses. It knows no accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ...store.errors import CorruptObject, MissingObject
from ..auth import hub_of
from ..downloads import download
from ..multipart import keep_part
from ..signing import BadSignatureError, verify
from ..streams import body_chunks

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from ...store.objects import Upload

_CACHING = "private, max-age=31536000, immutable"


def _refuse(status: int, code: str, message: str) -> Response:
    """An error as object stores answer it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(body, status, media_type="application/xml")


def _claims(request: Request) -> dict[str, str]:
    hub = hub_of(request)
    return verify(hub.secret, method=request.method, path=request.scope["path"], query=request.url.query)


def _get_object(request: Request) -> Response:
    hub = hub_of(request)
    try:
        claims = _claims(request)
    except BadSignatureError as error:
        return _refuse(403, "AccessDenied", str(error))
    sha256 = request.path_params["sha256"]
    size = hub.objects.size(sha256)
    if size is None:
        return _refuse(404, "NoSuchKey", "The specified key does not exist")
    headers = {"Cache-Control": _CACHING}
    if "disposition" in claims:
        headers["Content-Disposition"] = claims["disposition"]
    return download(
        request,
        hub.objects.path(sha256),
        size=size,
        etag=sha256,
        media_type="application/octet-stream",
        headers=headers,
    )


async def _put_object(request: Request) -> Response:
    """An object in one piece (git-lfs "basic" transfer)."""
    sha256: str = request.path_params["sha256"]

    def keep(upload: Upload, claims: dict[str, str]) -> str:
        upload.commit(sha256, int(claims["size"]))
        hub_of(request).repo_by_uid(claims["repo"]).add_large(sha256)
        return sha256

    return await _receive(request, keep)


async def _put_part(request: Request) -> Response:
    """One part of an object; its ETag is the proof to give on completion."""
    upload_id, number = request.path_params["upload_id"], request.path_params["number"]

    def keep(upload: Upload, claims: dict[str, str]) -> str:
        if upload.size != int(claims["size"]):
            raise CorruptObject(f"Expected {claims['size']} bytes, got {upload.size} bytes")
        return keep_part(hub_of(request).objects, upload, upload_id, number)

    return await _receive(request, keep)


async def _receive(request: Request, keep: Callable[[Upload, dict[str, str]], str]) -> Response:
    """Stream a body aside, and let ``keep`` take it by what was signed; ``keep`` returns the ETag."""
    hub = hub_of(request)
    try:
        claims = _claims(request)
    except BadSignatureError as error:
        return _refuse(403, "AccessDenied", str(error))
    size = int(claims["size"])
    if request.headers.get("content-length", str(size)) != str(size):
        return _refuse(400, "IncorrectLength", f"The address is signed for a body of {size} bytes")
    with await anyio.to_thread.run_sync(hub.objects.open_write) as upload:
        async for chunk in body_chunks(request):
            if upload.size + len(chunk) > size:
                return _refuse(400, "EntityTooLarge", f"The address is signed for a body of {size} bytes")
            await anyio.to_thread.run_sync(upload.write, chunk)
        try:
            etag = await anyio.to_thread.run_sync(keep, upload, claims)
        except (CorruptObject, MissingObject) as error:
            return _refuse(400, "BadDigest", str(error))
    return Response(status_code=200, headers={"ETag": f'"{etag}"'})


routes: list[BaseRoute] = [
    Route("/lfs/{sha256}", _get_object, methods=["GET"]),
    Route("/lfs/{sha256}", _put_object, methods=["PUT"]),
    Route("/parts/{upload_id}/{number:int}", _put_part, methods=["PUT"]),
]
