"""A server that does what it is told, however wrong, and records what it was asked."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hfcli_core.hub.budgets import Budget

SECRET = "hf_ThisTokenMustStayAtHome0123456789"
QUICK = Budget(connect=2, first_byte=2, read=2, total=4)


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Action = Callable[[socket.socket, threading.Event], None]


def reply(status: int = 200, body: bytes | str | Any = b"", **headers: str) -> Action:
    """A complete answer; a body that is no bytes or text is sent as JSON. ``X_Y="z"`` is the header ``X-Y: z``."""
    if not isinstance(body, bytes | str):
        body = json.dumps(body)
        headers.setdefault("Content_Type", "application/json")
    data = body.encode() if isinstance(body, str) else body
    headers.setdefault("Content_Length", str(len(data)))
    lines = [f"HTTP/1.1 {status} X", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return lambda wire, _: wire.sendall(head + (b"" if status in (204, 304) else data))


def raw(data: bytes) -> Action:
    """These bytes, then the end of the connection."""

    def act(wire: socket.socket, _: threading.Event) -> None:
        wire.sendall(data)
        raise ConnectionAbortedError

    return act


def part(data: bytes) -> Action:
    """These bytes, and the next request."""
    return lambda wire, _: wire.sendall(data)


def stall(before: bytes = b"") -> Action:
    """``before``, then nothing, with the connection open."""

    def act(wire: socket.socket, stopped: threading.Event) -> None:
        wire.sendall(before)
        stopped.wait(30)
        raise ConnectionAbortedError

    return act


def drip(data: bytes, every: float) -> Action:
    """One byte at a time, so slowly that no single read is late."""

    def act(wire: socket.socket, stopped: threading.Event) -> None:
        for n in range(len(data)):
            wire.sendall(data[n : n + 1])
            if stopped.wait(every):
                break
        raise ConnectionAbortedError

    return act


def reset() -> Action:
    """A connection reset instead of an answer."""

    def act(wire: socket.socket, _: threading.Event) -> None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionAbortedError

    return act


@dataclass
class Scripted:
    """The scripts by path (without the query); the last action of a script repeats. An unknown path answers 404."""

    port: int = 0
    scheme: str = "http"
    requests: list[Received] = field(default_factory=list)
    scripts: dict[str, list[Action]] = field(default_factory=dict)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def on(self, path: str, *actions: Action) -> None:
        self.scripts[path] = list(actions)

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def action_for(self, path: str) -> Action:
        script = self.scripts.get(path.partition("?")[0]) or self.scripts.get("*")
        if not script:
            return reply(404, {"error": "no such route"})
        return script.pop(0) if len(script) > 1 else script[0]


def _read_request(stream: Any) -> Received | None:
    line = stream.readline(65536).decode("latin-1").split()
    if len(line) < 3:
        return None
    headers: dict[str, str] = {}
    while (header := stream.readline(65536).decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(stream.readline().strip() or b"0", 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
    else:
        body = stream.read(int(headers.get("content-length", "0")))
    return Received(line[0], line[1], headers, body)


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    script = Scripted(scheme="https" if tls else "http")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            script.connections += 1
            with contextlib.suppress(OSError, ValueError):
                wire = tls.wrap_socket(self.request, server_side=True) if tls else self.request
                wire.settimeout(30)
                stream = wire.makefile("rb")
                while (request := _read_request(stream)) is not None:
                    script.requests.append(request)
                    script.action_for(request.path)(wire, script.stopped)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        request_queue_size = 64

        def shutdown_request(self, request: Any) -> None:
            # Without shutdown(), which would turn a reset into an orderly end.
            self.close_request(request)

    with Server(("127.0.0.1", 0), Handler, bind_and_activate=True) as server:
        server.block_on_close = False
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield script
        finally:
            script.stopped.set()
            server.shutdown()


def server_context(files: tuple[Path, Path]) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*files)
    return made


@contextlib.contextmanager
def takes_at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds
