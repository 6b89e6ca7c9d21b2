"""How many bytes a second all connections of a run may move together."""

from __future__ import annotations

import threading
import time

from hfcli_core.api import Cancelled


class RateLimit:
    """At most ``rate`` bytes a second over all threads, on the average; a second's worth may come at once."""

    def __init__(self, rate: float, cancelled: threading.Event) -> None:
        self._rate = rate
        self._cancelled = cancelled
        self._lock = threading.Lock()
        self._paid_until = time.monotonic()

    def spend(self, count: int) -> None:
        """Wait until ``count`` more bytes are within the limit; raises ``Cancelled`` when the run is to end."""
        with self._lock:
            now = time.monotonic()
            self._paid_until = max(self._paid_until, now - 1.0) + count / self._rate
            wait = self._paid_until - now
        if wait > 0 and self._cancelled.wait(wait):
            raise Cancelled
