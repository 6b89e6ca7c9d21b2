"""Range, If-Range and If-None-Match (RFC 9110 §13 and §14) of a representation whose size is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_ONE_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(\d{0,18})[ \t]*-[ \t]*(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)
_ETAG = re.compile(r'(?:W/)?("[^"]*")')


class ByteRange(NamedTuple):
    """The bytes from ``start`` up to, and without, ``stop``."""

    start: int
    stop: int

    def content_range(self, size: int) -> str:
        return f"bytes {self.start}-{self.stop - 1}/{size}"


class RangeNotSatisfiableError(Exception):
    """No byte of the representation lies in the range that was asked for: the answer is 416."""


def requested_range(headers: Mapping[str, str], *, size: int, etag: str) -> ByteRange | None:
    """Return the range that a GET asks for, or None for the whole.

    ``etag`` is the quoted strong validator of the representation. What RFC 9110 lets a server ignore is ignored: other
    units, malformed ranges, and several ranges in one request (no client of the Hub sends them). An If-Range that does
    not name exactly this ETag, a date included, asks for the whole.

    Raises RangeNotSatisfiableError.
    """
    header = headers.get("range")
    if header is None or headers.get("if-range", etag) != etag:
        return None
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise RangeNotSatisfiableError
    return ByteRange(start, stop)


def is_not_modified(headers: Mapping[str, str], *, etag: str) -> bool:
    """Whether If-None-Match names ``etag`` (quoted), by weak comparison."""
    header = headers.get("if-none-match", "")
    return header.strip() == "*" or etag in _ETAG.findall(header)
