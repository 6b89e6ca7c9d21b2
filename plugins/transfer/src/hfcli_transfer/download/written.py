"""Which bytes of an unfinished file are written: known to the threads of this run, and to the runs after it.

The journal file is eight bytes that name its format, then for each mebibyte of the file how many of its bytes are
written, counted from its beginning, as a little-endian 32-bit number. Its writers change only numbers of mebibytes that
are theirs, so it needs no lock; a number is written after the bytes that it speaks of. It is not synced: what a power
cut makes of it is found out by the hash, which covers kept and new bytes alike.
"""

from __future__ import annotations

import os
import sys
import threading
from array import array
from typing import TYPE_CHECKING

from .spans import GRAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hfcli_core.api import FileSink

_MAGIC = b"hfparts1"
_WIDTH = 4


class Written:
    """The written bytes of one file of ``size`` bytes.

    Every part that is recorded begins where a mebibyte begins, or where its written bytes end. Safe for threads that
    are at different mebibytes.
    """

    def __init__(self, size: int, journal: FileSink | None = None) -> None:
        """``journal``: where to keep it; it begins with what that says, if it is a journal of such a file."""
        self.size = size
        self.changed = threading.Condition()
        """Notified when :attr:`prefix` may have grown."""
        self._journal = journal
        self._counts = array("I", bytes(_WIDTH * -(-size // GRAIN)))
        self._complete = 0
        """Mebibytes from the start without a gap."""
        if journal is not None and not self._load(journal):
            os.ftruncate(journal.fileno(), 0)
            journal.write_at(0, _MAGIC + _bytes_of(self._counts))

    @property
    def prefix(self) -> int:
        """Bytes from the start that are written without a gap."""
        counts = self._counts
        while self._complete < len(counts) and counts[self._complete] == self._length(self._complete):
            self._complete += 1
        if self._complete == len(counts):
            return self.size
        return self._complete * GRAIN + counts[self._complete]

    @property
    def total(self) -> int:
        return sum(self._counts)

    def gaps(self) -> Iterator[tuple[int, int]]:
        """Start and stop of everything that is not written, in order."""
        start: int | None = None
        for number, count in enumerate(self._counts):
            if count == self._length(number):
                if start is not None:
                    yield start, number * GRAIN
                    start = None
                continue
            if count and start is not None:
                yield start, number * GRAIN
                start = None
            if start is None:
                start = number * GRAIN + count
        if start is not None:
            yield start, self.size

    def record(self, start: int, stop: int) -> None:
        """The bytes from ``start`` to ``stop`` are in the file; the journal knows of whole mebibytes at once."""
        first, last = start // GRAIN, (stop - 1) // GRAIN
        whole = False
        for number in range(first, last + 1):
            begin = number * GRAIN
            if start <= begin + self._counts[number]:
                self._counts[number] = max(self._counts[number], min(stop - begin, self._length(number)))
                whole = whole or self._counts[number] == self._length(number)
        if whole:
            self._save(first, last)
            with self.changed:
                self.changed.notify_all()

    def flush(self, start: int, stop: int) -> None:
        """Let the journal say all that was recorded between ``start`` and ``stop``."""
        if start < stop:
            self._save(start // GRAIN, (stop - 1) // GRAIN)
            with self.changed:
                self.changed.notify_all()

    def forget_after(self, length: int) -> None:
        """The file is only ``length`` bytes long: nothing after that is written, whatever the journal says."""
        for number in range(length // GRAIN, len(self._counts)):
            self._counts[number] = min(self._counts[number], max(0, length - number * GRAIN))

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()

    def _load(self, journal: FileSink) -> bool:
        data = bytearray(_length_for(self.size) + 1)
        counts = _counts_in(data[: journal.read_at(0, data)], self.size)
        self._counts = counts or self._counts
        return counts is not None

    def _save(self, first: int, last: int) -> None:
        if self._journal is not None:
            self._journal.write_at(len(_MAGIC) + _WIDTH * first, _bytes_of(self._counts[first : last + 1]))

    def _length(self, number: int) -> int:
        return min(GRAIN, self.size - number * GRAIN)


def read_total(journal: Path, size: int) -> int | None:
    """How many bytes a journal says are written of a file of ``size`` bytes; None where it is none of such a file."""
    try:
        with journal.open("rb") as file:
            counts = _counts_in(file.read(_length_for(size) + 1), size)
    except OSError:
        return None
    return None if counts is None else sum(counts)


def _length_for(size: int) -> int:
    return len(_MAGIC) + _WIDTH * -(-size // GRAIN)


def _counts_in(data: bytes | bytearray, size: int) -> array[int] | None:
    if not data.startswith(_MAGIC) or len(data) != _length_for(size):
        return None
    counts = array("I", data[len(_MAGIC) :])
    if sys.byteorder == "big":
        counts.byteswap()
    possible = all(count <= min(GRAIN, size - number * GRAIN) for number, count in enumerate(counts))
    return counts if possible else None


def _bytes_of(counts: array[int]) -> bytes:
    if sys.byteorder == "big":
        counts = counts[:]
        counts.byteswap()
    return counts.tobytes()
