"""Addresses of the Hub. Importing this module teaches Starlette the parts that its own convertors cannot express.

============  =====================================  ==========================================================
`{x:kinds}`   `models`, `datasets`, `spaces`         the kind: `model`, `dataset`, `space`
`{x:repo}`    `ns/name`, or a bare `name`            the repo id
`{x:rev}`     one segment; `refs%2Fpr%2F1` is one    the revision, decoded
`{x:file}`    the rest of the address                the path, decoded
============  =====================================  ==========================================================
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..store.names import PLURALS
from .errors import HubError
from .parameters import parse_json

# Lists of paths and validate-yaml's README are the largest JSON bodies that clients send.
_MAX_JSON = 32 << 20


class _Kinds(Convertor[str]):
    regex = "|".join(PLURALS)

    def convert(self, value: str) -> str:
        return PLURALS[value]

    def to_string(self, value: str) -> str:
        return f"{value}s"


class _Quoted(Convertor[str]):
    def convert(self, value: str) -> str:
        return unquote(value)

    def to_string(self, value: str) -> str:
        return quote(value, safe="/")


class _Repo(_Quoted):
    regex = "[^/]+(?:/[^/]+)?"


class _Revision(_Quoted):
    regex = "[^/]+"


class _File(_Quoted):
    regex = ".+"


register_url_convertor("kinds", _Kinds())
register_url_convertor("repo", _Repo())
register_url_convertor("rev", _Revision())
register_url_convertor("file", _File())


class Envelope:
    """Outermost layer: routes see the address as it was sent, every answer has an `x-request-id`.

    Servers decode the path, after which `refs%2Fpr%2F1` and `refs/pr/1` are the same; the convertors decode instead.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        raw = scope.get("raw_path") or quote(scope["path"]).encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("x-request-id", f"Root=1-{uuid.uuid4()}")
            await send(message)

        await self._app({**scope, "path": raw.decode("latin-1")}, receive, send_with_id)


def json_object(handler: Callable[[Request, dict[str, Any]], Response]) -> Callable[[Request], Any]:
    """An endpoint that takes a JSON object: parsed here, handled in the thread pool. 400 for anything else."""

    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        body = await read_body(request, _MAX_JSON)
        payload = parse_json(body or b"{}")
        if not isinstance(payload, dict):
            raise HubError(400, "Expected a JSON object")
        return await run_in_threadpool(handler, request, payload)

    return endpoint


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body; 413 when it is longer than `limit` bytes."""
    chunks = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise HubError(413, "Request body too large")
        chunks.append(chunk)
    return b"".join(chunks)
