"""The transports of a session, made when it first sends something: one set for each thread, and one lean way."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

    import httpx

    from hfcli_core.hub.addresses import Origin
    from hfcli_core.hub.lean import Lean
    from hfcli_core.hub.network import Network
    from hfcli_core.hub.options import SessionHooks, SessionOptions
    from hfcli_core.hub.waiting import Waiting


class Transports:
    """Gives each thread transports of its own, by origin: a plugin's where it has one, else ours for all origins."""

    def __init__(self, options: SessionOptions, hooks: SessionHooks, waiting: Waiting) -> None:
        self._options, self._hooks, self._waiting = options, hooks, waiting
        self._lock = threading.Lock()
        self._here = threading.local()
        self._open: list[httpx.BaseTransport] = []
        self._context: ssl.SSLContext | None = None
        self._lean: Lean | None = None

    def for_origin(self, origin: Origin) -> httpx.BaseTransport:
        theirs = self._plugins(origin)
        if theirs is not None:
            return theirs
        here = self._here
        if here.ours is None:
            here.ours = self._new()
        ours: httpx.BaseTransport = here.ours
        return ours

    def lean_for(self, url: str, origin: Origin) -> Lean | None:
        """The lean way to ``url``; None where httpx has to take it there."""
        if self._plugins(origin) is not None:
            return None
        if self._lean is None:
            with self._lock:
                self._lean = self._lean or self._new_lean()
        return self._lean if self._lean.can_reach(url, origin) else None

    def close(self) -> None:
        with self._lock:
            transports, self._open = self._open, []
        for transport in transports:
            transport.close()
        if self._lean is not None:
            self._lean.close()

    def _plugins(self, origin: Origin) -> httpx.BaseTransport | None:
        """The transport of a plugin for ``origin``, in this thread."""
        here = self._here
        # A connection that a child process shared with its parent would mix up their answers.
        if getattr(here, "pid", None) != os.getpid():
            here.pid, here.ours, here.by_origin = os.getpid(), None, {}
        if origin not in here.by_origin:
            theirs = self._hooks.transport(str(origin))
            if theirs is not None:
                self._remember(theirs)
            here.by_origin[origin] = theirs
        transport: httpx.BaseTransport | None = here.by_origin[origin]
        return transport

    def _new(self) -> httpx.BaseTransport:
        from hfcli_core.hub.pools import PooledTransport

        transport = PooledTransport(environ=self._options.environ, context=self._tls_context, network=self._network())
        self._remember(transport)
        return transport

    def _new_lean(self) -> Lean:
        from hfcli_core.hub.lean import Lean

        return Lean(
            environ=self._options.environ, context=self._tls_context, network=self._network(), waiting=self._waiting
        )

    def _network(self) -> Network:
        from hfcli_core.hub.network import Network, is_public

        return Network(is_public=self._hooks.is_public or is_public)

    def _remember(self, transport: httpx.BaseTransport) -> None:
        with self._lock:
            self._open.append(transport)

    def _tls_context(self) -> ssl.SSLContext:
        from hfcli_core.hub.trust import tls_context

        with self._lock:
            if self._context is None:
                self._context = tls_context(self._options.ca_bundle, self._options.environ)
            return self._context
