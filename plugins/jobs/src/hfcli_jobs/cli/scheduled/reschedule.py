"""``hf jobs scheduled reschedule``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("reschedule")
@argument("scheduled_job_id")
@argument("schedule")
@account_options
@pass_app
def reschedule_command(
    app: App, /, scheduled_job_id: str, schedule: str, namespace: str | None, token: str | None
) -> None:
    """Have a scheduled job run at other times: `hf jobs scheduled reschedule ID '0 9 * * 1'`"""
    from hfcli_jobs.schedules import describe_next
    from hfcli_jobs.service import JobsService

    upcoming = describe_next(schedule)
    service = JobsService.of(app, token, namespace)
    service.change_schedule("POST", scheduled_job_id, "schedule", {"schedule": schedule})
    app.output.result(None, {"id": scheduled_job_id, "schedule": schedule}, quiet=scheduled_job_id)
    app.output.note(upcoming)
