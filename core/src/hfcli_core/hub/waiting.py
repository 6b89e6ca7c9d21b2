"""Waiting in sight of the user, once for all threads of a session."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

from hfcli_core.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

_WORTH_A_LINE = 3.0
"""Seconds; shorter waits are not told of."""


class Waiting:
    """Pauses of a session: a host that asked for time is left alone by every thread until it is over.

    ``status`` is called each second with the time left, and with ``""`` at the end; without it, longer waits are told
    once through ``note``. ``cancelled`` ends any wait at once with :class:`Cancelled`.
    """

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._lock = threading.Lock()
        self._until: dict[str, tuple[float, str]] = {}
        self.status: Callable[[str], None] | None = None
        self.cancelled = threading.Event()

    def postpone(self, host: str, seconds: float, reason: str) -> None:
        """Let every thread leave ``host`` alone for ``seconds``."""
        with self._lock:
            until = max(time.monotonic() + seconds, self._until.get(host, (0.0, ""))[0])
            self._until[host] = until, reason

    def for_turn(self, host: str) -> None:
        """Wait until ``host`` may be asked again."""
        if not self._until:
            return
        with self._lock:
            until, reason = self._until.get(host, (0.0, ""))
        if until > time.monotonic():
            self.pause(host, until - time.monotonic(), reason)

    def pause(self, host: str, seconds: float, reason: str) -> None:
        """Wait ``seconds`` for ``host``, visibly."""
        ends = time.monotonic() + seconds
        if self.status is None and seconds >= _WORTH_A_LINE:
            self._note(f"{host}: {reason}; trying again in {math.ceil(seconds)} s")
        try:
            while (left := ends - time.monotonic()) > 0:
                if self.status is not None:
                    self.status(f"waiting {math.ceil(left)} s ({reason})")
                if self.cancelled.wait(min(left, 1.0)):
                    raise Cancelled
        finally:
            if self.status is not None:
                self.status("")
