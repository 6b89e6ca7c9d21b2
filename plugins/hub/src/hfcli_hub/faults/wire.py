"""HTTP/1.1 messages as the relay needs them: heads read whole, bodies read in pieces that know their payload."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PIECE = 65536


@dataclass(frozen=True)
class Head:
    """The start line and the headers, as bytes on the wire and taken apart."""

    raw: bytes
    start: tuple[str, str, str]
    headers: dict[str, str]

    @property
    def is_response(self) -> bool:
        return self.start[0].startswith("HTTP/")

    @property
    def keeps_alive(self) -> bool:
        return self.headers.get("connection", "").lower() != "close"

    @property
    def chunked(self) -> bool:
        return self.headers.get("transfer-encoding", "").lower().endswith("chunked")

    @property
    def length(self) -> int | None:
        value = self.headers.get("content-length")
        return int(value) if value is not None else None


@dataclass(frozen=True)
class Piece:
    """Bytes to pass on; ``payload`` of them, all or none, belong to the body itself and not to its chunking."""

    wire: bytes
    payload: int


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """The next message head, or None where the connection ended."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    start, *lines = raw.decode("latin-1").split("\r\n")[:-2]
    first, second, third = [*start.split(" ", 2), "", ""][:3]
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Head(raw, (first, second, third), headers)


async def read_body(reader: asyncio.StreamReader, head: Head, *, bodiless: bool = False) -> AsyncIterator[Piece]:
    """The body of a message; a response that declares no length ends with its connection."""
    if bodiless:
        return
    if head.chunked:
        async for piece in _read_chunks(reader):
            yield piece
    elif head.length is not None:
        async for piece in _read_exactly(reader, head.length):
            yield piece
    elif head.is_response:
        while data := await reader.read(PIECE):
            yield Piece(data, len(data))


def with_length(head: Head, delta: int) -> bytes:
    """The head with a ``Content-Length`` that differs by ``delta`` from the true one."""
    if head.length is None:
        return head.raw
    lines = head.raw.split(b"\r\n")
    wrong = b"content-length: %d" % max(0, head.length + delta)
    return b"\r\n".join(wrong if line.lower().startswith(b"content-length:") else line for line in lines)


async def _read_exactly(reader: asyncio.StreamReader, remaining: int) -> AsyncIterator[Piece]:
    while remaining:
        data = await reader.read(min(PIECE, remaining))
        if not data:
            raise ConnectionResetError("the connection ended within a body")
        remaining -= len(data)
        yield Piece(data, len(data))


async def _read_chunks(reader: asyncio.StreamReader) -> AsyncIterator[Piece]:
    while True:
        line = await reader.readuntil(b"\r\n")
        yield Piece(line, 0)
        size = int(line.split(b";")[0], 16)
        if not size:
            break
        async for piece in _read_exactly(reader, size):
            yield piece
        yield Piece(await reader.readexactly(2), 0)
    while True:
        trailer = await reader.readuntil(b"\r\n")
        yield Piece(trailer, 0)
        if trailer == b"\r\n":
            return
