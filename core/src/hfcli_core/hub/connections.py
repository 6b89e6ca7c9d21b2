"""Connections for the bodies of files: kept alive, shared by the threads of a session, read under deadlines."""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.errors import Cancelled
from hfcli_core.hub.lean_httpx import httpx

if TYPE_CHECKING:
    import socket

    import httpcore
    from _typeshed import WriteableBuffer

    from hfcli_core.hub.addresses import Origin
    from hfcli_core.hub.waiting import Waiting

_SLICE = 0.25
"""Seconds after which a read that waits looks whether it was cancelled, or is late."""

_BUFFER = 65536
"""Bytes of the parser's buffer: a small file comes with its headers in one read."""

HEAD_CAP = 2**18
"""Bytes that the headers of an answer may have (faults.md S11), and what lies between two pieces of a body."""


class Way(NamedTuple):
    """What a connection is good for. ``proxy``: the address of the proxy that it goes through."""

    origin: Origin
    proxy: str | None


class Wire(io.RawIOBase):
    """What a socket receives. A read raises ``ReadTimeout`` after ``silence`` seconds, and when it is later than ``by``
    of :func:`time.monotonic`; ``received`` bytes may be at most ``limit``. While ``dry`` it gives nothing."""

    def __init__(self, sock: socket.socket, waiting: Waiting) -> None:
        sock.settimeout(_SLICE)
        self._receive, self._waiting = sock.recv_into, waiting
        self.silence = 0.0
        self.by: float | None = None
        self.received, self.limit = 0, float("inf")
        self.ended = self.dry = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        if self.dry:
            return None
        now = time.monotonic()
        until = now + self.silence
        if self.by is not None and self.by < until:
            until = self.by
        while True:
            if self._waiting.cancelled.is_set():
                raise Cancelled
            if now >= until:
                raise httpx.ReadTimeout("nothing came in time")
            try:
                size = self._receive(buffer)
                break
            except TimeoutError as error:
                if error.errno is not None:  # the system gave the connection up
                    raise httpx.ReadError(str(error)) from error
            except OSError as error:
                raise httpx.ReadError(str(error)) from error
            now = time.monotonic()
        self.received += size
        if self.received > self.limit:
            raise httpx.RemoteProtocolError("more bytes than headers may have")
        self.ended = not size
        return size


class _Reader(io.BufferedReader):
    def close(self) -> None:
        """Stay open: the parser closes its file after each answer, and the connection outlives that."""

    def flush(self) -> None:
        """Do nothing: a parser that is collected with its connection may come here when that is closed already."""


class Connection:
    """A connection and the parser's view of it. ``peer`` is the address at the other end."""

    def __init__(self, stream: httpcore.NetworkStream, way: Way, waiting: Waiting) -> None:
        self._stream = stream
        self.way, self.pid, self.idle_since = way, os.getpid(), 0.0
        sock: socket.socket = stream.get_extra_info("socket")
        self._send = sock.sendall
        self.wire = Wire(sock, waiting)
        self._reader = _Reader(self.wire, _BUFFER)
        self.peer = str(stream.get_extra_info("server_addr")[0])

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002  the part of a socket that http.client uses
        return self._reader

    def send(self, head: bytes) -> None:
        """Send a request. A head is far smaller than what an idle socket takes at once."""
        self.wire.received = 0
        try:
            self._send(head)
        except TimeoutError as error:
            raise httpx.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpx.WriteError(str(error)) from error

    def buffered(self) -> bytes:
        """What the parser's buffer holds, which is empty afterwards."""
        self.wire.dry = True
        try:
            return self._reader.read1(_BUFFER) or b""
        finally:
            self.wire.dry = False

    def is_idle(self) -> bool:
        """Whether nothing came since the last answer; what comes then is the end, or no answer of ours."""
        return not self._stream.get_extra_info("is_readable")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.close()


class IdleConnections:
    """Connections between two requests, the last one used first; dropped after ``keepalive`` seconds."""

    def __init__(self, keepalive: float) -> None:
        self._keepalive = keepalive
        self._reset()

    def take(self, way: Way) -> Connection | None:
        """A connection that is still usable."""
        # One that a child process shared with its parent would mix up their answers; and a lock may have been held.
        if self._pid != os.getpid():
            self.close()
        while True:
            with self._lock:
                idle = self._idle.get(way)
                connection = idle.pop() if idle else None
            if connection is None:
                return None
            if time.monotonic() - connection.idle_since < self._keepalive and connection.is_idle():
                return connection
            connection.close()

    def give(self, connection: Connection) -> None:
        if connection.pid != self._pid:
            connection.close()
            return
        connection.idle_since = time.monotonic()
        with self._lock:
            self._idle.setdefault(connection.way, []).append(connection)

    def drop_expired(self) -> None:
        """Close what would not be used again, of every way."""
        before = time.monotonic() - self._keepalive
        expired: list[Connection] = []
        with self._lock:
            for way, idle in self._idle.items():
                expired += [connection for connection in idle if connection.idle_since <= before]
                self._idle[way] = [connection for connection in idle if connection.idle_since > before]
        for connection in expired:
            connection.close()

    def close(self) -> None:
        idle = self._idle
        self._reset()
        for connections in idle.values():
            for connection in connections:
                connection.close()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._idle: dict[Way, list[Connection]] = {}
