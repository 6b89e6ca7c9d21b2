"""All files of a download at once: small ones whole, each by one connection; large ones in parts, by several."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import TYPE_CHECKING

from ..workers import Crew, Ends, Feed, run_crews, wind_up
from .board import Board
from .parts import open_in_parts, takes_parts
from .plan import LARGE
from .ramp import Ramp

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from hfcli_core.api import BlobRef

    from .fetch import Fetcher

_MOST_CONNECTIONS = 16
_MOST_FILES = 48
"""Small ones at the same time; most of the time they wait for a server's answer."""

_MOST_LARGE_FILES = 8
_FIRST_FILES, _FIRST_CONNECTIONS = 24, 8
"""What is begun with, before it is known whether more bring more."""

_OTHER_DESCRIPTORS = 40
_DESCRIPTORS_OF_A_FILE = 4
"""A connection, the file, its journal and its lock."""

_TICK = 0.05
_FAST = 200e6
"""Bytes a second of one connection, above which this machine and not the network is the limit."""


class Schedule:
    """Has the files of one run fetched.

    ``connections``: at most for large files, over all of them. ``files``: at most at the same time. None: as many as
    help. A file with which alone something is wrong is left to ``fetcher.failures``, and the others go on.
    """

    def __init__(
        self, fetcher: Fetcher, *, cancelled: threading.Event, connections: int | None = None, files: int | None = None
    ) -> None:
        self._fetcher = fetcher
        self._cancelled = cancelled
        self._connections, self._files = connections, files
        self._room = _room_for_files()
        self._ends = Ends()
        self._small = Feed(fetcher.failures.spare(fetcher.fetch), cancelled)
        self._one_each = Crew(self._small.take, ends=self._ends, cancelled=cancelled)
        self._ramp = Ramp(start=_FIRST_FILES, limit=min(files or _MOST_FILES, self._room), factor=2, enough=math.inf)

    def begin(self, refs: Sequence[BlobRef]) -> None:
        """Start with these small files, while it is still being found out which there are; raises what went wrong."""
        self._small.add(refs)
        self._one_each.resize(min(self._ramp.size, self._small.added))
        self._ends.wait(0)

    def finish(self, refs: Sequence[BlobRef]) -> None:
        """Fetch all that is left, the largest first; raises the first failure, and leaves the rest to the next run."""
        large: list[BlobRef] = []
        small: list[BlobRef] = []
        for ref in sorted(refs, key=lambda ref: -(ref.size or 0)):
            (large if self._in_parts(ref) else small).append(ref)
        self._small.add(small)
        self._small.close()
        limit = min(self._connections or _MOST_CONNECTIONS, self._room) if large else 0
        board = Board(
            large,
            partial(open_in_parts, fetcher=self._fetcher),
            at_once=min(self._files or _MOST_LARGE_FILES, self._room),
            alone=limit == 1,
            cancelled=self._cancelled,
            fail=self._ends.fail,
            fail_file=self._fetcher.failures.add,
        )
        one_each, together = self._one_each, Crew(board.take, ends=self._ends, cancelled=self._cancelled)
        parts_ramp = Ramp(start=_FIRST_CONNECTIONS, limit=limit, factor=2, enough=_FAST)

        def tick() -> None:
            now = time.monotonic()
            one_each.resize(min(self._ramp.step(now, one_each.done), self._small.added))
            connections = parts_ramp.step(now, board.received)
            # First, as the new ones ask at once how much to take.
            board.connections = max(1, connections)
            board.pace = parts_ramp.rate / board.connections or None
            together.resize(connections)

        try:
            tick()
            run_crews([one_each, together], ends=self._ends, cancelled=self._cancelled, tick=tick, every=_TICK)
        finally:
            board.put_away()

    def end(self) -> None:
        """Have everything end that was begun, where there will be no :meth:`finish`."""
        wind_up([self._one_each], ends=self._ends, cancelled=self._cancelled)

    def _in_parts(self, ref: BlobRef) -> bool:
        """Whether several connections can have a share in it, and whether that is worth the while."""
        return (ref.size or 0) >= LARGE and takes_parts(self._fetcher.sources_of(ref)[0])


def _room_for_files() -> int:
    """How many files may be open at the same time without using up the descriptors of this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _MOST_FILES
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, (soft - _OTHER_DESCRIPTORS) // _DESCRIPTORS_OF_A_FILE) if soft > 0 else _MOST_FILES
