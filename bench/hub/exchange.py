"""One request and its answer, with the latency, the bandwidth and the faults that the settings ask for."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from bench.hub.content import MIB, File, Repo
from bench.hub.routing import CONTROL, find
from bench.hub.state import CDN, Fault

if TYPE_CHECKING:
    import hashlib

    from bench.hub.connection import Connection

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_STEP = 4 * MIB  # of one sendfile(2) without a limit
_PACED_STEP = MIB  # at most, with a limit: what is in the client's buffer when it is killed has to be fetched again
_PACED_SECONDS = 0.02


class CutShortError(Exception):
    """A fault has ended this answer."""


class RefusedError(Exception):
    """The answer is an error; its code is what clients tell kinds of 404 apart by."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


class Exchange:
    def __init__(self, connection: Connection, method: str, target: str, headers: dict[str, str]) -> None:
        self.connection, self.state = connection, connection.state
        self.counters = connection.state.counters
        self.method, self.target, self.headers = method, target, headers
        path, _, self.query = target.partition("?")
        self.path = unquote(path)
        self.body = bytearray()
        self.received = 0  # bytes of the body of a PUT
        self.digest: hashlib._Hash | None = None
        self.fault: Fault | None = None
        self.status = 0

    def repo(self, repo_id: str) -> Repo:
        repo = self.state.repo(repo_id)
        if repo is None:
            raise RefusedError(404, "Repository not found", "RepoNotFound")
        return repo

    def parameter(self, name: str, default: str = "") -> str:
        return parse_qs(self.query).get(name, [default])[0]

    async def run(self) -> None:
        """Answer; what is left of the connection after a fault is not the caller's concern."""
        role = self.connection.role
        label, handler, groups = find(role, self.method, self.path)
        if label == CONTROL:
            await handler(self, *groups)
            return
        self.counters.begin(role, label, new_connection=self.connection.fresh)
        if role == CDN and "authorization" in self.headers:
            self.counters.tokens_on_cdn += 1
        try:
            await self._delay()
            self.fault = self.state.fault(label)
            if self.fault and self.fault.kind == "status":
                await self._inject(self.fault)
            else:
                await handler(self, *groups)
        except RefusedError as error:
            await self._refuse(error)
        except ConnectionError:
            self.connection.transport.abort()
        except CutShortError:
            pass
        finally:
            self.counters.end(self.status)

    async def _delay(self) -> None:
        settings = self.state.settings
        delay = settings.cdn_latency if self.connection.role == CDN else settings.latency
        if self.connection.fresh:
            delay += settings.connection_latency
        if delay:
            await asyncio.sleep(delay)

    async def _inject(self, fault: Fault) -> None:
        headers: dict[str, str] = {}
        if fault.retry_after is not None:
            headers["Retry-After"] = str(fault.retry_after)
        if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
            headers["RateLimit"] = f'"api";r=0;t={fault.retry_after or 1}'
            headers["RateLimit-Policy"] = '"fixed window";"api";q=500;w=300'
        await self.json({"error": "injected"}, fault.status, headers)

    def _head(self, status: int, length: int, headers: Mapping[str, Any], content_type: str) -> bytes:
        self.status = status
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, '')}", f"Content-Length: {length}"]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.headers.get("connection", "").lower() == "close":
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    async def json(self, value: Any, status: int = 200, headers: Mapping[str, Any] | None = None) -> None:
        await self.answer(status, json.dumps(value, separators=(",", ":")).encode(), headers)

    async def _refuse(self, error: RefusedError) -> None:
        headers = {"X-Error-Message": error.message} | ({"X-Error-Code": error.code} if error.code else {})
        await self.json({"error": error.message}, error.status, headers)

    async def answer(
        self,
        status: int,
        body: bytes = b"",
        headers: Mapping[str, Any] | None = None,
        content_type: str = "application/json",
    ) -> None:
        connection, fault = self.connection, self.fault
        head = self._head(status, len(body), headers or {}, content_type)
        if self.method == "HEAD":
            connection.transport.write(head)
            return
        if fault and fault.kind in ("reset", "short"):
            body = body[: int(len(body) * fault.at)]
        elif fault and fault.kind == "corrupt" and body:
            body = body[:-1] + bytes([body[-1] ^ 0xFF])
        self.counters.bytes[connection.role] += len(body)
        connection.transport.write(head + body)
        if fault:
            await self._cut(fault)
        await connection.drained()

    async def _cut(self, fault: Fault) -> None:
        """What a fault does where the body is to end."""
        if fault.kind == "stall":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "short":
            self.connection.transport.close()
            raise CutShortError
        elif fault.kind == "reset":
            await asyncio.sleep(0.02)  # let the client read what was sent: a reset throws it away
            self.connection.reset()
            raise CutShortError

    async def send_file(self, file: File, headers: Mapping[str, Any]) -> None:
        """The file, or the range of it that was asked for."""
        first, last, status = 0, file.size - 1, 200
        headers = {**headers, "Accept-Ranges": "bytes"}
        wanted = _RANGE.fullmatch(self.headers.get("range", ""))
        if wanted and (wanted[1] or wanted[2]):
            if wanted[1]:
                first, last = int(wanted[1]), min(int(wanted[2] or last), last)
            else:
                first = max(0, file.size - int(wanted[2]))
            if first > last:
                await self.answer(416, b"", {**headers, "Content-Range": f"bytes */{file.size}"})
                return
            status, headers["Content-Range"] = 206, f"bytes {first}-{last}/{file.size}"
        length = last - first + 1
        if self.method == "HEAD":
            self.connection.transport.write(self._head(status, length, headers, "application/octet-stream"))
        elif file.data is not None:
            await self.answer(status, file.data[first : last + 1], headers, "text/plain")
        else:
            self.connection.transport.write(self._head(status, length, headers, "application/octet-stream"))
            await self._send_body(file, first, length)

    async def _send_body(self, file: File, start: int, length: int) -> None:
        assert file.disk is not None
        settings, fault, loop = self.state.settings, self.fault, self.connection.loop
        limits = [rate for rate in (settings.rate, settings.total_rate) if rate]
        step = min(_PACED_STEP, max(16 << 10, int(min(limits) * _PACED_SECONDS))) if limits else _STEP
        cut = int(length * fault.at) if fault and fault.kind != "corrupt" else length
        sent, began = 0, loop.time()
        with file.disk.open("rb", buffering=0) as source:
            if fault and fault.kind == "corrupt":
                block = bytearray(os.pread(source.fileno(), min(length, 64 << 10), start))
                block[len(block) // 2] ^= 0xFF
                self.connection.transport.write(block)
                self.counters.bytes[CDN] += len(block)
                sent = len(block)
            while sent < length and not self.connection.closed:
                if fault and sent == cut:
                    await self._cut(fault)
                    cut = length
                count = min(step, (cut if sent < cut else length) - sent)
                await self._send_part(source, start + sent, count)
                sent += count
                await self._pace(began, sent, count)

    async def _send_part(self, source: Any, offset: int, count: int) -> None:
        source.seek(offset)
        try:
            await self.connection.loop.sendfile(self.connection.transport, source, offset, count)
        finally:  # the position says what went out, even where the client has left in the middle
            self.counters.bytes[CDN] += source.tell() - offset

    async def _pace(self, began: float, sent: int, count: int) -> None:
        """Wait until this connection, and the link that all share, may send again."""
        settings, state = self.state.settings, self.state
        now = self.connection.loop.time()
        wait = 0.0
        if settings.rate:
            wait = began + sent / settings.rate - now
        if settings.total_rate:
            state.link_free_at = max(state.link_free_at, now - _PACED_SECONDS) + count / settings.total_rate
            wait = max(wait, state.link_free_at - now)
        if wait > 0:
            await asyncio.sleep(wait)
