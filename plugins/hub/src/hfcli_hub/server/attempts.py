"""A bound on guessing: so many wrong attempts in so many seconds, for each address that they come from."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque

_MOST_ADDRESSES = 10_000


class Attempts:
    """Kept in memory: a restart forgets them, which gives a guesser nothing, as codes live for minutes."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: str) -> float:
        """Seconds until `who` may try again; 0 for at once."""
        with self._lock:
            failures = self._recent(who)
            return failures[0] + self._seconds - time.monotonic() if len(failures) >= self._most else 0.0

    def failed(self, who: str) -> None:
        with self._lock:
            failures = self._recent(who)
            failures.append(time.monotonic())
            self._failures[who] = failures
            self._failures.move_to_end(who)
            if len(self._failures) > _MOST_ADDRESSES:
                self._failures.popitem(last=False)

    def _recent(self, who: str) -> deque[float]:
        failures = self._failures.get(who, deque())
        while failures and failures[0] < time.monotonic() - self._seconds:
            failures.popleft()
        return failures
