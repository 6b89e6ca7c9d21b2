"""Answers on our own connections, their bodies read straight into a buffer."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from hfcli_core.hub.heads import Headers
from hfcli_core.hub.transport_errors import ConnectionLostError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hfcli_core.hub.budgets import Budget
    from hfcli_core.hub.connections import Connection
    from hfcli_core.hub.heads import Head

_PART = 65536
_LINE_CAP, _TRAILER_CAP = 2**14, 2**18
"""Bytes that the line before a chunk may have, and those after the last one."""

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)


class LeanAnswer:
    """An answer on a connection, which ``give`` takes back once its body has been read to the end."""

    def __init__(
        self,
        connection: Connection,
        method: str,
        head: Head,
        *,
        give: Callable[[Connection], None],
        budget: Budget,
        total_by: float | None,
    ) -> None:
        self._connection: Connection | None = connection
        self._from, self._give, self._total_by = connection, give, total_by
        connection.silence, connection.by = budget.read, total_by
        self.status_code = head.status
        self.header_count = len(head.fields)
        self.headers: Mapping[str, str] = Headers(head.fields)
        self.peer: str | None = connection.peer
        self._chunks: _Chunks | None = None
        self._left: int | None = None
        kept = {word.strip().lower() for word in self.headers.get("connection", "").split(",")}
        self._reusable = "close" not in kept if head.minor else "keep-alive" in kept
        self._frame(method)
        self.length: int | None = self._left

    def read_into(self, buffer: memoryview | bytearray) -> int:
        if self._left == 0 or not buffer:
            return 0
        view = memoryview(buffer)
        if self._chunks is not None:
            size = self._chunks.read_into(view, self._total_by)
            self._left = None if size else 0
            return size
        if self._left is not None:
            view = view[: self._left]
        size = self._from.take_held(view) if self._from.held else self._from.receive_into(view)
        if self._left is not None:
            if not size:
                raise ConnectionLostError(f"it ended {self._left} bytes before the end of the body")
            self._left -= size
        elif not size:
            self._left = 0
        return size

    def read_part(self) -> bytes:
        buffer = bytearray(_PART if self._left is None else min(_PART, self._left))
        return bytes(memoryview(buffer)[: self.read_into(buffer)])

    def hurry(self, silence: float) -> None:
        self._from.silence = min(self._from.silence, silence)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._left == 0 and self._reusable and not connection.held:
            self._give(connection)
        else:
            connection.close()

    def _frame(self, method: str) -> None:
        """Find out where the body ends, and refuse what leaves that open."""
        coding, length = self.headers.get("transfer-encoding"), self.headers.get("content-length")
        if coding is not None and coding.strip().lower() != "chunked":
            raise ProtocolError(f"unknown transfer coding {coding[:20]!r}")
        if length is not None and coding is None:
            lengths = {part.strip() for part in length.split(",")}
            text = lengths.pop()
            if lengths or not (text.isascii() and text.isdigit()) or len(text) > 18:
                raise ProtocolError(f"illegal Content-Length {length[:40]!r}")
            self._left = int(text)
        if method == "HEAD" or self.status_code in (204, 304):
            self._left = 0
        elif coding is not None:
            self._chunks = _Chunks(self._from)
            # Somebody on the way may believe the other header, and take the rest for an answer of its own.
            self._reusable = self._reusable and length is None
        elif length is None:
            self._reusable = False


class _Chunks:
    """A chunked body (RFC 9112, 7.1)."""

    def __init__(self, connection: Connection) -> None:
        self._from = connection
        self._left = 0
        self._begun = False

    def read_into(self, view: memoryview, total_by: float | None) -> int:
        """At least a byte, or 0 at the end."""
        if self._left == 0:
            self._begin_next(total_by)
            if self._left == 0:
                return 0
        view = view[: self._left]
        size = self._from.take_held(view) if self._from.held else self._from.receive_into(view)
        if not size:
            raise ConnectionLostError("it ended in the middle of a chunked body")
        self._left -= size
        return size

    def _begin_next(self, total_by: float | None) -> None:
        # What lies between two pieces may come a byte at a time, but not for ever.
        by = time.monotonic() + 2 * self._from.silence
        self._from.by = by if total_by is None else min(by, total_by)
        if self._begun and self._line(2):
            raise ProtocolError("illegal chunk: longer than it says")
        self._begun = True
        line = self._line(_LINE_CAP)
        size = _CHUNK.fullmatch(line)
        if size is None:
            raise ProtocolError(f"illegal chunk {line[:20]!r}")
        self._left = int(size[1], 16)
        if self._left == 0:
            trailers = 0
            while line := self._line(_LINE_CAP):
                trailers += len(line)
                if trailers > _TRAILER_CAP:
                    raise ProtocolError("trailers without an end")
        self._from.by = total_by

    def _line(self, cap: int) -> bytes:
        held = self._from.held
        while (end := held.find(b"\n", 0, cap)) < 0:
            if len(held) >= cap:
                raise ProtocolError("illegal chunk: no end of its line")
            if not self._from.hold_more():
                raise ConnectionLostError("it ended in the middle of a chunked body")
        line = bytes(held[:end])
        del held[: end + 1]
        return line.removesuffix(b"\r")
