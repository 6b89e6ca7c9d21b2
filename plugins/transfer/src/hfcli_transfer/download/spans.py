"""Who fetches which part of a large file: handed out in its order, and divided again for who is idle."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GRAIN = 1 << 20
"""Bytes; parts end at multiples of it, so that no two of them ever write the same mebibyte."""


class Span:
    """A part of a file, in bytes from its start, that one connection is at.

    Everything up to ``reserved`` is written or being written. ``stop`` comes nearer when another takes the rest over.
    """

    __slots__ = ("reserved", "start", "stop")

    def __init__(self, start: int, stop: int) -> None:
        self.start = self.reserved = start
        self.stop = stop

    @property
    def left(self) -> int:
        return self.stop - self.reserved


class Spans:
    """The parts of one file that are missing. Safe for threads."""

    def __init__(self, gaps: Iterable[tuple[int, int]]) -> None:
        """``gaps``: start and stop of what is missing, in order."""
        self._free = deque(gaps)
        self._taken: list[Span] = []
        self._lock = threading.Lock()
        self._one_at_a_time = False
        self._withdrawn = False
        self.received = 0
        """Bytes that came for any of them."""

    @property
    def finished(self) -> bool:
        """Whether nothing is missing, and nobody is at anything."""
        with self._lock:
            return not self._free and not self._taken

    @property
    def busy(self) -> bool:
        """Whether somebody is at a part."""
        with self._lock:
            return bool(self._taken)

    @property
    def unclaimed(self) -> int:
        """Bytes that nobody is at."""
        with self._lock:
            return sum(stop - start for start, stop in self._free)

    def claim(self, most: int) -> Span | None:
        """The first free part, of about ``most`` bytes, for the caller alone; None when none is free."""
        with self._lock:
            if not self._free or (self._one_at_a_time and self._taken):
                return None
            start, stop = self._free.popleft()
            cut = stop if self._one_at_a_time else min(_grain_at(start + max(most, GRAIN)), stop)
            if cut < stop:
                self._free.appendleft((cut, stop))
            return self._take(Span(start, cut))

    def take_over(self, least: int) -> Span | None:
        """The second half of what somebody else has most of; None where that is less than ``least`` bytes."""
        with self._lock:
            victim = max(self._taken, key=lambda span: span.left, default=None)
            if victim is None or self._one_at_a_time or victim.left < max(2 * least, 2 * GRAIN):
                return None
            middle = _grain_at(victim.reserved + victim.left // 2)
            if middle >= victim.stop:
                return None
            rest = Span(middle, victim.stop)
            victim.stop = middle
            return self._take(rest)

    def one_at_a_time(self) -> None:
        """From now on hand out a part only when nobody is at another, and then as much as there is."""
        with self._lock:
            self._one_at_a_time = True

    def withdraw(self) -> None:
        """Hand out nothing any more; those who are at a part find that it ends here."""
        with self._lock:
            self._withdrawn = True
            self._free.clear()
            for span in self._taken:
                span.stop = span.reserved

    def reserve(self, span: Span, offset: int, count: int) -> int:
        """How many of ``count`` bytes at ``offset`` still are the span's to write; those that are, are reserved."""
        with self._lock:
            stop = min(offset + count, span.stop)
            mine = max(0, stop - offset)
            span.reserved = max(span.reserved, stop)
            self.received += mine
            return mine

    def finish(self, span: Span, written: int) -> None:
        """The caller is done with its span, of which all bytes up to the offset ``written`` are in the file."""
        with self._lock:
            self._taken.remove(span)
            if written < span.stop and not self._withdrawn:
                self._free = deque(_joined(sorted([*self._free, (written, span.stop)])))

    def _take(self, span: Span) -> Span:
        self._taken.append(span)
        return span


def _joined(parts: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same bytes in as few parts as possible."""
    parts = iter(parts)
    begin, end = next(parts)
    for start, stop in parts:
        if start != end:
            yield begin, end
            begin = start
        end = stop
    yield begin, end


def _grain_at(offset: int) -> int:
    """The first multiple of the grain at or after ``offset``."""
    return -(-offset // GRAIN) * GRAIN
