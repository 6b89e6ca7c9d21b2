"""One direction of a relayed message: passes bytes on until a rule says to cut, stall, slow down or never end."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

from hfcli_hub.faults.rules import Cut, EndlessHeaders, Reset, Slow, Stall, WrongLength

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from hfcli_hub.faults.rules import Action, Message, Position
    from hfcli_hub.faults.wire import Piece

_SLICES_PER_SECOND = 20
_RST_ON_CLOSE = struct.pack("ii", 1, 0)


class CutShortError(Exception):
    """A rule ended the connection."""


class Outlet:
    """Where the bytes of one message go. ``back`` is the client's side, which a cut within a request ends."""

    def __init__(
        self,
        writer: asyncio.StreamWriter,
        actions: Sequence[Action],
        of: Message,
        bandwidth: float | None,
        *,
        back: asyncio.StreamWriter | None = None,
    ) -> None:
        self._writer = writer
        self._client = back or writer
        self._cuts = [a for a in actions if isinstance(a, Cut) and a.of == of]
        self._slow = [a for a in actions if isinstance(a, Slow) and a.of == of]
        self._bandwidth = bandwidth
        self._endless = of == "response" and any(isinstance(a, EndlessHeaders) for a in actions)
        self.wrong_length = sum(a.delta for a in actions if isinstance(a, WrongLength)) if of == "response" else 0

    async def reach(self, position: Position) -> None:
        """Cut here if a rule says so."""
        for cut in self._cuts:
            if cut.at == position:
                await self._end(cut)

    async def send_interim(self, raw: bytes) -> None:
        self._writer.write(raw)
        await self._writer.drain()

    async def send_head(self, raw: bytes) -> None:
        rate = self._rate("start")
        if self._endless:
            start = raw.partition(b"\r\n")[0] + b"\r\n"
            await self._write(start + b"X-Filler: " + b"0" * 1000 + b"\r\n", rate)
            while True:
                await self._write(b"X-Filler: " + b"0" * 1000 + b"\r\n", rate)
        if any(cut.at == "headers" for cut in self._cuts):
            await self._write(raw[: len(raw) // 2], rate)
            await self.reach("headers")
        await self._write(raw, rate)

    async def send_body(self, body: AsyncIterator[Piece]) -> None:
        await self.reach(0)
        offset = 0
        async for piece in body:
            rate = self._rate(offset)
            end = offset + piece.payload
            for cut in self._cuts:
                if piece.payload and isinstance(cut.at, int) and cut.at <= end:
                    await self._write(piece.wire[: cut.at - offset], rate)
                    await self._end(cut)
            await self._write(piece.wire, rate)
            offset = end

    def _rate(self, position: Position) -> float | None:
        """Bytes per second at a position, None without a limit."""
        rates = [a.bytes_per_second for a in self._slow if a.at == "start" or _at_or_before(a.at, position)]
        return min([*rates, *([self._bandwidth] if self._bandwidth else [])], default=None)

    async def _write(self, data: bytes, rate: float | None) -> None:
        if rate is None:
            self._writer.write(data)
            await self._writer.drain()
            return
        size = max(1, int(rate / _SLICES_PER_SECOND))
        for start in range(0, len(data), size):
            part = data[start : start + size]
            self._writer.write(part)
            await self._writer.drain()
            await asyncio.sleep(len(part) / rate)

    async def _end(self, cut: Cut) -> None:
        if isinstance(cut, Stall):
            await asyncio.sleep(cut.seconds)
        if isinstance(cut, Reset):
            connection: socket.socket = self._client.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE)
            self._client.transport.abort()
        raise CutShortError


def _at_or_before(at: Position, position: Position) -> bool:
    return isinstance(at, int) and isinstance(position, int) and at <= position
