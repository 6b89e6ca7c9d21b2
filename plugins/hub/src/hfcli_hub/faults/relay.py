"""A TCP relay in front of an origin, for the faults that an HTTP server cannot make.

It follows the messages of each connection, so that it knows method, path and byte offset, and passes them on unchanged
until a rule tells it to cut, stall, slow down or lie.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hfcli_hub.faults.outlet import CutShortError, Outlet
from hfcli_hub.faults.record import RecordedRequest
from hfcli_hub.faults.rules import Bandwidth, Cut
from hfcli_hub.faults.wire import read_body, read_head, with_length

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from hfcli_hub.faults.record import RequestRecord
    from hfcli_hub.faults.rules import Action, Host
    from hfcli_hub.faults.script import FaultScript
    from hfcli_hub.faults.wire import Head

_HEAD_LIMIT = 1 << 20
_WATCH_SECONDS = 0.1


class Relay:
    """Relays connections from a listening socket to ``upstream``, an address on this machine."""

    server: asyncio.Server

    def __init__(self, host: Host, upstream: tuple[str, int], script: FaultScript, record: RequestRecord) -> None:
        self._host = host
        self._upstream = upstream
        self._script = script
        self._record = record
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, listener: socket.socket) -> None:
        self.server = await asyncio.start_server(self._accepted, sock=listener, limit=_HEAD_LIMIT)

    async def stop(self) -> None:
        """Stop listening and end every connection, also those that a rule keeps waiting."""
        self.server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        watching = asyncio.create_task(_end_with(reader, task))
        try:
            await self._converse(reader, writer)
        except (CutShortError, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # a cut, a peer that left, a stop: the connection ends, and there is nobody to tell
        finally:
            watching.cancel()
            self._connections.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay the requests of one connection, one after the other."""
        answers: asyncio.StreamReader | None = None
        upstream: asyncio.StreamWriter | None = None
        bandwidth: float | None = None
        try:
            while (request := await read_head(reader)) is not None:
                actions = self._actions(request)
                bandwidth = next((a.bytes_per_second for a in actions if isinstance(a, Bandwidth)), bandwidth)
                if any(isinstance(a, Cut) and (a.of, a.at) == ("request", "start") for a in actions):
                    self._record_unseen(request)
                    await Outlet(writer, actions, "request", bandwidth).reach("start")
                if answers is None or upstream is None or answers.at_eof():
                    # The first request, or the origin has closed an idle connection, which the client cannot see.
                    if upstream is not None:
                        upstream.close()
                    answers, upstream = await asyncio.open_connection(*self._upstream, limit=_HEAD_LIMIT)
                # Both at once: an answer may come before the request's end (100 Continue, 413).
                sending = asyncio.create_task(
                    _send_request(request, reader, Outlet(upstream, actions, "request", bandwidth, back=writer))
                )
                try:
                    outlet = Outlet(writer, actions, "response", bandwidth)
                    if not await _send_response(request, answers, outlet, sending):
                        return
                    await sending
                finally:
                    sending.cancel()
        finally:
            if upstream is not None:
                upstream.close()

    def _actions(self, request: Head) -> Sequence[Action]:
        method, target, _ = request.start
        return self._script.take("tcp", method, target.partition("?")[0], self._host)

    def _record_unseen(self, request: Head) -> None:
        """Record a request that a rule keeps from the origin, whose own record will not have it."""
        method, target, _ = request.start
        path, _, query = target.partition("?")
        self._record.add(RecordedRequest(self._host, method, path, query, request.headers))


async def _end_with(reader: asyncio.StreamReader, conversation: asyncio.Task[None]) -> None:
    """End a conversation once its client has left, so that the origin learns of it as it would without a relay."""
    while not reader.at_eof():
        await asyncio.sleep(_WATCH_SECONDS)
    conversation.cancel()


async def _send_request(request: Head, reader: asyncio.StreamReader, outlet: Outlet) -> None:
    await outlet.send_head(request.raw)
    await outlet.send_body(read_body(reader, request))


async def _send_response(
    request: Head, answers: asyncio.StreamReader, outlet: Outlet, sending: asyncio.Task[None]
) -> bool:
    """Pass the answer on; return whether another request may follow on this connection."""
    head = await _next_head(answers, sending)
    while head is not None and head.start[1].startswith("1"):
        await outlet.send_interim(head.raw)
        head = await _next_head(answers, sending)
    if head is None:
        return False
    await outlet.reach("start")
    delta = outlet.wrong_length
    await outlet.send_head(with_length(head, delta) if delta else head.raw)
    bodiless = request.start[0] == "HEAD" or head.start[1] in ("204", "304")
    until_close = not bodiless and not head.chunked and head.length is None
    await outlet.send_body(read_body(answers, head, bodiless=bodiless))
    await outlet.reach("end")
    return request.keeps_alive and head.keeps_alive and not until_close and not delta


async def _next_head(answers: asyncio.StreamReader, sending: asyncio.Task[None]) -> Head | None:
    """The next head of an answer; a rule that cuts the request meanwhile ends the wait."""
    reading = asyncio.create_task(read_head(answers))
    await asyncio.wait({reading, sending}, return_when=asyncio.FIRST_COMPLETED)
    if sending.done() and isinstance(sending.exception(), CutShortError):
        reading.cancel()
        await sending
    return await reading
