"""Schedules: what is to run again and again, and the thread that sees to it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from ..store.errors import StoreError, TooManyJobs
from ..store.names import now
from .records import Job, Schedule
from .schedule_times import next_time

if TYPE_CHECKING:
    from .manager import Jobs
    from .spec import JobSpec

_LONGEST_SLEEP = 60.0
"""Seconds: clocks jump, and machines sleep."""


class Scheduler:
    """A time that passed while the Hub was down is made up for once, however often it passed."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        if jobs.records.next_due() is not None:
            self._ensure_thread()

    def create(
        self,
        namespace: str,
        spec: JobSpec,
        *,
        secrets: Mapping[str, str],
        labels: Mapping[str, str],
        schedule: str,
        suspend: bool,
        concurrency: bool,
    ) -> Schedule:
        """Raises InvalidJob, TooManyJobs."""
        if len(self._jobs.records.schedules(namespace)) >= self._jobs.limits.schedules:
            raise TooManyJobs(f"{namespace} has {self._jobs.limits.schedules} scheduled jobs")
        first = next_time(schedule)
        created = self._jobs.records.add_schedule(
            namespace,
            spec,
            secrets=secrets,
            labels=labels,
            schedule=schedule,
            suspend=suspend,
            concurrency=concurrency,
            next_at=None if suspend else first,
        )
        self._ensure_thread()
        return created

    def change(self, schedule: Schedule, *, expression: str | None = None, suspend: bool | None = None) -> Schedule:
        """Give it other times, stop it for a while, or let it go on. Raises InvalidJob."""
        expression = expression or schedule.schedule
        suspend = schedule.suspend if suspend is None else suspend
        upcoming = next_time(expression)
        self._jobs.records.reschedule(schedule.id, expression, suspend=suspend, next_at=None if suspend else upcoming)
        self._ensure_thread()
        return self._jobs.records.schedule(schedule.id)

    def run_now(self, schedule: Schedule) -> Job:
        """One run beside those of its times. Raises TooManyJobs."""
        job = self._jobs.create(
            schedule.namespace,
            schedule.spec,
            secrets=schedule.secrets,
            labels=schedule.labels,
            initiator={"type": "scheduled-job", "id": schedule.id},
            schedule=schedule.id,
        )
        self._jobs.records.fired(schedule.id, job.id, job.created_at)
        return job

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _ensure_thread(self) -> None:
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_time, name="job-schedules", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _keep_time(self) -> None:
        while True:
            for schedule in self._jobs.records.due(now()):
                self._fire(schedule)
            with self._changed:
                if self._stopping:
                    return
                self._changed.wait(self._seconds_to_next())

    def _fire(self, schedule: Schedule) -> None:
        # What comes next is set first: a crash in between leaves a run out, and does not make one twice.
        self._jobs.records.set_next(schedule.id, next_time(schedule.schedule))
        if not schedule.concurrency and self._last_runs(schedule):
            return
        with suppress(TooManyJobs):
            self.run_now(schedule)

    def _last_runs(self, schedule: Schedule) -> bool:
        if schedule.last_job is None:
            return False
        with suppress(StoreError):
            return not self._jobs.records.job(schedule.last_job).finished
        return False

    def _seconds_to_next(self) -> float:
        upcoming = self._jobs.records.next_due()
        if upcoming is None:
            return _LONGEST_SLEEP
        left = (datetime.fromisoformat(upcoming) - datetime.fromisoformat(now())).total_seconds()
        return min(max(left, 0.0), _LONGEST_SLEEP)
