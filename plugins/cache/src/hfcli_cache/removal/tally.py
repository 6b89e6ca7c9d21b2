"""How many bytes really become free: content that has other names stays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os


class Tally:
    """Names of files that go. A file is free when all of its names do."""

    def __init__(self) -> None:
        self._names: Counter[tuple[int, int]] = Counter()
        self._files: dict[tuple[int, int], tuple[int, int]] = {}
        self._others = 0

    def add(self, stat: os.stat_result) -> None:
        """One name of a file goes."""
        file = (stat.st_dev, stat.st_ino)
        self._names[file] += 1
        self._files[file] = stat.st_size, stat.st_nlink

    def add_bytes(self, size: int) -> None:
        """So many bytes go that have no other name."""
        self._others += size

    @property
    def freed(self) -> int:
        gone = sum(size for file, (size, links) in self._files.items() if self._names[file] >= links)
        return gone + self._others
