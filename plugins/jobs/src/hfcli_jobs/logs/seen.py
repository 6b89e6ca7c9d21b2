"""Which lines of a log were seen before: a new connection may begin anywhere, and in another order."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hfcli_jobs.logs.events import Event

Key = int | str

REMEMBERED = 50_000
"""Lines; of older ones it is only known how late they were."""


class Seen:
    """Counts how often each line came, in all and over the present connection: what came more often now is new.

    An event with an id is known by it, another by its time and text; the same text twice at one time is two lines,
    as a program may say so. Memory is bounded: of lines older than the last :data:`REMEMBERED`, a further connection
    is believed to bring none that is new.
    """

    def __init__(self) -> None:
        self._ever: dict[Key, int] = {}
        self._now: dict[Key, int] = {}
        self._order: deque[tuple[str, Key]] = deque()
        self._floor: datetime | None = None
        self._at_floor: dict[Key, int] = {}
        """What was forgotten last: other lines may have come at the same moment."""
        self._connections = 0

    def connect(self, *, begins_at: str | None = None) -> None:
        """A new connection; ``begins_at``: what is older was not wanted, as it was before the tail of the log."""
        self._connections += 1
        self._now.clear()
        moment = _moment(begins_at) if begins_at is not None else None
        if moment is not None and (self._floor is None or moment > self._floor):
            self._raise_floor(moment)

    def is_new(self, event: Event) -> bool:
        key: Key = event.id if event.id is not None else hash((event.timestamp, event.data))
        count = self._now.get(key, 0) + 1
        if event.id is not None and count > 1:
            return False
        if count <= self._ever.get(key, 0) + self._at_floor.get(key, 0):
            self._now[key] = count
            return False
        if self._connections > 1 and self._is_old(event.timestamp):
            return False
        self._now[key] = count
        self._ever[key] = self._ever.get(key, 0) + 1
        self._order.append((event.timestamp, key))
        if len(self._order) > REMEMBERED:
            self._forget_one()
        return True

    def _forget_one(self) -> None:
        timestamp, key = self._order.popleft()
        _take(self._ever, key, 1)
        moment = _moment(timestamp)
        if moment is not None and (self._floor is None or moment >= self._floor):
            if moment != self._floor:
                self._raise_floor(moment)
            self._at_floor[key] = self._at_floor.get(key, 0) + 1
        else:
            _take(self._now, key, 1)

    def _raise_floor(self, moment: datetime) -> None:
        for key, count in self._at_floor.items():
            _take(self._now, key, count)
        self._floor, self._at_floor = moment, {}

    def _is_old(self, timestamp: str) -> bool:
        moment = _moment(timestamp) if self._floor is not None else None
        return moment is not None and self._floor is not None and moment < self._floor


def _take(counts: dict[Key, int], key: Key, count: int) -> None:
    left = counts.get(key, 0) - count
    if left > 0:
        counts[key] = left
    else:
        counts.pop(key, None)


def _moment(timestamp: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
