"""Sockets with budgets: names resolved in bounded time, addresses raced, headers awaited no longer than they may be.

httpcore bounds each read of a socket, so a server that sends one byte every few seconds could hold it for ever, and it
leaves names to ``getaddrinfo``, which has no limit at all. This backend stands below it and knows the deadlines of the
request that the current thread is sending.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from httpcore import SOCKET_OPTION

    IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

NAME_LIMIT = 8.0
"""Seconds for a name to be resolved (faults.md N17: the whole failure is told within ten)."""

STAGGER = 0.25
"""Seconds before the next address of a host is tried beside the one that does not answer (faults.md N19)."""


class NameNotResolved(httpcore.ConnectError):
    """The host has no address, or none was found in time."""


class PrivateAddressRefused(httpcore.ConnectError):
    """A public server sent us to an address of a private network (faults.md S07)."""


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


def is_public(address: IpAddress) -> bool:
    return address.is_global and not address.is_multicast


class Network(httpcore.NetworkBackend):
    """A network backend for httpcore's connection pools."""

    def __init__(self, *, is_public: Callable[[IpAddress], bool] = is_public) -> None:
        self._is_public = is_public
        self._backend = httpcore.SyncBackend()

    def is_public(self, address: str) -> bool:
        return self._is_public(ipaddress.ip_address(address.partition("%")[0]))

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        started = time.monotonic()
        addresses = _resolve(host, port, min(timeout or NAME_LIMIT, NAME_LIMIT))
        if _deadlines.public_only:
            for address in addresses:
                if not self.is_public(address):
                    raise PrivateAddressRefused(f"{host} is {address}")
        left = None if timeout is None else max(0.001, timeout - (time.monotonic() - started))
        options = list(socket_options or ())

        def connect(address: str) -> httpcore.NetworkStream:
            return self._backend.connect_tcp(address, port, left, local_address, options)

        stream = connect(addresses[0]) if len(addresses) == 1 else _race(connect, addresses, left)
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


def _resolve(host: str, port: int, limit: float) -> list[str]:
    """The addresses of ``host``, families alternating, the system's preferred one first."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    answers: queue.SimpleQueue[list[Any] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=limit)
    except queue.Empty:
        raise NameNotResolved(f"no answer within {limit:.0f} s") from None
    if not isinstance(answer, list):
        raise NameNotResolved(str(answer)) from answer
    families: dict[int, list[str]] = {}
    for family, _, _, _, address in answer:
        known = families.setdefault(family, [])
        if address[0] not in known:
            known.append(address[0])
    rounds = max(map(len, families.values()), default=0)
    found = [known[n] for n in range(rounds) for known in families.values() if n < len(known)]
    if not found:
        raise NameNotResolved("no address")
    return found


def _race(
    connect: Callable[[str], httpcore.NetworkStream], addresses: list[str], limit: float | None
) -> httpcore.NetworkStream:
    """Connect to the first address that answers; a later one starts when an earlier is silent or has failed."""
    results: queue.SimpleQueue[httpcore.NetworkStream | Exception] = queue.SimpleQueue()
    over = threading.Event()
    handing_over = threading.Lock()

    def attempt(address: str) -> None:
        try:
            stream = connect(address)
        except Exception as error:  # handed to the thread that waits
            results.put(error)
            return
        with handing_over:
            if not over.is_set():
                results.put(stream)
                return
        stream.close()

    ends = None if limit is None else time.monotonic() + limit
    waiting = list(addresses)
    pending = 0
    failure: Exception = httpcore.ConnectTimeout("no address answered")
    try:
        while waiting or pending:
            if waiting:
                threading.Thread(target=attempt, args=(waiting.pop(0),), daemon=True).start()
                pending += 1
            left = None if ends is None else max(0.0, ends - time.monotonic())
            patience = STAGGER if left is None else min(STAGGER, left)
            try:
                result = results.get(timeout=patience if waiting else left)
            except queue.Empty:
                if waiting and left != 0:
                    continue
                break
            pending -= 1
            if not isinstance(result, Exception):
                return result
            failure = result
    finally:
        with handing_over:
            over.set()
        while not results.empty():
            late = results.get()
            if not isinstance(late, Exception):
                late.close()
    raise failure
