"""HTTP/1.1 on one connection: reads requests, one after the other, and hands each to an exchange."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
import struct
from typing import Any

from bench.hub.exchange import Exchange
from bench.hub.state import State

_BUFFER = bytearray(1 << 20)  # shared: what arrives is taken out before the next connection is read
_PACED_SEND_BUFFER = 256 << 10
_HEAD_END = b"\r\n\r\n"


class Connection(asyncio.BufferedProtocol):
    """A request is read whole before it is answered; the body of a PUT is counted and dropped as it comes."""

    def __init__(self, state: State, role: str) -> None:
        self.state, self.role = state, role
        self.fresh = True  # no request yet
        self.closed = False
        self._unread = bytearray()
        self._exchange: Exchange | None = None  # the request that is being read or answered
        self._missing = 0  # bytes of its body
        self._chunked = False
        self._answering = False
        self._writable: asyncio.Future[None] | None = None
        self._paced_until = 0.0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.loop = asyncio.get_running_loop()
        connected = transport.get_extra_info("socket")
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.state.settings.rate or self.state.settings.total_rate:
            # What waits here counts as sent; a client that is killed would seem to fetch it twice.
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _PACED_SEND_BUFFER)

    def connection_lost(self, _: Exception | None) -> None:
        self.closed = True
        self.resume_writing()

    def pause_writing(self) -> None:
        self._writable = self.loop.create_future()

    def resume_writing(self) -> None:
        if self._writable and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    async def drained(self) -> None:
        if self._writable:
            await self._writable

    def reset(self) -> None:
        """Close in a way that the client sees as "connection reset by peer"."""
        with contextlib.suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()

    def get_buffer(self, _: int) -> bytearray:
        return _BUFFER

    def buffer_updated(self, count: int) -> None:
        self._feed(memoryview(_BUFFER)[:count])

    def _feed(self, arrived: memoryview) -> None:
        while arrived:
            if self._answering:  # pipelined
                self._unread += arrived
                return
            if self._exchange is None:
                arrived = self._read_head(arrived)
            elif self._chunked:
                arrived = self._read_chunks(arrived)
            else:
                taken = arrived[: self._missing]
                self._take(taken)
                self._missing -= len(taken)
                arrived = arrived[len(taken) :]
                if not self._missing:
                    self._answer()

    def _read_head(self, arrived: memoryview) -> memoryview:
        self._unread += arrived
        end = self._unread.find(_HEAD_END)
        if end < 0:
            return memoryview(b"")
        head, rest = bytes(self._unread[:end]), bytes(self._unread[end + len(_HEAD_END) :])
        self._unread.clear()
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self._exchange = exchange = Exchange(self, method, target, headers)
        if method == "PUT" and self.state.settings.hash_uploads:
            exchange.digest = hashlib.sha256()
        self._chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        self._missing = int(headers.get("content-length", 0))
        if headers.get("expect", "").lower() == "100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if not self._missing and not self._chunked:
            self._answer()
        return memoryview(rest)

    def _read_chunks(self, arrived: memoryview) -> memoryview:
        self._unread += arrived
        while (end := self._unread.find(b"\r\n")) >= 0:
            size = int(self._unread[:end].split(b";")[0], 16)
            after = end + 2 + size + 2
            if len(self._unread) < after:
                break
            self._take(memoryview(bytes(self._unread[end + 2 : end + 2 + size])))
            del self._unread[:after]
            if not size:
                rest = bytes(self._unread)
                self._unread.clear()
                self._answer()
                return memoryview(rest)
        return memoryview(b"")

    def _take(self, body: memoryview) -> None:
        exchange = self._exchange
        assert exchange is not None
        if exchange.method != "PUT":
            exchange.body += body
            return
        exchange.received += len(body)
        self.state.counters.bytes["put"] += len(body)
        if exchange.digest:
            exchange.digest.update(body)
        if rate := self.state.settings.rate:
            now = self.loop.time()
            self._paced_until = max(self._paced_until, now - 0.05) + len(body) / rate
            if self._paced_until > now + 0.01:
                self.transport.pause_reading()
                self.loop.call_later(self._paced_until - now, self._resume_reading)

    def _resume_reading(self) -> None:
        if not self.closed:
            self.transport.resume_reading()

    def _answer(self) -> None:
        assert self._exchange is not None
        self._answering = True
        task = self.loop.create_task(self._exchange.run())
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._answering, self._exchange, self.fresh = False, None, False
        if task.exception():
            self.reset()
            self.loop.call_exception_handler({"message": "an answer failed", "exception": task.exception()})
        elif self._unread and not self.closed:
            unread = bytes(self._unread)
            self._unread.clear()
            self._feed(memoryview(unread))
