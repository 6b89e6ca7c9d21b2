"""A bounded number of worker threads over the files of a transfer; the first failure ends them all."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

from hfcli_core.api import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

_GRACE = 0.7
"""Seconds that workers get to put away what they are at. One that waits for a silent server is left behind."""

_LOOK = 0.5
"""Seconds between looks at signals, which on Windows do not wake a waiting thread."""


def run_all(tasks: Iterable[T], work: Callable[[T], None], *, workers: int, cancelled: threading.Event) -> None:
    """Do ``work`` for each task, in ``workers`` threads; raise the first failure after the others were told to end.

    ``cancelled`` is set then, and when this thread is interrupted (Ctrl-C); work that ends because of it raises
    ``Cancelled``.
    """
    crew = _Crew(deque(tasks), work, cancelled)
    try:
        crew.start(workers)
        while crew.running:
            crew.wait(_LOOK)
            crew.raise_failure()
    except BaseException:
        cancelled.set()
        until = time.monotonic() + _GRACE
        while crew.running and (left := until - time.monotonic()) > 0:
            crew.wait(left)
        raise


class _Crew(Generic[T]):
    def __init__(self, tasks: deque[T], work: Callable[[T], None], cancelled: threading.Event) -> None:
        self.running = 0
        self._tasks = tasks
        self._work = work
        self._cancelled = cancelled
        self._ends: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._failure: BaseException | None = None

    def start(self, workers: int) -> None:
        """Start as many threads as are useful, or as many as the system allows."""
        for number in range(min(workers, len(self._tasks))):
            # Daemons, so that one that cannot be woken does not hold up the end of the process.
            thread = threading.Thread(target=self._serve, name=f"hf-worker-{number}", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                if number == 0:
                    raise
                return
            self.running += 1

    def wait(self, seconds: float) -> None:
        """Until a worker has ended, or the time is up."""
        try:
            failure = self._ends.get(timeout=seconds)
        except queue.Empty:
            return
        self.running -= 1
        self._failure = self._failure or failure

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _serve(self) -> None:
        try:
            while not self._cancelled.is_set():
                try:
                    task = self._tasks.popleft()
                except IndexError:
                    break
                self._work(task)
        except Cancelled:
            self._ends.put(None)
        except BaseException as failure:  # raised again in the thread that waits
            self._ends.put(failure)
        else:
            self._ends.put(None)
