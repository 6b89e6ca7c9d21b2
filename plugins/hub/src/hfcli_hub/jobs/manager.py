"""All jobs of a Hub: what may start and when, what happens to those that a Hub before this one has started."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import StoreError, TooManyJobs
from .limits import JobLimits
from .records import UNFINISHED, Job, Records
from .runner import End, Runner
from .scheduler import Scheduler
from .shims import write_shims

if TYPE_CHECKING:
    from ..store.hub import Hub
    from .spec import JobSpec

_STOP_SECONDS = 15.0


class Jobs:
    """Safe for threads; one process at a time serves the jobs of a data directory.

    ::

        jobs.sqlite   jobs and schedules, mode 0600, as secrets are among them
        jobs/         a directory for each job (runner.py)
        jobs/bin      what is first on every job's PATH
    """

    def __init__(self, hub: Hub, *, limits: JobLimits | None = None) -> None:
        self.limits = limits or JobLimits()
        root = hub.data / "jobs"
        root.mkdir(mode=0o700, exist_ok=True)
        write_shims(root / "bin")
        self.records = Records(hub.data / "jobs.sqlite")
        self.runner = Runner(hub, root, root / "bin", self.limits)
        self._lock = threading.RLock()
        self._threads: dict[str, threading.Thread] = {}
        self._cancelled: set[str] = set()
        """Jobs to end that may not have begun yet."""
        self._stopping = False
        self._recover()
        self.schedules = Scheduler(self)

    def log(self, job_id: str) -> Path:
        return self.runner.log(job_id)

    def create(
        self,
        namespace: str,
        spec: JobSpec,
        *,
        secrets: Mapping[str, str],
        labels: Mapping[str, str],
        initiator: Mapping[str, Any],
        schedule: str | None = None,
    ) -> Job:
        """A job that starts as soon as the namespace has room for it. Raises TooManyJobs."""
        with self._lock:
            if self.records.count(namespace, UNFINISHED) >= self.limits.unfinished:
                raise TooManyJobs(f"{namespace} has {self.limits.unfinished} jobs that have not ended yet")
            job = self.records.add_job(
                namespace, spec, secrets=secrets, labels=labels, initiator=initiator, schedule=schedule
            )
            self._start_what_may()
        return job

    def duplicate(self, job: Job, initiator: Mapping[str, Any]) -> Job:
        return self.create(job.namespace, job.spec, secrets=job.secrets, labels=job.labels, initiator=initiator)

    def cancel(self, job: Job) -> None:
        """Returns at once; a job that runs has a moment to end by itself."""
        with self._lock:
            if job.id in self._threads:
                self._cancelled.add(job.id)
                self.runner.cancel(job.id)
            else:
                self.records.finish(job.id, "CANCELED", None)

    def expose(self, job: Job, expose: Mapping[str, Any]) -> Job:
        self.records.set_spec(job.id, replace(job.spec, extra={**job.spec.extra, "expose": dict(expose)}))
        return self.records.job(job.id)

    def label(self, job: Job, labels: Mapping[str, str]) -> Job:
        self.records.set_labels("jobs", job.id, labels)
        return self.records.job(job.id)

    def stop(self) -> None:
        """End every job; what is known of it then is that the Hub was stopped."""
        self.schedules.stop()
        with self._lock:
            self._stopping = True
            running = dict(self._threads)
            self._cancelled.update(running)
        for job_id in running:
            self.runner.cancel(job_id)
        for thread in running.values():
            thread.join(_STOP_SECONDS)
        self.records.close()

    def _recover(self) -> None:
        """Take over what runs on since a Hub before this one ended; start what has not begun."""
        with self._lock:
            for job in self.records.jobs(stages=UNFINISHED):
                if self.runner.was_started(job.id):
                    self._spawn(self._see_to_the_end, job)
            self._start_what_may()

    def _start_what_may(self) -> None:
        if self._stopping:
            return
        waiting = [job for job in self.records.jobs(stages=("SCHEDULING",)) if job.id not in self._threads]
        running: dict[str, int] = {}
        for job_id in self._threads:
            namespace = self.records.job(job_id).namespace.lower()
            running[namespace] = running.get(namespace, 0) + 1
        for job in reversed(waiting):
            namespace = job.namespace.lower()
            if running.get(namespace, 0) < self.limits.running:
                running[namespace] = running.get(namespace, 0) + 1
                self._spawn(self._run, job)

    def _spawn(self, work: Any, job: Job) -> None:
        thread = threading.Thread(target=self._supervise, args=(work, job), name=f"job-{job.id}", daemon=True)
        self._threads[job.id] = thread
        thread.start()

    def _supervise(self, work: Any, job: Job) -> None:
        end: End = work(job)
        with self._lock:
            if self._stopping and end.stage == "CANCELED":
                end = End("ERROR", "The Hub was stopped while the job ran", end.at)
            self.records.finish(job.id, end.stage, end.message, end.at)
            del self._threads[job.id]
            self._cancelled.discard(job.id)
            self._start_what_may()

    def _run(self, job: Job) -> End:
        if job.id in self._cancelled:
            return End("CANCELED", None)
        try:
            supervisor = self.runner.start(job)
        except (OSError, StoreError) as error:
            return End("ERROR", f"Job failed to start: {error}")
        self.records.started(job.id)
        if job.id in self._cancelled:
            self.runner.cancel(job.id)
        supervisor.wait()
        return self.runner.wait(job)

    def _see_to_the_end(self, job: Job) -> End:
        self.records.started(job.id)
        return self.runner.wait(job)
