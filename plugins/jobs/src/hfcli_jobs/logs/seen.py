"""Which lines of a log were seen before: a new connection may begin anywhere, and in another order."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hfcli_jobs.logs.events import Event

REMEMBERED = 50_000
"""Lines; of older ones it is only known how late they were."""


class Seen:
    """Counts how often each line came, in all and over the present connection: what came more often now is new.

    An event with an id is known by it, another by its time and text; the same text twice at one time is two lines,
    as a program may say so. Memory is bounded: of lines older than the last :data:`REMEMBERED`, a further connection
    is believed to bring none that is new.
    """

    def __init__(self) -> None:
        self._ever: dict[int | str, int] = {}
        self._now: dict[int | str, int] = {}
        self._order: deque[tuple[str, int | str]] = deque()
        self._floor: datetime | None = None
        self._connections = 0

    def connect(self, *, begins_at: str | None = None) -> None:
        """A new connection; ``begins_at``: what is older was not wanted, as it was before the tail of the log."""
        self._connections += 1
        self._now.clear()
        if begins_at is not None:
            self._raise_floor(begins_at)

    def is_new(self, event: Event) -> bool:
        key = event.id if event.id is not None else hash((event.timestamp, event.data))
        count = self._now.get(key, 0) + 1
        if event.id is not None and count > 1:
            return False
        if count <= self._ever.get(key, 0):
            self._now[key] = count
            return False
        if self._connections > 1 and self._is_old(event.timestamp):
            return False
        self._now[key] = self._ever[key] = count
        self._order.append((event.timestamp, key))
        if len(self._order) > REMEMBERED:
            self._forget_one()
        return True

    def _forget_one(self) -> None:
        timestamp, key = self._order.popleft()
        for counts in (self._ever, self._now):
            if counts.get(key, 0) > 1:
                counts[key] -= 1
            else:
                counts.pop(key, None)
        self._raise_floor(timestamp)

    def _raise_floor(self, timestamp: str) -> None:
        moment = _moment(timestamp)
        if moment is not None and (self._floor is None or moment > self._floor):
            self._floor = moment

    def _is_old(self, timestamp: str) -> bool:
        moment = _moment(timestamp) if self._floor is not None else None
        return moment is not None and self._floor is not None and moment < self._floor


def _moment(timestamp: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
