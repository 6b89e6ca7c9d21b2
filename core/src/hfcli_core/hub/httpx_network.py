"""The sockets of httpx's connections: ours, and headers awaited no longer than they may be.

httpcore bounds each read of a socket, so a server that sends one byte every few seconds could hold it for ever, and it
leaves names to ``getaddrinfo``, which has no limit at all. This backend stands below it and knows the deadlines of the
request that the current thread is sending.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import httpcore

from hfcli_core.hub.transport_errors import ConnectTimeoutError, TransportError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from httpcore import SOCKET_OPTION

    from hfcli_core.hub.network import Network


class _Deadlines(threading.local):
    """What the request of this thread may still take; valid while it is sent and its headers are awaited."""

    first_byte: float | None = None
    headers_by: float | None = None
    total_by: float | None = None
    public_only: bool = False


_deadlines = _Deadlines()


class sending:  # noqa: N801  reads as a statement: ``with sending(...)``
    """Bound what this thread sends inside the block; a deadline of the clock of :func:`time.monotonic`."""

    def __init__(self, *, first_byte: float, total_by: float | None, public_only: bool) -> None:
        self._values = (first_byte, total_by, public_only)

    def __enter__(self) -> None:
        _deadlines.first_byte, _deadlines.total_by, _deadlines.public_only = self._values
        _deadlines.headers_by = None

    def __exit__(self, *_: object) -> None:
        _deadlines.first_byte = _deadlines.headers_by = _deadlines.total_by = None
        _deadlines.public_only = False


class HttpxNetwork(httpcore.NetworkBackend):
    """A network backend for httpcore's connection pools."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        options = list(socket_options or ())

        def opener(address: str, left: float | None) -> httpcore.NetworkStream:
            return self._backend.connect_tcp(address, port, left, local_address, options)

        try:
            stream = self._network.connect(host, port, timeout, public_only=_deadlines.public_only, opener=opener)
        except TransportError as error:
            kind = httpcore.ConnectTimeout if isinstance(error, ConnectTimeoutError) else httpcore.ConnectError
            raise kind(str(error)) from error
        return _BoundedStream(stream)


class _BoundedStream(httpcore.NetworkStream):
    """A stream whose reads end when the headers' time, or the total, is up."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        by = _earliest(_deadlines.headers_by, _deadlines.total_by)
        if by is None:
            return self._stream.read(max_bytes, timeout)
        left = by - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the headers took too long")
        return self._stream.read(max_bytes, left if timeout is None else min(timeout, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if _deadlines.total_by is not None:
            left = _deadlines.total_by - time.monotonic()
            if left <= 0:
                raise httpcore.WriteTimeout("sending took too long")
            timeout = left if timeout is None else min(timeout, left)
        self._stream.write(buffer, timeout)
        if _deadlines.first_byte is not None:
            _deadlines.headers_by = time.monotonic() + _deadlines.first_byte

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _earliest(*moments: float | None) -> float | None:
    return min((moment for moment in moments if moment is not None), default=None)
