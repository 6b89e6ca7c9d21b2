"""An httpx transport on httpcore pools of our own making, so that the sockets below know our budgets.

Each thread has its own, because a pool that threads share spends a third of the time of small requests in its lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpcore

from hfcli_core.hub.connections import KEEPALIVE
from hfcli_core.hub.httpx_import import httpx
from hfcli_core.hub.httpx_network import HttpxNetwork
from hfcli_core.hub.proxies import parsed_proxy, proxy_for

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

    from hfcli_core.hub.network import Network

_CORE_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError)


class PooledTransport(httpx.BaseTransport):
    """Connections of one thread: a pool for each way there, which is direct or through a proxy."""

    def __init__(self, *, environ: Mapping[str, str], context: Callable[[], ssl.SSLContext], network: Network) -> None:
        self._environ, self._context, self._network = environ, context, HttpxNetwork(network)
        self._pools: dict[tuple[str | None, bool], httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        core = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            response = self._pool(str(url)).handle_request(core)
        except _CORE_FAILURES as error:
            raise _translated(error) from error
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _pool(self, url: str) -> httpcore.ConnectionPool:
        secure = url.startswith("https:")
        proxy = proxy_for(url, self._environ)
        if (proxy, secure) not in self._pools:
            self._pools[proxy, secure] = self._new_pool(proxy, secure)
        return self._pools[proxy, secure]

    def _new_pool(self, proxy: str | None, secure: bool) -> httpcore.ConnectionPool:
        context = self._context() if secure else None
        if proxy is None:
            return httpcore.ConnectionPool(
                ssl_context=context, keepalive_expiry=KEEPALIVE, network_backend=self._network
            )
        way = parsed_proxy(proxy)
        host = f"[{way.host}]" if ":" in way.host else way.host
        return httpcore.HTTPProxy(
            f"{way.scheme}://{host}:{way.port}",
            proxy_auth=way.credentials,
            ssl_context=context,
            proxy_ssl_context=self._context() if way.scheme == "https" else None,
            keepalive_expiry=KEEPALIVE,
            network_backend=self._network,
        )


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._response.iter_stream()
        except _CORE_FAILURES as error:
            raise _translated(error) from error

    def close(self) -> None:
        self._response.close()


def _translated(error: Exception) -> httpx.TransportError:
    """httpx's exception of the same name: what transports of other makers raise."""
    named = (getattr(httpx, kind.__name__, None) for kind in type(error).__mro__)
    kind = next(kind for kind in named if isinstance(kind, type) and issubclass(kind, httpx.TransportError))
    return kind(str(error))
