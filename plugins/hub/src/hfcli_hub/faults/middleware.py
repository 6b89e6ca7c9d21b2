"""The faults that HTTP itself can express, as ASGI middleware, which also keeps the record of requests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hfcli_hub.faults import rewrite
from hfcli_hub.faults.record import RecordedRequest
from hfcli_hub.faults.rules import Endless, ExpiredSignature, IgnoreRange, Latency, Redirect, Status, WrongRange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from hfcli_hub.faults.record import RequestRecord
    from hfcli_hub.faults.rules import Action, Host
    from hfcli_hub.faults.script import FaultScript

_EXPIRED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
)


class FaultMiddleware:
    """Records every request to ``app`` and does to it what the script says."""

    def __init__(self, app: ASGIApp, host: Host, script: FaultScript, record: RequestRecord) -> None:
        self._app = app
        self._host = host
        self._script = script
        self._record = record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _recorded(scope, self._host)
        self._record.add(request)
        receive, send = _counting(request, receive, send)
        actions = self._script.take("http", request.method, request.path, self._host)
        if not actions:
            await self._app(scope, receive, send)
            return
        await self._act(actions, scope, receive, send)

    async def _act(self, actions: Sequence[Action], scope: Scope, receive: Receive, send: Send) -> None:
        for action in actions:
            if isinstance(action, Latency):
                await asyncio.sleep(action.seconds)
            elif isinstance(action, Status) and action.after:
                await self._app(scope, receive, _discard)
                await _answer(action.status, action.headers, action.body, scope, send)
                return
            elif isinstance(action, Status):
                await _answer(action.status, action.headers, action.body, scope, send)
                return
            elif isinstance(action, Redirect):
                location = action.location.replace("{url}", _asked(scope))
                await _answer(action.status, {"location": location}, "", scope, send)
                return
            elif isinstance(action, ExpiredSignature):
                await _answer(403, {"content-type": "application/xml"}, _EXPIRED, scope, send)
                return
            elif isinstance(action, Endless):
                await _answer_endlessly(action, receive, send)
                return
            elif isinstance(action, IgnoreRange):
                scope = rewrite.without_range(scope)
            elif isinstance(action, WrongRange):
                scope, send = rewrite.shift_range(action, scope, send)
            else:
                send = rewrite.response(action, send)
        await self._app(scope, receive, send)


def _recorded(scope: Scope, host: Host) -> RecordedRequest:
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    _, port = scope.get("client") or ("", 0)
    query = scope["query_string"].decode()
    return RecordedRequest(host, scope["method"], raw_path.decode("latin-1"), query, headers, connection=port)


def _counting(request: RecordedRequest, receive: Receive, send: Send) -> tuple[Receive, Send]:
    async def counted_receive() -> Message:
        message = await receive()
        request.received += len(message.get("body", b""))
        return message

    async def counted_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            request.status = message["status"]
        # Before it is sent: a test may look as soon as its client has the last byte.
        request.sent += len(message.get("body", b""))
        await send(message)

    return counted_receive, counted_send


async def _discard(message: Message) -> None:
    """Take an answer that nobody is to see."""


def _asked(scope: Scope) -> str:
    path: str = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query: str = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


async def _answer(status: int, headers: Mapping[str, str], body: str, scope: Scope, send: Send) -> None:
    data = body.encode()
    fields = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(data))}
    fields.update({name.lower(): value for name, value in headers.items()})
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else data})


async def _answer_endlessly(action: Endless, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", action.content_type.encode("latin-1"))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    leaving = asyncio.create_task(gone())
    chunk = action.chunk.encode()
    while not leaving.done():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await asyncio.sleep(0)
