"""The transports of a session: one set for each thread, made when it first sends something."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

    import httpx

    from hfcli_core.hub.options import SessionHooks, SessionOptions


class Transports:
    """Gives each thread transports of its own, by origin: a plugin's where it has one, else ours for all origins."""

    def __init__(self, options: SessionOptions, hooks: SessionHooks) -> None:
        self._options, self._hooks = options, hooks
        self._lock = threading.Lock()
        self._here = threading.local()
        self._open: list[httpx.BaseTransport] = []
        self._context: ssl.SSLContext | None = None

    def for_origin(self, origin: str) -> httpx.BaseTransport:
        here = self._here
        # A connection that a child process shared with its parent would mix up their answers.
        if getattr(here, "pid", None) != os.getpid():
            here.pid, here.ours, here.by_origin = os.getpid(), None, {}
        if origin not in here.by_origin:
            theirs = self._hooks.transport(origin)
            if theirs is not None:
                self._remember(theirs)
            elif here.ours is None:
                here.ours = self._new()
            here.by_origin[origin] = here.ours if theirs is None else theirs
        transport: httpx.BaseTransport = here.by_origin[origin]
        return transport

    def close(self) -> None:
        with self._lock:
            transports, self._open = self._open, []
        for transport in transports:
            transport.close()

    def _new(self) -> httpx.BaseTransport:
        from hfcli_core.hub.network import Network, is_public
        from hfcli_core.hub.pools import PooledTransport

        transport = PooledTransport(
            environ=self._options.environ,
            context=self._tls_context,
            network=Network(is_public=self._hooks.is_public or is_public),
        )
        self._remember(transport)
        return transport

    def _remember(self, transport: httpx.BaseTransport) -> None:
        with self._lock:
            self._open.append(transport)

    def _tls_context(self) -> ssl.SSLContext:
        from hfcli_core.hub.trust import tls_context

        with self._lock:
            if self._context is None:
                self._context = tls_context(self._options.ca_bundle, self._options.environ)
            return self._context
