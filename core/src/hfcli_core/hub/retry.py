"""When to try again, and after how long: exponential backoff with jitter, or what the server asked for."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.errors import HfError, HubTimeoutError, NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hfcli_core.hub.responses import Response

FIRST_WAIT, LONGEST_BACKOFF = 1.0, 30.0
"""Seconds before the second attempt, and the most that doubling it comes to."""

LONGEST_WAIT = 300.0
"""Seconds; no single wait is longer, whatever the server asks for."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT"})
"""Methods that may be sent twice. DELETE is not among them: after a lost answer its repetition would report that what
was deleted a moment ago does not exist."""

BUSY_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Setback:
    """A failed attempt. ``acted``: the server may have done what was asked. ``asked_wait``: seconds, if it named them.

    ``tries``: the most attempts that make sense for this kind of failure, None where only time decides.
    """

    error: HfError
    reason: str
    acted: bool
    asked_wait: float | None = None
    tries: int | None = None


class Patience:
    """How long one request goes on; ``budget`` seconds from its first failure."""

    def __init__(
        self,
        budget: float,
        *,
        repeatable: bool,
        first_wait: float = FIRST_WAIT,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = lambda: os.urandom(1)[0] / 255,
    ) -> None:
        self._budget, self._repeatable, self._first_wait = budget, repeatable, first_wait
        self._clock, self._jitter = clock, jitter
        self._failed_first: float | None = None
        self._attempts = 0
        self.spent = False

    def wait_after(self, setback: Setback) -> float | None:
        """Seconds to wait before the next attempt, or None when there is to be none."""
        self._attempts += 1
        now = self._clock()
        if self._failed_first is None:
            self._failed_first = now
        if setback.acted and not self._repeatable:
            return None
        if setback.tries is not None and self._attempts >= setback.tries:
            return None
        left = self._budget - (now - self._failed_first)
        backoff = min(self._first_wait * 2 ** min(self._attempts - 1, 20), LONGEST_BACKOFF)
        if setback.asked_wait is not None:
            if setback.asked_wait > left:
                return None
            # A little later than asked, and not every client of a company at once; a server that keeps saying "now"
            # is not to be hammered.
            asked = setback.asked_wait + self._jitter() * min(1.0, setback.asked_wait / 10)
            return min(max(asked, backoff if self._attempts > 1 else 0.0), LONGEST_WAIT)
        wait = backoff * (0.5 + self._jitter() / 2)
        self.spent = wait > left
        return None if self.spent else wait


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait: ``RateLimit`` with nothing remaining, else ``Retry-After`` in either form.

    ``RateLimit: "api";r=0;t=55`` (wire.md §3).
    """
    limit = re.search(r";\s*r\s*=\s*0\s*;\s*t\s*=\s*(\d{1,9})\b", headers.get("ratelimit", ""))
    if limit:
        return float(limit[1])
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,12}(\.\d+)?", value):
        return float(value)
    return _until(value, headers.get("date")) if value else None


def _until(moment: str, now: str | None) -> float | None:
    """Seconds from ``now``, the server's own clock, as ours may be wrong by hours, to ``moment``; both HTTP dates."""
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        ends = parsedate_to_datetime(moment)
        started = parsedate_to_datetime(now) if now else datetime.now(UTC)
    except (ValueError, OverflowError):
        return None
    aware = [date if date.tzinfo else date.replace(tzinfo=UTC) for date in (ends, started)]
    return max(0.0, (aware[0] - aware[1]).total_seconds())


def busy(response: Response, error: HfError) -> Setback:
    """The setback of an answer whose status is in :data:`BUSY_STATUSES`."""
    wait = asked_wait(response.headers)
    untouched = response.status == 429 or (response.status == 503 and wait is not None)
    reason = "rate limited" if response.status == 429 else f"server busy ({response.status})"
    if wait is not None:
        error.hint = f"the server asks to wait {wait:.0f} s"
    return Setback(error, reason, acted=not untouched, asked_wait=wait, tries=5 if response.status == 500 else None)


def final_error(setback: Setback, *, known: bool, spent: bool) -> HfError:
    """The error to tell: a network that stayed away for the whole of its time is a timeout (faults.md N24)."""
    if known and spent and isinstance(setback.error, NetworkError):
        return HubTimeoutError(f"{setback.error.message}; gave up", hint="http.max_outage says how long to go on")
    return setback.error
