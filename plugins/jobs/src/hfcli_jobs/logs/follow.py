"""Read the log of a job, over as many connections as it takes."""

from __future__ import annotations

import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from hfcli_core.api import Budget, HubTimeoutError, NetworkError, NotFoundError, RateLimitedError

from hfcli_jobs.logs.events import EventReader, log_event
from hfcli_jobs.logs.seen import Seen
from hfcli_jobs.service import TERMINAL, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hfcli_core.api import StreamedResponse

    from hfcli_jobs.logs.events import Event
    from hfcli_jobs.service import JobsService

LIVE = Budget(connect=10, first_byte=120, read=75, total=None)
"""The service shows a sign of life every 30 s; two missed ones are a dead connection."""

SNAPSHOT = Budget(connect=10, first_byte=30, read=2, total=None)
"""What is there comes without pauses."""

_LONGEST_WAIT = 10.0
_SNAPSHOT_TRIES = 5


class Follower:
    """Gives each line of a job's log once to ``emit``, some at a time, in the order in which they first came."""

    def __init__(
        self, service: JobsService, job_id: str, emit: Callable[[Sequence[Event]], None], *, tail: int | None = None
    ) -> None:
        self._service, self._job_id, self._emit, self._tail = service, job_id, emit, tail
        self._reader = EventReader()
        self._seen = Seen()
        self._last_id: str | None = None
        self._first: str | None = None
        self._connected = False
        self._gone: Callable[[], bool] = lambda: False

    @property
    def too_long(self) -> int:
        """How many lines were left out for their length."""
        return self._reader.too_long

    def follow(self, gone: Callable[[], bool] = lambda: False) -> dict[str, Any]:
        """Until the job has ended and all is told; the job as it was then. ``gone``: nobody listens any more.

        A lost connection is made again where it broke. Raises what ends that: the job was deleted, or the Hub could
        not be reached for as long as the session is patient.
        """
        self._gone = gone
        ended: dict[str, Any] | None = None
        wait = 0.0
        while True:
            progress, broken = self._connection(LIVE)
            # A connection that was begun before the end was known may have missed the last lines.
            if (ended is not None and not broken) or gone():
                return ended or self._service.inspect(self._job_id)
            job = self._service.inspect(self._job_id)
            if stage(job) in TERMINAL:
                ended, wait = job, 0.0 if ended is None else _longer(wait)
            else:
                wait = 0.0 if progress and broken else _longer(wait)
            time.sleep(wait)

    def snapshot(self, *, finished: bool) -> None:
        """What the log has now; of a job that has not ended, until nothing comes for a moment."""
        for _ in range(_SNAPSHOT_TRIES):
            _, broken = self._connection(LIVE if finished else SNAPSHOT, until_now=not finished)
            if not broken:
                return

    def _connection(self, budget: Budget, *, until_now: bool = False) -> tuple[bool, bool]:
        """Whether anything came, and whether the connection was lost."""
        self._reader.reset()
        self._seen.connect(begins_at=self._first if self._tail is not None and self._connected else None)
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": self._last_id} if self._last_id else {})
        query = f"?tail={self._tail}" if self._tail is not None and not self._connected else ""
        progress = opened = False
        try:
            with self._service.session.stream(
                "GET", f"{self._service.path(self._job_id)}/logs{query}", headers=headers, budget=budget
            ) as answer:
                opened = True
                limit = _limit(answer) if until_now else None
                for part in answer.iter_raw():
                    progress = True
                    if not self._tell(self._reader.feed(part), limit) or self._gone():
                        return True, False
                self._tell(self._reader.finish(), limit)
        except NotFoundError:
            return False, False  # it says nothing yet
        except HubTimeoutError:
            if not opened:
                raise
            return progress, not until_now
        except (NetworkError, RateLimitedError):
            if not opened:
                raise
            return progress, True
        return progress, False

    def _tell(self, found: Iterable[dict[str, Any]], limit: str | None) -> bool:
        """Give on what is new; False once there is a line from after ``limit``."""
        events = [event for raw in found if (event := log_event(raw)) is not None]
        wanted = [event for event in events if limit is None or event.timestamp <= limit]
        new = [event for event in wanted if self._seen.is_new(event)]
        if wanted and self._first is None:
            self._first = wanted[0].timestamp
        if new:
            self._connected = True
            self._last_id = new[-1].id
            self._emit(new)
        return len(wanted) == len(events)


def _longer(wait: float) -> float:
    return min(max(0.2, 2 * wait), _LONGEST_WAIT)


def _limit(answer: StreamedResponse) -> str | None:
    """The time of the server a moment from now, as its events have it: what is later was not there when we asked."""
    try:
        moment = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return (moment + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S.999999Z")
