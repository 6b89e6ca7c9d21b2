"""Requests without httpx: no import of it to start with, a fraction of its CPU for small answers, and no copy of large
ones."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hfcli_core.errors import NetworkError
from hfcli_core.hub.connections import KEEPALIVE, Connection, IdleConnections, Way
from hfcli_core.hub.heads import read_head
from hfcli_core.hub.lean_answers import LeanAnswer
from hfcli_core.hub.network import open_socket
from hfcli_core.hub.proxies import parsed_proxy, proxy_for
from hfcli_core.hub.retry import SAFE_METHODS
from hfcli_core.hub.transport_errors import (
    AnswerTimeoutError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    PrivateAddressError,
    ProtocolError,
    ProxyError,
)

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Mapping

    from hfcli_core.hub.addresses import Origin
    from hfcli_core.hub.budgets import Budget
    from hfcli_core.hub.encoding import Content
    from hfcli_core.hub.network import Network
    from hfcli_core.hub.waiting import Waiting

_PLAIN = re.compile(r"(?!.*/\.\.?(?:/|$|[?#]))[A-Za-z0-9!#$%&'()*+,\-./:;=?@\[\]_~]+")
_TARGET = re.compile(r"[a-z]+://[^/?#]*([^?#]*)(\?[^#]+)?", re.IGNORECASE)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

_WITH_HEAD = 16384
"""Bytes of content that are sent in one piece with the head."""


class Lean:
    """Sends requests over connections that the threads of a session share."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        context: Callable[[], ssl.SSLContext],
        network: Network,
        waiting: Waiting,
    ) -> None:
        self._context, self._network, self._waiting = context, network, waiting
        self._idle = IdleConnections(KEEPALIVE)
        self._proxy_for = functools.lru_cache(256)(lambda origin: proxy_for(str(origin), environ))

    def can_reach(self, url: str, origin: Origin) -> bool:
        """Whether ``url`` can be sent as it is; httpx knows how to quote it, and TLS within TLS."""
        if not _PLAIN.fullmatch(url):
            return False
        proxy = self._proxy_for(origin)
        return proxy is None or origin.scheme == "http" or not proxy.startswith("https:")

    def ask(
        self,
        method: str,
        url: str,
        origin: Origin,
        headers: Mapping[str, str],
        budget: Budget,
        *,
        content: Content,
        total_by: float | None,
        public_only: bool,
    ) -> LeanAnswer:
        """The answer; raises ``TransportError``, ``Cancelled``, and what the iteration over ``content`` raises."""
        way = Way(origin, self._proxy_for(origin))
        request = _Request(method, _head(method, url, way, headers), content, budget, total_by)
        connection = self._idle.take(way)
        if connection is not None:
            if public_only and way.proxy is None and not self._network.is_public(connection.peer):
                self._idle.give(connection)
                raise PrivateAddressError(f"{origin.host} is {connection.peer}")
            try:
                return self._answer(connection, request)
            except ConnectionLostError:
                if connection.received or not request.repeatable:
                    raise
                # The server closed it while it was idle (faults.md N23).
        self._idle.drop_expired()
        connection = self._connect(way, budget, total_by, public_only=public_only)
        return self._answer(connection, request)

    def close(self) -> None:
        self._idle.close()

    def _answer(self, connection: Connection, request: _Request) -> LeanAnswer:
        budget, total_by = request.budget, request.total_by
        try:
            whole = request.send(connection)
            by = time.monotonic() + budget.first_byte
            connection.silence, connection.by = budget.first_byte, by if total_by is None else min(by, total_by)
            return LeanAnswer(
                connection,
                request.method,
                read_head(connection),
                give=self._idle.give if whole else Connection.close,
                budget=budget,
                total_by=total_by,
            )
        except BaseException:
            connection.close()
            raise

    def _connect(self, way: Way, budget: Budget, total_by: float | None, *, public_only: bool) -> Connection:
        origin, by = way.origin, time.monotonic() + budget.connect
        by = by if total_by is None else min(by, total_by)
        to_host, to_port = origin.host, origin.port
        if way.proxy is not None:
            proxy = parsed_proxy(way.proxy)
            to_host, to_port = proxy.host, proxy.port
        try:
            if origin.scheme == "https":
                self._context()  # what is wrong with our own certificates is told before anything is sent
            # A proxy is the user's own choice, wherever it stands.
            checked = public_only and way.proxy is None
            sock = self._network.connect(
                to_host, to_port, max(0.001, by - time.monotonic()), public_only=checked, opener=open_socket(to_port)
            )
            try:
                if way.proxy is not None and proxy.scheme == "https":
                    sock = self._secured(sock, proxy.host, by)
                if origin.scheme == "https":
                    if way.proxy is not None:
                        self._open_tunnel(sock, way, by)
                    sock = self._secured(sock, origin.host, by)
                return Connection(sock, way, self._waiting)
            except BaseException:
                sock.close()
                raise
        except TimeoutError as error:
            raise ConnectTimeoutError(str(error)) from error
        except OSError as error:
            raise ConnectError(str(error)) from error

    def _secured(self, sock: socket.socket, host: str, by: float) -> socket.socket:
        context = self._context()
        context.set_alpn_protocols(["http/1.1"])
        sock.settimeout(max(0.001, by - time.monotonic()))
        return context.wrap_socket(sock, server_hostname=host)

    def _open_tunnel(self, sock: socket.socket, way: Way, by: float) -> None:
        """Have the proxy connect us to the origin."""
        target = f"{_literal(way.origin.host)}:{way.origin.port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *_proxy_lines(way)]
        connection = Connection(sock, way, self._waiting)
        connection.send(_joined(lines))
        connection.silence, connection.by = max(0.001, by - time.monotonic()), by
        try:
            head = read_head(connection)
        except AnswerTimeoutError as error:
            raise ConnectTimeoutError("the proxy did not answer") from error
        if not 200 <= head.status < 300:
            raise ProxyError(f"{head.status} {head.reason}")
        if connection.held:
            raise ProtocolError("the proxy speaks before the server does")


