"""What comes of a job that was started: its log until its end, and what its end means for our exit code."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from hfcli_core.api import Format, HfError

from hfcli_jobs.logs.follow import Follower
from hfcli_jobs.logs.show import LogPrinter
from hfcli_jobs.service import TERMINAL, stage
from hfcli_jobs.shapes import job_exit_code, job_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.api import App

    from hfcli_jobs.logs.events import Event
    from hfcli_jobs.service import JobsService


class JobFailed(HfError):  # noqa: N818  the name of an outcome
    code = "job-failed"


def see_through(app: App, service: JobsService, job: Mapping[str, Any], *, detach: bool, raw: bool = False) -> None:
    """Tell of a job that was started; unless ``detach``, show what it says and end as it does.

    Standard output has the log, or with ``detach`` the id; for programs the job as it was in the end.
    """
    output, named = app.output, service.named(job)
    output.note(f"Job started with ID: {job['id']}")
    output.note(f"View at: {service.url(job)}")
    if detach:
        output.result(job["id"], job_fields(job, service), quiet=job["id"])
        output.hint(f"`hf jobs logs -f {named}` follows it, `hf jobs cancel {named}` ends it")
        return
    if output.format is Format.QUIET:
        output.result(None, {}, quiet=job["id"])
    printer = LogPrinter(output, raw=raw, aside=True)
    ended = follow(service, named, printer)
    if printer.gone():
        return
    if output.format in (Format.JSON, Format.CSV):
        output.result(None, job_fields(ended, service))
    require_success(ended)
    output.note(f"Job {job['id']} completed")


def follow(service: JobsService, job_id: str, printer: LogPrinter, *, tail: int | None = None) -> dict[str, Any]:
    """Show a log until the job has ended; an interruption says that the job has not."""
    follower = Follower(service, job_id, printer, tail=tail)
    try:
        ended = follower.follow(printer.gone)
    except KeyboardInterrupt as interruption:
        interruption.add_note(
            f"the job still runs: `hf jobs logs -f {job_id}` follows it, `hf jobs cancel {job_id}` ends it"
        )
        raise
    printer.tell_left_out(follower.too_long)
    return ended


def require_success(job: Mapping[str, Any]) -> None:
    """Raises :class:`JobFailed` for a job that ended in another way."""
    if stage(job) == "COMPLETED":
        return
    code, message = job_exit_code(job), job["status"].get("message")
    details = {"job_id": job["id"], "stage": stage(job), "message": message, "job_exit_code": code}
    raise JobFailed(f"Job {job['id']} {describe_end(job)}", details=details)


def describe_end(job: Mapping[str, Any]) -> str:
    code, message = job_exit_code(job), job["status"].get("message")
    if stage(job) == "CANCELED":
        return "was canceled"
    if code is not None:
        return f"failed with exit code {code}"
    return f"ended as {stage(job)}{f': {message}' if message else ''}"


def show_log(service: JobsService, job_id: str, printer: LogPrinter, *, tail: int | None = None) -> None:
    """Show what a log has now; of a tail, the Hub may have sent more than that."""
    finished = stage(service.inspect(job_id)) in TERMINAL
    if tail is None:
        follower = Follower(service, job_id, printer)
        follower.snapshot(finished=finished)
    else:
        last: deque[Event] = deque(maxlen=tail)
        follower = Follower(service, job_id, last.extend, tail=tail)
        follower.snapshot(finished=finished)
        printer(last)
    printer.tell_left_out(follower.too_long)
