"""Answers on our own connections: heads that the standard library parses, bodies read straight into a buffer."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.errors import FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect
from http.client import HTTPException, HTTPResponse, IncompleteRead, RemoteDisconnected
from typing import TYPE_CHECKING, overload

from hfcli_core.errors import IntegrityError
from hfcli_core.hub.connections import HEAD_CAP
from hfcli_core.hub.lean_httpx import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from hfcli_core.hub.budgets import Budget
    from hfcli_core.hub.connections import Connection

    T = TypeVar("T")

_PART = 65536
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_UNREADABLE = (FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect)


class Headers(Mapping[str, str]):
    """Headers by name in any case; values of a name that comes several times are joined by commas."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for line, text in lines:
            name = line.lower()
            value = text.strip() if text.isascii() and text.isprintable() else _cleaned(text)
            self._values[name] = f"{self._values[name]}, {value}" if name in self._values else value

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    @overload
    def get(self, name: str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str, /) -> str: ...
    @overload
    def get(self, name: str, default: T, /) -> str | T: ...
    def get(self, name: str, default: object = None, /) -> object:
        return self._values.get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({self._values!r})"


def _cleaned(value: str) -> str:
    """A value in one line; what was read as ISO-8859-1 is UTF-8 where it can be that."""
    value = _FOLD.sub(" ", value).strip()
    try:
        return value.encode("iso-8859-1").decode()
    except UnicodeError:
        return value


def read_head(connection: Connection, method: str, *, silence: float, by: float | None) -> HTTPResponse:
    """The answer to what was sent, after interim ones; raises what httpx raises."""
    wire = connection.wire
    wire.silence, wire.by, wire.limit = silence, by, wire.received + HEAD_CAP
    try:
        while True:
            response = HTTPResponse(connection, method=method)  # type: ignore[arg-type]  # has what is used of a socket
            response.begin()
            if response.status >= 200:
                break
            if response.status == 101:
                raise httpx.RemoteProtocolError("it switches to a protocol that was not asked for")
    except RemoteDisconnected as error:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.") from error
    except HTTPException as error:
        if type(error) is HTTPException:
            host = connection.way.origin.host
            raise IntegrityError(f"{host} answered with too many header lines; refused") from error
        raise httpx.RemoteProtocolError(f"{type(error).__name__} {str(error)[:100]!r}") from error
    if wire.ended:
        raise httpx.RemoteProtocolError("Server disconnected in the middle of the headers.")
    if any(isinstance(defect, _UNREADABLE) for defect in response.headers.defects):
        raise httpx.RemoteProtocolError("illegal header line")
    wire.limit = float("inf")
    return response


class LeanAnswer:
    """An answer on a connection, which ``give`` takes back once its body has been read to the end."""

    def __init__(
        self,
        connection: Connection,
        response: HTTPResponse,
        give: Callable[[Connection], None],
        budget: Budget,
        total_by: float | None,
    ) -> None:
        self._connection: Connection | None = connection
        self._wire, self._give, self._total_by = connection.wire, give, total_by
        self._wire.silence, self._wire.by = budget.read, total_by
        lines = list(response.headers.raw_items())
        self.status_code = response.status
        self.header_count = len(lines)
        self.headers: Mapping[str, str] = Headers(lines)
        self.peer: str | None = connection.peer
        self._check_framing(response)
        self._chunks = response if response.chunked and response.length is None else None
        self._left: int | None = response.length
        self.length: int | None = response.length
        self._reusable = not response.will_close and not (self._chunks and "content-length" in self.headers)
        self._held = memoryview(b"" if self._chunks else connection.buffered())
        if self._left is not None and len(self._held) > self._left:
            self._held, self._reusable = self._held[: self._left], False

    def read_into(self, buffer: memoryview | bytearray) -> int:
        if self._left == 0 or not buffer:
            return 0
        if self._chunks is not None:
            data = self._read_chunk(len(buffer))
            buffer[: len(data)] = data
            return len(data)
        view = memoryview(buffer)
        if self._left is not None:
            view = view[: self._left]
        if self._held:
            size = min(len(self._held), len(view))
            view[:size] = self._held[:size]
            self._held = self._held[size:]
        else:
            size = self._wire.readinto(view) or 0
        if self._left is not None:
            if not size:
                raise httpx.RemoteProtocolError(f"it ended {self._left} bytes before the end of the body")
            self._left -= size
        elif not size:
            self._left = 0
        return size

    def read_part(self) -> bytes:
        if self._chunks is not None:
            return self._read_chunk(_PART) if self._left != 0 else b""
        if self._held:
            part, self._held = bytes(self._held), memoryview(b"")
            if self._left is not None:
                self._left -= len(part)
            return part
        buffer = bytearray(_PART if self._left is None else min(_PART, self._left))
        return bytes(memoryview(buffer)[: self.read_into(buffer)])

    def hurry(self, silence: float) -> None:
        self._wire.silence = min(self._wire.silence, silence)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._left == 0 and self._reusable and not connection.buffered():
            self._give(connection)
        else:
            connection.close()

    def _check_framing(self, response: HTTPResponse) -> None:
        """Refuse what leaves it open where the body ends."""
        coding = self.headers.get("transfer-encoding")
        if coding is not None:
            if coding.strip().lower() != "chunked":
                raise httpx.RemoteProtocolError(f"unknown transfer coding {coding[:20]!r}")
            return
        length = self.headers.get("content-length")
        if length is None:
            return
        if response.length is None or len({part.strip() for part in length.split(",")}) > 1 or "+" in length:
            raise httpx.RemoteProtocolError(f"illegal Content-Length {length[:40]!r}")

    def _read_chunk(self, size: int) -> bytes:
        if self._chunks is None:
            return b""
        # Between two pieces a server may send no more, and take no longer, than the head of a chunk could need.
        wire = self._wire
        wire.limit = wire.received + HEAD_CAP
        by = time.monotonic() + 2 * wire.silence
        wire.by = by if self._total_by is None else min(by, self._total_by)
        try:
            data = self._chunks.read1(size)
        except IncompleteRead as error:
            raise httpx.RemoteProtocolError("it ended in the middle of a chunked body") from error
        except HTTPException as error:
            raise httpx.RemoteProtocolError(f"illegal chunk: {type(error).__name__}") from error
        if not data:
            self._left = 0
        return data
