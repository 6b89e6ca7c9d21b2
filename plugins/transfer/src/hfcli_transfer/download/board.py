"""What there is to do for large files: any free connection takes the next piece of work from here."""

from __future__ import annotations

import sys
import threading
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from hfcli_core.api import Cancelled

from .failures import OF_ONE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hfcli_core.api import BlobRef, HfError

    from .parts import LargeFile, Part

_FIRST_PART = 8 << 20
"""Bytes that are asked for at once while it is not known how fast they come."""

_LEAST_PART = 4 << 20
_PART_SECONDS = 2.0
"""How long a part should take: requests are few then, and no connection is left with much more than the others."""

_WORTH_TAKING_SECONDS = 0.5
_LOOK = 0.25
"""Seconds between looks at whether the run is to end."""


class Board:
    """The large files of a run, in order; at most ``at_once`` of them are begun and not finished. Safe for threads.

    ``open_file`` begins one, or says that it is done already. ``alone``: there is one connection, which takes whole
    files. ``fail`` is told of what goes wrong in the threads that hash, ``fail_file`` of a file that cannot be had.
    """

    def __init__(
        self,
        refs: Iterable[BlobRef],
        open_file: Callable[[BlobRef], LargeFile | None],
        *,
        at_once: int,
        alone: bool,
        cancelled: threading.Event,
        fail: Callable[[BaseException], None],
        fail_file: Callable[[BlobRef, HfError], None],
    ) -> None:
        self.connections = 1
        """How many there are now."""
        self.pace: float | None = None
        """Bytes a second that one of them brings, once that is known."""
        self._waiting = deque(refs)
        self._unopened = sum(ref.size or 0 for ref in self._waiting)
        self._open_file = open_file
        self._opening = 0
        self._received = 0
        self._open: list[LargeFile] = []
        self._at_once = at_once
        self._alone = alone
        self._cancelled = cancelled
        self._fail, self._fail_file = fail, fail_file
        self._changed = threading.Condition()

    def take(self) -> Callable[[], None] | None:
        """The next piece of work, waiting for it if need be; None when all files are done, or the run is to end."""
        with self._changed:
            while not self._cancelled.is_set():
                if part := self._free_part():
                    return part.fetch
                if self._waiting and len(self._open) + self._opening < self._at_once:
                    self._opening += 1
                    return partial(self._begin, self._waiting.popleft())
                if part := self._others_part():
                    return part.fetch
                if not (self._open or self._opening or self._waiting):
                    return None
                self._changed.wait(_LOOK)
        return None

    @property
    def received(self) -> int:
        """Bytes that came for all of them in this run."""
        with self._changed:
            return self._received + sum(file.received for file in self._open)

    def put_away(self) -> None:
        """Leave every file that is not finished to the next run."""
        for file in self._open:
            file.put_away()

    def _free_part(self) -> Part | None:
        for file in self._open:
            if part := file.claim(self._part_size()):
                return part
        return None

    def _part_size(self) -> int:
        if self._alone:
            return sys.maxsize
        size = _FIRST_PART if self.pace is None else int(self.pace * _PART_SECONDS)
        if self.connections > 1:
            # Smaller towards the end, so that all of them end at about the same time.
            unclaimed = sum(file.unclaimed for file in self._open) + self._unopened
            size = min(size, unclaimed // (2 * self.connections))
        return max(size, _LEAST_PART)

    def _others_part(self) -> Part | None:
        least = max(_LEAST_PART, int((self.pace or 0) * _WORTH_TAKING_SECONDS))
        return next((part for file in self._open if (part := file.take_over(least))), None)

    def _begin(self, ref: BlobRef) -> None:
        file = None
        try:
            file = self._open_file(ref)
        except OF_ONE_FILE as failure:
            self._fail_file(ref, failure)
        finally:
            with self._changed:
                self._opening -= 1
                self._unopened -= ref.size or 0
                self._open += [file] if file else []
                self._changed.notify_all()
        if file is None:
            return
        try:
            threading.Thread(target=self._follow, args=(file,), name="hf-hasher", daemon=True).start()
        except RuntimeError:  # the system gives no more
            file.fetch_here()
            self._follow(file)

    def _follow(self, file: LargeFile) -> None:
        try:
            file.follow()
        except Cancelled:
            return
        except OF_ONE_FILE as failure:
            self._fail_file(file.ref, failure)
        except BaseException as failure:  # raised again in the thread that waits
            self._fail(failure)
            return
        with self._changed:
            self._open.remove(file)
            self._received += file.received
            self._changed.notify_all()
