"""Connections of our own: kept alive, shared by the threads of a session, read and written under deadlines."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.errors import Cancelled
from hfcli_core.hub.transport_errors import AnswerTimeoutError, ConnectionLostError

if TYPE_CHECKING:
    import socket

    from _typeshed import ReadableBuffer as Buffer, WriteableBuffer

    from hfcli_core.hub.addresses import Origin
    from hfcli_core.hub.waiting import Waiting

KEEPALIVE = 4.0
"""Seconds; below the five after which common servers close, so that a request is rarely sent into a connection that is
being closed, where its outcome would be unknown."""

_SLICE = 0.25
"""Seconds after which a read that waits looks whether it was cancelled, or is late."""

_AT_ONCE = 16384
"""Bytes that are asked for while a head is awaited: a small file comes with it."""


class Way(NamedTuple):
    """What a connection is good for. ``proxy``: the address of the proxy that it goes through."""

    origin: Origin
    proxy: str | None


class Connection:
    """A connection, and what came over it and was not used yet: ``held``.

    A read raises ``AnswerTimeoutError`` after ``silence`` seconds, and when it is later than ``by`` of
    :func:`time.monotonic`. ``received`` counts bytes since the last request; ``peer`` is the address at the other end.
    """

    def __init__(self, sock: socket.socket, way: Way, waiting: Waiting) -> None:
        sock.settimeout(_SLICE)
        self._sock, self._waiting = sock, waiting
        self._buffer = memoryview(bytearray(_AT_ONCE))
        self.way, self.pid, self.idle_since = way, os.getpid(), 0.0
        self.peer = str(sock.getpeername()[0])
        self.held = bytearray()
        self.received = 0
        self._ending = False
        self.silence = 0.0
        self.by: float | None = None

    def send(self, head: bytes) -> None:
        """Send a request. A head is far smaller than what an idle socket takes at once."""
        self.received = 0
        try:
            self._sock.sendall(head)
        except TimeoutError as error:
            raise AnswerTimeoutError(str(error)) from error
        except OSError as error:
            raise ConnectionLostError(str(error)) from error

    def send_part(self, part: Buffer) -> None:
        """Send a part of a body; waits at most ``silence`` seconds for the other side to take some of it."""
        rest = memoryview(part).cast("B")
        until = time.monotonic() + self.silence
        while rest:
            if self._waiting.cancelled.is_set():
                raise Cancelled
            try:
                rest = rest[self._sock.send(rest) :]
                until = time.monotonic() + self.silence
            except TimeoutError as error:
                if error.errno is not None:  # the system gave the connection up
                    raise ConnectionLostError(str(error)) from error
            except OSError as error:
                raise ConnectionLostError(str(error)) from error
            now = time.monotonic()
            if now >= until or (self.by is not None and now >= self.by):
                raise AnswerTimeoutError("what was sent was not taken in time")

    def receive_into(self, buffer: WriteableBuffer) -> int:
        """Bytes that came, at least one; 0 at the end of the connection."""
        now = time.monotonic()
        until = now + self.silence
        if self.by is not None and self.by < until:
            until = self.by
        while True:
            if self._waiting.cancelled.is_set():
                return self._receive_rest(buffer)
            if now >= until:
                raise AnswerTimeoutError("nothing came in time")
            try:
                size = self._sock.recv_into(buffer)
                break
            except TimeoutError as error:
                if error.errno is not None:  # the system gave the connection up
                    raise ConnectionLostError(str(error)) from error
            except OSError as error:
                raise ConnectionLostError(str(error)) from error
            now = time.monotonic()
        self.received += size
        return size

    def _receive_rest(self, buffer: WriteableBuffer) -> int:
        """What has come is not to be asked for again by the next run; once, as more may come for ever."""
        if self._ending:
            raise Cancelled
        self._ending = True
        self._sock.setblocking(False)
        try:
            size = self._sock.recv_into(buffer)
        except OSError as error:
            raise Cancelled from error
        self.received += size
        return size

    def hold_more(self) -> bool:
        """Wait for more, and hold it; False at the end of the connection."""
        size = self.receive_into(self._buffer)
        self.held += self._buffer[:size]
        return size > 0

    def take_held(self, buffer: memoryview) -> int:
        """Put what is held into ``buffer``, as far as it goes."""
        size = min(len(self.held), len(buffer))
        buffer[:size] = memoryview(self.held)[:size]
        del self.held[:size]
        return size

    def has_something(self) -> bool:
        """Whether something came that was not read."""
        return _is_readable(self._sock)

    def is_idle(self) -> bool:
        """Whether nothing came since the last answer; what comes then is the end, or no answer of ours."""
        return not _is_readable(self._sock)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.close()


def _is_readable(sock: socket.socket) -> bool:
    number = sock.fileno()
    if number < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


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
