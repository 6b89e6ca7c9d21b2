"""Connections within budgets: names resolved in bounded time, addresses raced."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from hfcli_core.hub.transport_errors import ConnectTimeoutError, NameNotResolvedError, PrivateAddressError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol, TypeVar

    IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

    class Closable(Protocol):
        def close(self) -> None: ...

    C = TypeVar("C", bound=Closable)

NAME_LIMIT = 8.0
"""Seconds for a name to be resolved (faults.md N17: the whole failure is told within ten)."""

STAGGER = 0.25
"""Seconds before the next address of a host is tried beside the one that does not answer (faults.md N19)."""


def is_public(address: IpAddress) -> bool:
    return address.is_global and not address.is_multicast


class Network:
    """Finds the addresses of hosts, and which of them answers."""

    def __init__(self, *, is_public: Callable[[IpAddress], bool] = is_public) -> None:
        self._is_public = is_public

    def is_public(self, address: str) -> bool:
        return self._is_public(ipaddress.ip_address(address.partition("%")[0]))

    def connect(
        self,
        host: str,
        port: int,
        timeout: float | None,
        *,
        public_only: bool,
        opener: Callable[[str, float | None], C],
    ) -> C:
        """What ``opener`` opens, which gets an address and seconds: for the first address for which it does not raise.

        Raises ``ConnectError`` of its own, and the last that ``opener`` raised.
        """
        started = time.monotonic()
        addresses = _resolve(host, port, min(timeout or NAME_LIMIT, NAME_LIMIT))
        if public_only:
            for address in addresses:
                if not self.is_public(address):
                    raise PrivateAddressError(f"{host} is {address}")
        left = None if timeout is None else max(0.001, timeout - (time.monotonic() - started))
        if len(addresses) == 1:
            return opener(addresses[0], left)
        return _race(lambda address: opener(address, left), addresses, left)


def open_socket(port: int) -> Callable[[str, float | None], socket.socket]:
    """An opener of plain connections; they raise ``OSError``."""

    def opener(address: str, timeout: float | None) -> socket.socket:
        connection = socket.create_connection((address, port), timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    return opener


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

    try:
        threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    except RuntimeError:  # the system gives no more threads
        ask()
    try:
        answer = answers.get(timeout=limit)
    except queue.Empty:
        raise NameNotResolvedError(f"no answer within {limit:.0f} s") from None
    if not isinstance(answer, list):
        raise NameNotResolvedError(str(answer)) from answer
    families: dict[int, list[str]] = {}
    for family, _, _, _, address in answer:
        known = families.setdefault(family, [])
        if address[0] not in known:
            known.append(address[0])
    rounds = max(map(len, families.values()), default=0)
    found = [known[n] for n in range(rounds) for known in families.values() if n < len(known)]
    if not found:
        raise NameNotResolvedError("no address")
    return found


def _race(connect: Callable[[str], C], addresses: list[str], limit: float | None) -> C:
    """Connect to the first address that answers; a later one starts when an earlier is silent or has failed."""
    results: queue.SimpleQueue[C | Exception] = queue.SimpleQueue()
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
    failure: Exception = ConnectTimeoutError("no address answered")
    try:
        while waiting or pending:
            if waiting:
                address = waiting.pop(0)
                try:
                    threading.Thread(target=attempt, args=(address,), daemon=True).start()
                except RuntimeError:
                    attempt(address)
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
