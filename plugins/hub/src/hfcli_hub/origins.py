"""ASGI apps on sockets of this machine, served by one thread with its own event loop."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn

from hfcli_hub.faults.middleware import FaultMiddleware
from hfcli_hub.faults.record import RequestRecord
from hfcli_hub.faults.relay import Relay
from hfcli_hub.faults.script import FaultScript

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from starlette.types import ASGIApp

    from hfcli_hub.faults.rules import Host

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
_BACKLOG = 2048
_TURNS_OF_ACCEPTING = 5
"""How many turns asyncio's loop takes, at most, from accepting a connection to telling its protocol."""


@dataclass(frozen=True)
class Surroundings:
    """What lies between the sockets and the apps: faults, the record, a relay where rules below HTTP are wanted."""

    faults: FaultScript = field(default_factory=FaultScript)
    record: RequestRecord = field(default_factory=RequestRecord)
    relayed: bool = False
    tls: tuple[Path, Path] | None = None


class OriginThread:
    """Serves apps until it is stopped."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    def start(self, apps: Mapping[Host, tuple[ASGIApp, socket.socket]]) -> None:
        """Serve each app on its listening socket; returns once connections are accepted."""
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(apps, started), name="hfcli-hub", daemon=True)
        self._thread.start()
        started.result(_START_SECONDS)

    def stop(self) -> None:
        """Drop every connection and end the thread."""
        if self._thread is None:
            return
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_STOP_SECONDS)
        self._thread = None

    def _run(self, apps: Mapping[Host, tuple[ASGIApp, socket.socket]], started: Future[None]) -> None:
        try:
            asyncio.run(self._serve(apps, started))
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, apps: Mapping[Host, tuple[ASGIApp, socket.socket]], started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        origins = [_Origin(host, app, self._surroundings) for host, (app, _) in apps.items()]
        for origin, (_, listener) in zip(origins, apps.values(), strict=True):
            await origin.start(listener)
        started.set_result(None)
        timekeepers = [asyncio.create_task(origin.keep_time()) for origin in origins]
        await self._stopping.wait()
        for timekeeper in timekeepers:
            timekeeper.cancel()
        await _stop_accepting([listener for origin in origins for listener in origin.listeners])
        for origin in origins:
            await origin.stop()
        await asyncio.sleep(0)


class _Origin:
    """One address of a Hub: uvicorn, behind a relay where one is asked for."""

    def __init__(self, host: Host, app: ASGIApp, surroundings: Surroundings) -> None:
        around = surroundings
        guarded = FaultMiddleware(app, host, around.faults, around.record)
        self._uvicorn = uvicorn.Server(_configuration(guarded, around.tls))
        self._relay: Relay | None = None
        if around.relayed:
            self._inner = listening_socket("127.0.0.1", 0)
            self._relay = Relay(host, self._inner.getsockname(), around.faults, around.record)

    async def start(self, listener: socket.socket) -> None:
        if self._relay is not None:
            await self._relay.start(listener)
            listener = self._inner
        self._uvicorn.config.load()
        self._uvicorn.lifespan = self._uvicorn.config.lifespan_class(self._uvicorn.config)
        await self._uvicorn.startup(sockets=[listener])
        await self._uvicorn.on_tick(0)

    async def keep_time(self) -> None:
        """Keep the ``Date`` header right, as uvicorn's own loop does, which would add its 0.1 s ticks to every stop."""
        while True:
            await asyncio.sleep(1)
            await self._uvicorn.on_tick(0)

    @property
    def listeners(self) -> list[int]:
        """File descriptors of the sockets that connections come in by."""
        servers = [*self._uvicorn.servers, *([self._relay.server] if self._relay else [])]
        return [listener.fileno() for server in servers for listener in server.sockets]

    async def stop(self) -> None:
        if self._relay is not None:
            await self._relay.stop()
        for listening in self._uvicorn.servers:
            listening.close()
        for connection in list(self._uvicorn.server_state.connections):
            connection.transport.abort()


async def _stop_accepting(listeners: Iterable[int]) -> None:
    """Accept no further connection, and let those that are being accepted become visible.

    asyncio forgets a connection, without closing it, that is between its ``accept`` and its first turn when the server
    closes; its client would wait for ever.
    """
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows has no readers, and no such gap
        for listener in listeners:
            loop.remove_reader(listener)
    for _ in range(_TURNS_OF_ACCEPTING):
        await asyncio.sleep(0)


def listening_socket(host: str, port: int) -> socket.socket:
    """A listening socket; :class:`OSError` where the port is taken."""
    # socket.create_server names no protocol, and asyncio turns Nagle's delay off only for sockets that say TCP.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, proto=socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _configuration(app: ASGIApp, tls: tuple[Path, Path] | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=60,
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
    )
