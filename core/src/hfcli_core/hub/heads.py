"""The heads of HTTP/1.1 answers (RFC 9112), read strictly: what could be understood in two ways is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, overload

from hfcli_core.hub.transport_errors import ConnectionLostError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    from hfcli_core.hub.connections import Connection

    T = TypeVar("T")

HEAD_CAP = 2**18
"""Bytes that the head of an answer may have (faults.md S11)."""

_START = b"HTTP/"
_END = re.compile(rb"\n\r?\n")
_STATUS = re.compile(r"HTTP/1\.([01]) ([1-9][0-9]{2})(?: (.*))?")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)")


class Head(NamedTuple):
    """``minor`` is the protocol's: of ``HTTP/1.1`` it is 1. ``fields`` come as they were sent, names in any case."""

    minor: int
    status: int
    reason: str
    fields: list[tuple[str, str]]


class Headers(Mapping[str, str]):
    """Headers by name in any case; values of a name that comes several times are joined by commas."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for field, value in fields:
            name = field.lower()
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


def read_head(connection: Connection) -> Head:
    """The head of the answer, after interim ones; raises ``TransportError``."""
    left = HEAD_CAP
    while True:
        data = _read_one(connection, left)
        left -= len(data)
        head = parse_head(data)
        if head.status >= 200:
            return head
        if head.status == 101:
            raise ProtocolError("it switches to a protocol that was not asked for")


def parse_head(data: bytes) -> Head:
    """A status line and fields, with the empty line that ends them."""
    first, *lines = data.decode("iso-8859-1").rstrip("\r\n").split("\n")
    status = _STATUS.fullmatch(first.removesuffix("\r"))
    if status is None:
        raise ProtocolError(f"illegal status line {first[:60]!r}")
    fields: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and fields:  # a value that goes on (obs-fold)
            name, value = fields[-1]
            fields[-1] = name, f"{value} {_cleaned(line)}"
            continue
        field = _FIELD.fullmatch(line.removesuffix("\r"))
        if field is None:
            raise ProtocolError(f"illegal header line {line[:60]!r}")
        name, value = field.groups()
        fields.append((name, value.strip() if value.isascii() and value.isprintable() else _cleaned(value)))
    return Head(int(status[1]), int(status[2]), (status[3] or "").strip(), fields)


def _read_one(connection: Connection, cap: int) -> bytes:
    held, searched = connection.held, 0
    while not (end := _END.search(held, searched)):
        if len(held) > cap:
            raise ProtocolError("headers without an end")
        searched = max(0, len(held) - 2)
        if not connection.hold_more():
            where = "in the middle of the headers" if held else "without sending a response"
            raise ConnectionLostError(f"Server disconnected {where}.")
        if not held.startswith(_START[: len(held)]):
            raise ProtocolError(f"illegal status line {bytes(held[:20])!r}")
    data = bytes(held[: end.end()])
    del held[: end.end()]
    return data


def _cleaned(value: str) -> str:
    """What was read as ISO-8859-1 is UTF-8 where it can be that."""
    with suppress(UnicodeError):
        value = value.encode("iso-8859-1").decode()
    return value.strip()
