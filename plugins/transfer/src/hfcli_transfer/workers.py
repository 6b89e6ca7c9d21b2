"""Threads that share work, as many as are wanted at the moment; the first failure ends them all."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from hfcli_core.api import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")

_GRACE = 0.7
"""Seconds that workers get to put away what they are at. One that waits for a silent server is left behind."""

_LOOK = 0.5
"""Seconds between looks at signals, which on Windows do not wake a waiting thread."""


class Ends:
    """Where threads tell that they have ended, or what went wrong, to the one that waits for them."""

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[tuple[Crew | None, BaseException | None]] = queue.SimpleQueue()

    def fail(self, failure: BaseException) -> None:
        self._told.put((None, failure))

    def leave(self, crew: Crew, failure: BaseException | None) -> None:
        self._told.put((crew, failure))

    def wait(self, seconds: float) -> None:
        """Until a thread has something to tell, or the time is up; raises a failure."""
        try:
            crew, failure = self._told.get(timeout=seconds)
        except queue.Empty:
            return
        if crew is not None:
            crew.running -= 1
        if failure is not None:
            raise failure


class Crew:
    """Threads that do one piece of work after another. ``take`` gives the next, waiting for it; None ends a thread."""

    def __init__(
        self, take: Callable[[], Callable[[], None] | None], *, ends: Ends, cancelled: threading.Event
    ) -> None:
        self.running = 0
        """Threads that have not told their end; for the thread that waits."""
        self.done = 0
        """Pieces of work that were finished."""
        self._size = 0
        self._take = take
        self._ends = ends
        self._cancelled = cancelled
        self._lock = threading.Lock()

    def resize(self, size: int) -> None:
        """Have ``size`` threads, or as many as the system gives; those too many end after what they are at."""
        before, self._size = self._size, size
        for number in range(before, size):
            # Daemons, so that one that cannot be woken does not hold up the end of the process.
            thread = threading.Thread(target=self._serve, args=(number,), name="hf-worker", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                self._size = number
                return
            self.running += 1

    def serve_here(self) -> None:
        """Do what is left in this thread, where the system gives no other."""
        while not self._cancelled.is_set() and (work := self._take()):
            work()

    def _serve(self, number: int) -> None:
        try:
            while number < self._size and not self._cancelled.is_set() and (work := self._take()):
                work()
                with self._lock:
                    self.done += 1
        except Cancelled:
            self._ends.leave(self, None)
        except BaseException as failure:  # raised again in the thread that waits
            self._ends.leave(self, failure)
        else:
            self._ends.leave(self, None)


class Feed(Generic[T]):
    """Tasks for the threads of a :class:`Crew`, which may come while others are done; ``close`` says that all came."""

    def __init__(self, work: Callable[[T], None], cancelled: threading.Event) -> None:
        self.added = 0
        """How many tasks there were so far."""
        self._work = work
        self._cancelled = cancelled
        self._waiting: deque[T] = deque()
        self._closed = False
        self._changed = threading.Condition()

    def add(self, tasks: Iterable[T]) -> None:
        with self._changed:
            before = len(self._waiting)
            self._waiting.extend(tasks)
            self.added += len(self._waiting) - before
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self) -> Callable[[], None] | None:
        """The next piece of work, waiting for it if need be; None when there will be no more, or the run is to end."""
        with self._changed:
            while not self._waiting:
                if self._closed or self._cancelled.is_set():
                    return None
                self._changed.wait(_LOOK)
            return partial(self._work, self._waiting.popleft())


def run_crews(
    crews: Sequence[Crew], *, ends: Ends, cancelled: threading.Event, tick: Callable[[], None], every: float = _LOOK
) -> None:
    """Wait until all threads have ended, calling ``tick`` every so many seconds; raise the first failure.

    ``cancelled`` is set then, and when this thread is interrupted (Ctrl-C); work that ends because of it raises
    ``Cancelled``. The others get a moment to put away what they are at.
    """
    try:
        while any(crew.running for crew in crews):
            ends.wait(every)
            tick()
        for crew in crews:
            crew.serve_here()
    except BaseException:
        wind_up(crews, ends=ends, cancelled=cancelled)
        raise


def wind_up(crews: Sequence[Crew], *, ends: Ends, cancelled: threading.Event) -> None:
    """Have all threads end, and wait a moment for it."""
    cancelled.set()
    until = time.monotonic() + _GRACE
    while any(crew.running for crew in crews) and (left := until - time.monotonic()) > 0:
        with suppress(Exception):  # only the first failure is told
            ends.wait(left)


class Beside(Generic[T]):
    """A call in a thread of its own, begun at once; for one that waits for a server while there is other work."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._told: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()
        try:
            threading.Thread(target=self._run, name="hf-beside", daemon=True).start()
        except RuntimeError:  # the system gives no more
            self._run()

    def result(self) -> T:
        """What it returned, waiting for it; raises what it raised."""
        while True:
            with suppress(queue.Empty):
                answer, failure = self._told.get(timeout=_LOOK)
                break
        if failure is not None:
            raise failure
        return cast("T", answer)

    def _run(self) -> None:
        try:
            self._told.put((self._call(), None))
        except BaseException as failure:  # raised again in the thread that waits
            self._told.put((None, failure))


def ahead(pieces: Iterator[T]) -> Iterator[T]:
    """The same pieces, the next of which is made in another thread while one is used; for what releases the GIL."""
    made: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(maxsize=1)
    over = threading.Event()

    def tell(piece: T | None, failure: BaseException | None) -> None:
        while not over.is_set():
            with suppress(queue.Full):
                made.put((piece, failure), timeout=_LOOK)
                return

    def make() -> None:
        try:
            for piece in pieces:
                tell(piece, None)
                if over.is_set():
                    return
        except BaseException as failure:  # raised again in the thread that uses them
            tell(None, failure)
        else:
            tell(None, StopIteration())

    try:
        threading.Thread(target=make, name="hf-ahead", daemon=True).start()
    except RuntimeError:  # the system gives no more
        yield from pieces
        return
    try:
        while True:
            piece, failure = made.get()
            if isinstance(failure, StopIteration):
                return
            if failure is not None:
                raise failure
            yield cast("T", piece)
    finally:
        over.set()


def run_all(tasks: Iterable[T], work: Callable[[T], None], *, workers: int, cancelled: threading.Event) -> None:
    """Do ``work`` for each task, in ``workers`` threads at most; failures and ``cancelled`` as :func:`run_crews`."""
    feed = Feed(work, cancelled)
    feed.add(tasks)
    feed.close()
    ends = Ends()
    crew = Crew(feed.take, ends=ends, cancelled=cancelled)
    crew.resize(min(workers, feed.added))
    run_crews([crew], ends=ends, cancelled=cancelled, tick=lambda: None)