class _Request:
    """A request, ready to be sent. ``repeatable``: a second time does no harm, and is possible."""

    def __init__(self, method: str, head: bytes, content: Content, budget: Budget, total_by: float | None) -> None:
        self.method, self.budget, self.total_by = method, budget, total_by
        self._head, self._content = head, content
        self.repeatable = method in SAFE_METHODS and not isinstance(content, Iterator)

    def send(self, connection: Connection) -> bool:
        """False where the server ends the connection before it has all of it: its answer may say why."""
        connection.silence, connection.by = self.budget.read, self.total_by
        if isinstance(self._content, bytes) and len(self._content) <= _WITH_HEAD:
            connection.send(self._head + self._content)
            return True
        connection.send(self._head)
        if self._content is None:
            return True
        for part in [self._content] if isinstance(self._content, bytes) else self._content:
            try:
                connection.send_part(part)
            except ConnectionLostError:
                if not connection.has_something():
                    raise
                return False
        return True


def _head(method: str, url: str, way: Way, headers: Mapping[str, str]) -> bytes:
    """The request as it is sent: with the whole address to a proxy that does not make a tunnel."""
    match = _TARGET.match(url)
    target = (match[1] or "/") + (match[2] or "") if match else "/"
    host = _authority(way.origin)
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    if way.proxy is not None and way.origin.scheme == "http":
        lines[0] = f"{method} http://{host}{target} HTTP/1.1"
        lines += _proxy_lines(way)
    for name, value in headers.items():
        if not _is_token(name):
            raise NetworkError(f"Not a header that can be sent: {name[:40]!r}")
        lines.append(f"{name}: {value}")
    return _joined(lines)


def _joined(lines: list[str]) -> bytes:
    try:
        head = "\r\n".join([*lines, "", ""]).encode("ascii")
    except UnicodeEncodeError as error:
        raise NetworkError("A header of the request has letters that cannot be sent") from error
    # A line break within a value would be a header, or a request, of somebody else's making.
    if head.count(b"\r") != len(lines) + 1 or head.count(b"\n") != len(lines) + 1 or b"\0" in head:
        raise NetworkError("A header of the request has control characters that cannot be sent")
    return head


@functools.lru_cache(256)
def _is_token(name: str) -> bool:
    return _TOKEN.fullmatch(name) is not None


@functools.lru_cache(256)
def _authority(origin: Origin) -> str:
    return str(origin).partition("://")[2]


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@functools.lru_cache(256)
def _proxy_lines(way: Way) -> tuple[str, ...]:
    from base64 import b64encode

    credentials = parsed_proxy(way.proxy or "").credentials
    if credentials is None:
        return ()
    return (f"Proxy-Authorization: Basic {b64encode(':'.join(credentials).encode()).decode()}",)
