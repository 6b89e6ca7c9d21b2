"""``hf jobs wait``: until all have ended, or for as long as one wants to wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from hfcli_core.api import Column, HubTimeoutError, format_duration

from hfcli_jobs.outcome import JobFailed, describe_end
from hfcli_jobs.service import TERMINAL, stage
from hfcli_jobs.shapes import job_exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import Output

    from hfcli_jobs.service import JobsService

_COLUMNS = (Column("id", "JOB ID"), Column("stage"), Column("message"))
_SHORTEST, _LONGEST = 0.1, 1.0
"""Seconds between two questions; the first ones are for short jobs."""


def wait_for(service: JobsService, output: Output, job_ids: Sequence[str], seconds: float | None) -> None:
    """Raises :class:`JobFailed` where one did not complete, :class:`HubTimeoutError` when the time is over."""
    until = None if seconds is None else time.monotonic() + seconds
    pause = _SHORTEST
    ended: dict[str, dict[str, Any]] = {}
    left = list(dict.fromkeys(job_ids))
    try:
        while True:
            for job_id in list(left):
                job = service.inspect(job_id)
                if stage(job) in TERMINAL:
                    ended[job_id] = job
                    left.remove(job_id)
                    output.verbose(f"Job {job_id} {describe_end(job)}")
            if not left:
                break
            if until is not None and time.monotonic() >= until:
                raise HubTimeoutError(
                    f"Timed out after {format_duration(seconds)} waiting for {', '.join(left)}",
                    hint="the jobs go on running",
                )
            time.sleep(pause if until is None else max(0.0, min(pause, until - time.monotonic())))
            pause = min(2 * pause, _LONGEST)
    except KeyboardInterrupt as interruption:
        interruption.add_note("the jobs go on running")
        raise
    _tell(output, [ended[job_id] for job_id in dict.fromkeys(job_ids)])


def _tell(output: Output, jobs: Sequence[dict[str, Any]]) -> None:
    rows = [
        {
            "id": job["id"],
            "stage": stage(job),
            "message": job["status"].get("message"),
            "job_exit_code": job_exit_code(job),
        }
        for job in jobs
    ]
    output.table(rows, _COLUMNS, quiet="id")
    failed = [job for job in jobs if stage(job) != "COMPLETED"]
    if failed:
        reasons = "; ".join(f"{job['id']} {describe_end(job)}" for job in failed)
        raise JobFailed(f"{len(failed)} of {len(jobs)} jobs did not complete: {reasons}", details={"jobs": rows})
