"""All files of a download at once: small ones whole, each by one connection; large ones in parts, by several."""

from __future__ import annotations

import math
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from ..workers import Crew, Ends, run_crews, taking
from .board import Board
from .parts import open_in_parts, takes_parts
from .ramp import Ramp

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from hfcli_core.api import BlobRef

    from .fetch import Fetcher

LARGE = 8 << 20
"""Bytes from which on a file is fetched in parts."""

_MOST_CONNECTIONS = 16
_MOST_FILES = 48
"""Small ones at the same time; most of the time they wait for a server's answer."""

_MOST_LARGE_FILES = 8
_FIRST_FILES, _FIRST_CONNECTIONS = 24, 4
"""What is begun with, before it is known whether more bring more."""

_OTHER_DESCRIPTORS = 40
_DESCRIPTORS_OF_A_FILE = 4
"""A connection, the file, its journal and its lock."""

_TICK = 0.05
_FAST = 200e6
"""Bytes a second of one connection, above which this machine and not the network is the limit."""


def fetch_all(
    refs: Sequence[BlobRef],
    fetcher: Fetcher,
    *,
    cancelled: threading.Event,
    connections: int | None = None,
    files: int | None = None,
) -> None:
    """Fetch all of ``refs``, the largest first; raises the first failure, and leaves the rest to the next run.

    A file with which alone something is wrong is left to ``fetcher.failures``, and the others go on.

    ``connections``: at most for large files, over all of them. ``files``: at most at the same time. None: as many as
    help.
    """
    by_size = sorted(refs, key=lambda ref: -(ref.size or 0))
    large: list[BlobRef] = []
    small: deque[BlobRef] = deque()
    for ref in by_size:
        (large if _in_parts(ref, fetcher) else small).append(ref)
    room = _room_for_files()
    ends = Ends()
    limit = min(connections or _MOST_CONNECTIONS, room) if large else 0
    board = Board(
        large,
        partial(open_in_parts, fetcher=fetcher),
        at_once=min(files or _MOST_LARGE_FILES, room),
        alone=limit == 1,
        cancelled=cancelled,
        fail=ends.fail,
        fail_file=fetcher.failures.add,
    )
    one_each = Crew(taking(small, fetcher.failures.spare(fetcher.fetch)), ends=ends, cancelled=cancelled)
    together = Crew(board.take, ends=ends, cancelled=cancelled)
    files_ramp = Ramp(start=_FIRST_FILES, limit=min(files or _MOST_FILES, room, len(small)), factor=2, enough=math.inf)
    parts_ramp = Ramp(start=_FIRST_CONNECTIONS, limit=limit, factor=4, enough=_FAST)

    def tick() -> None:
        now = time.monotonic()
        one_each.resize(files_ramp.step(now, one_each.done))
        together.resize(parts_ramp.step(now, board.received))
        board.connections = max(1, parts_ramp.size)
        board.pace = parts_ramp.rate / board.connections or None

    try:
        tick()
        run_crews([one_each, together], ends=ends, cancelled=cancelled, tick=tick, every=_TICK)
    finally:
        board.put_away()


def _in_parts(ref: BlobRef, fetcher: Fetcher) -> bool:
    """Whether several connections can have a share in it, and whether that is worth the while."""
    return (ref.size or 0) >= LARGE and takes_parts(fetcher.sources_of(ref)[0])


def _room_for_files() -> int:
    """How many files may be open at the same time without using up the descriptors of this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _MOST_FILES
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, (soft - _OTHER_DESCRIPTORS) // _DESCRIPTORS_OF_A_FILE) if soft > 0 else _MOST_FILES
