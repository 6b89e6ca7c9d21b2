"""An origin with known bytes behind both fault layers, without the rest of a Hub."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

import pytest
from hfcli_hub.faults import FaultScript, RequestRecord
from hfcli_hub.origins import OriginThread, Surroundings, listening_socket
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

BODY = bytes(range(256)) * 1024


@dataclass
class Origin:
    """``port`` serves ``/file`` (:data:`BODY`, ranges, an ETag) and ``/upload``; ``uploads`` is what that received."""

    port: int
    faults: FaultScript
    record: RequestRecord
    uploads: list[bytes] = field(default_factory=list)
    body: bytes = BODY

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def talk(self, request: str, *, seconds: float = 10.0, limit: int = 1 << 24) -> tuple[bytes, str]:
        """Send bytes and read until the end: what arrived, and how it ended: closed, reset, timeout or limit."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            try:
                connection.sendall(request.encode())
                while len(received) < limit:
                    data = connection.recv(65536)
                    if not data:
                        return received, "closed"
                    received += data
            except ConnectionResetError:
                return received, "reset"
            except TimeoutError:
                return received, "timeout"
        return received, "limit"

    def get(self, path: str = "/file", *, headers: str = "", **options: float) -> tuple[bytes, bytes, str]:
        """One GET on a connection of its own: head, body, how it ended."""
        request = f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}\r\n"
        received, end = self.talk(request, **options)
        head, _, body = received.partition(b"\r\n\r\n")
        return head, body, end


@pytest.fixture
def origin():
    uploads: list[bytes] = []

    async def file(request: Request) -> Response:
        headers = {"etag": '"abc"', "accept-ranges": "bytes"}
        asked = request.headers.get("range", "")
        if not asked:
            return Response(BODY, headers=headers)
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, stop = int(first), int(last or len(BODY) - 1) + 1
        headers["content-range"] = f"bytes {start}-{stop - 1}/{len(BODY)}"
        return Response(BODY[start:stop], 206, headers=headers)

    async def upload(request: Request) -> Response:
        try:
            uploads.append(await request.body())
        except ClientDisconnect:
            uploads.append(b"client left")
            raise
        return JSONResponse({"received": len(uploads[-1])})

    surroundings = Surroundings(relayed=True)
    listener = listening_socket("127.0.0.1", 0)
    port = listener.getsockname()[1]
    thread = OriginThread(surroundings)
    routes = [Route("/file", file), Route("/upload", upload, methods=["POST", "PUT"])]
    thread.start({"content": (Starlette(routes=routes), listener)})
    yield Origin(port, surroundings.faults, surroundings.record, uploads)
    thread.stop()
