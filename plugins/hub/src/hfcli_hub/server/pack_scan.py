"""A look at a pushed pack before dulwich reads it: dulwich holds each object in memory, whatever its size."""

from __future__ import annotations

import hashlib
import zlib
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPES = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
_OFS_DELTA, _REF_DELTA = 6, 7
_PIECE = 1 << 16


class OversizedObjectError(Exception):
    """One object of a pack has more than the bytes allowed. ``oid`` is None where the pack has a delta of it."""

    def __init__(self, oid: str | None, size: int) -> None:
        super().__init__(f"{oid or 'an object'} of {size} bytes")
        self.oid = oid
        self.size = size


def scan_pack(file: IO[bytes], limit: int) -> None:
    """Read a pack (gitformat-pack) from the position of ``file``, in constant memory.

    Raises OversizedObjectError for the first object above ``limit`` bytes, ValueError or zlib.error for a broken pack.
    """
    header = file.read(12)
    if len(header) != 12 or header[:8] != b"PACK\0\0\0\2":
        raise ValueError("not a pack of version 2")
    for _ in range(int.from_bytes(header[8:], "big")):
        _scan_object(file, limit)


def _scan_object(file: IO[bytes], limit: int) -> None:
    byte = _byte(file)
    kind, size, shift = byte >> 4 & 7, byte & 15, 4
    while byte & 0x80:
        byte = _byte(file)
        size |= (byte & 0x7F) << shift
        shift += 7
    if kind == _OFS_DELTA:
        while _byte(file) & 0x80:
            pass
    elif kind == _REF_DELTA:
        file.read(20)
    elif kind not in _TYPES:
        raise ValueError(f"unknown type of object: {kind}")
    pieces = _inflated(file)
    if kind in _TYPES and size > limit:
        oid = hashlib.sha1(b"%s %d\0" % (_TYPES[kind], size), usedforsecurity=False)
        for piece in pieces:
            oid.update(piece)
        raise OversizedObjectError(oid.hexdigest(), size)
    first = next(pieces, b"")
    if kind not in _TYPES:
        _, position = _varint(first, 0)
        size = max(size, _varint(first, position)[0])
    if size > limit:
        raise OversizedObjectError(None, size)
    read = len(first) + sum(map(len, pieces))
    if kind in _TYPES and read != size:
        raise ValueError(f"an object of {size} bytes has {read}")


def _inflated(file: IO[bytes]) -> Iterator[bytes]:
    """The content of the zlib stream that begins here; leaves ``file`` behind it."""
    stream = zlib.decompressobj()
    while not stream.eof:
        data = stream.unconsumed_tail or file.read(_PIECE)
        if not data:
            raise ValueError("the pack ends early")
        if piece := stream.decompress(data, _PIECE):
            yield piece
    file.seek(-len(stream.unused_data), 1)


def _byte(file: IO[bytes]) -> int:
    data = file.read(1)
    if not data:
        raise ValueError("the pack ends early")
    return data[0]


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """A size as deltas begin with, and where it ends."""
    value = shift = 0
    for byte in data[position:]:
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if not byte & 0x80:
            return value, position
    raise ValueError("a delta without its sizes")
