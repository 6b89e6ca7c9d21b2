"""Parquet files of a few rows: one row group, uncompressed, plain encoding, no optional values.

Enough for a dataset that every Parquet reader opens, without a dependency of a hundred megabytes. The metadata is in
Thrift's compact protocol; field numbers and types are those of the format's own ``parquet.thrift``.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Struct = Sequence[tuple[int, Any]]

_MAGIC = b"PAR1"
_INT64, _BYTE_ARRAY = 2, 6
_UTF8 = 0
_REQUIRED = 0
_PLAIN, _RLE = 0, 3
_UNCOMPRESSED = 0
_DATA_PAGE = 0


class I64(int):
    """An integer that Thrift is to write as 64 bits wide; others are 32 bits wide."""


def write_parquet(columns: Mapping[str, Sequence[int] | Sequence[str]]) -> bytes:
    """A Parquet file of columns (name → values, all of one length) of integers or of strings."""
    rows = len(next(iter(columns.values())))
    file = bytearray(_MAGIC)
    schema: list[Struct] = [[(4, "schema"), (5, len(columns))]]
    chunks: list[Struct] = []
    for name, values in columns.items():
        text = isinstance(values[0], str)
        kind = _BYTE_ARRAY if text else _INT64
        schema.append([(1, kind), (3, _REQUIRED), (4, name), *([(6, _UTF8)] if text else [])])
        offset = len(file)
        file += _page(values)
        size = I64(len(file) - offset)
        metadata: Struct = [
            *((1, kind), (2, [_PLAIN]), (3, [name]), (4, _UNCOMPRESSED)),
            *((5, I64(rows)), (6, size), (7, size), (9, I64(offset))),
        ]
        chunks.append([(2, I64(offset)), (3, metadata)])
    group: Struct = [(1, chunks), (2, I64(len(file) - len(_MAGIC))), (3, I64(rows))]
    footer = _encode([(1, 1), (2, schema), (3, I64(rows)), (4, [group]), (6, "hfcli-hub")])
    return bytes(file) + footer + struct.pack("<I", len(footer)) + _MAGIC


def _page(values: Sequence[int] | Sequence[str]) -> bytes:
    """One data page with its header."""
    data = b"".join(_plain(value) for value in values)
    page: Struct = [(1, len(values)), (2, _PLAIN), (3, _RLE), (4, _RLE)]
    return _encode([(1, _DATA_PAGE), (2, len(data)), (3, len(data)), (5, page)]) + data


def _plain(value: int | str) -> bytes:
    if isinstance(value, int):
        return struct.pack("<q", value)
    encoded = value.encode()
    return struct.pack("<I", len(encoded)) + encoded


def _encode(fields: Struct) -> bytes:
    """A struct in Thrift's compact protocol; fields are (number, value) in rising order."""
    encoded = bytearray()
    previous = 0
    for number, value in fields:
        encoded.append((number - previous) << 4 | _type(value))
        encoded += _value(value)
        previous = number
    return bytes(encoded) + b"\0"


def _type(value: Any) -> int:
    if isinstance(value, str):
        return 8
    if isinstance(value, int):
        return 6 if isinstance(value, I64) else 5
    return 12 if _is_struct(value) else 9


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        encoded = value.encode()
        return _varint(len(encoded)) + encoded
    if isinstance(value, int):
        return _varint(value << 1)
    if _is_struct(value):
        return _encode(value)
    size = (
        bytes([len(value) << 4 | _type(value[0])])
        if len(value) < 15
        else bytes([0xF0 | _type(value[0])]) + _varint(len(value))
    )
    return size + b"".join(_value(item) for item in value)


def _is_struct(value: Any) -> bool:
    return bool(value) and isinstance(value[0], tuple)


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
