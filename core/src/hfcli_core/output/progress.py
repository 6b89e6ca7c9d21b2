"""How far a long operation is: counted by many threads, shown by one."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_WINDOW = 15.0
_LONGEST_ETA = 100 * 3600.0


@dataclass(frozen=True, slots=True)
class ActiveFile:
    """A file on its way: its bytes so far, and its size if it is known."""

    name: str
    done: int
    size: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of an operation at one moment. Sizes in bytes, times in seconds, rate in bytes per second.

    ``rate`` is that of the last quarter of a minute; ``eta`` is None when nothing can be said.
    """

    title: str
    done: int = 0
    total: int | None = None
    files_done: int = 0
    total_files: int | None = None
    active: tuple[ActiveFile, ...] = ()
    status: str = ""
    rate: float = 0.0
    eta: float | None = None
    elapsed: float = 0.0
    moved: int = 0
    """The part of ``done`` that was transferred, and not there before."""


class Display(Protocol):
    """Shows snapshots, ``interval`` seconds apart; ``close`` is told whether the operation failed."""

    interval: float

    def show(self, snapshot: Snapshot) -> None: ...

    def close(self, snapshot: Snapshot, *, failed: bool) -> None: ...


class RateMeter:
    """The rate over the last seconds, so that a fast beginning does not promise a fast end (faults.md N25)."""

    def __init__(self, now: float) -> None:
        self._samples = deque([(now, 0)])

    def add(self, now: float, moved: int) -> float:
        """Record how many bytes were moved by ``now``; the rate since the start of the window, never below zero."""
        self._samples.append((now, moved))
        while len(self._samples) > 2 and self._samples[1][0] <= now - _WINDOW:
            self._samples.popleft()
        then, before = self._samples[0]
        return max(0.0, (moved - before) / (now - then)) if now > then else 0.0


def estimate(remaining: int | None, rate: float) -> float | None:
    """Seconds until the end; None when the size is unknown, nothing moves, or it would take days on end."""
    if remaining is None:
        return None
    if remaining <= 0:
        return 0.0
    seconds = remaining / rate if rate > 0 else _LONGEST_ETA
    return seconds if seconds < _LONGEST_ETA else None


class Progress:
    """Counts, for the time of a ``with`` block. All methods may be called from any thread and cost next to nothing."""

    def __init__(
        self,
        title: str,
        display: Display | None,
        *,
        total_bytes: int | None = None,
        total_files: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = title
        self._display = display
        self._total = total_bytes
        self._total_files = total_files
        self._clock = clock
        self._lock = threading.Lock()
        self._moved = 0
        self._skipped = 0
        self._files_done = 0
        self._active: dict[str, list[int | None]] = {}
        self._status = ""
        self._started = clock()
        self._meter = RateMeter(self._started)
        self._ended = threading.Event()
        self._timer: threading.Thread | None = None

    def expect(self, title: str, *, total_bytes: int, total_files: int) -> None:
        """Say how much it is in all, where that becomes known on the way."""
        with self._lock:
            self._title, self._total, self._total_files = title, total_bytes, total_files

    def advance(self, n: int, name: str | None = None) -> None:
        """``n`` more bytes are done, of the active file ``name`` if given; fewer than none when bytes proved wrong."""
        with self._lock:
            self._moved += n
            if name is not None and (file := self._active.get(name)) is not None:
                file[0] = (file[0] or 0) + n

    def skip(self, n: int) -> None:
        """``n`` bytes were there before; they count as done, but not for the rate."""
        with self._lock:
            self._skipped += n

    def start(self, name: str, size: int | None = None) -> None:
        """A file becomes active."""
        with self._lock:
            self._active[name] = [0, size]

    def finish(self, name: str) -> None:
        """A file is done, whether it was active or not."""
        with self._lock:
            self._active.pop(name, None)
            self._files_done += 1

    def status(self, text: str) -> None:
        """What is going on besides (``"hashing"``, ``"waiting 12 s (rate limited)"``); empty to clear it."""
        with self._lock:
            self._status = text

    def __enter__(self) -> Progress:
        self._started = self._clock()
        self._meter = RateMeter(self._started)
        if self._display is not None:
            # A daemon, so that not even a block that is never left could hold up the end of the process.
            timer = threading.Thread(target=self._show_regularly, name="hf-progress", daemon=True)
            with suppress(RuntimeError):  # where the system gives no more threads, it is not shown
                timer.start()
                self._timer = timer
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._timer is not None:
            self._timer.join(timeout=2)
        if self._display is not None:
            self._display.close(self.snapshot(), failed=kind is not None)

    def snapshot(self) -> Snapshot:
        """The state now; taking it also moves the window of the rate on."""
        now = self._clock()
        with self._lock:
            done = self._moved + self._skipped
            rate = self._meter.add(now, self._moved)
            return Snapshot(
                title=self._title,
                done=done,
                total=self._total,
                files_done=self._files_done,
                total_files=self._total_files,
                active=tuple(ActiveFile(name, done or 0, size) for name, (done, size) in self._active.items()),
                status=self._status,
                rate=rate,
                eta=estimate(None if self._total is None else self._total - done, rate),
                elapsed=now - self._started,
                moved=self._moved,
            )

    def _show_regularly(self) -> None:
        display = self._display
        while display is not None and not self._ended.wait(display.interval):
            display.show(self.snapshot())
