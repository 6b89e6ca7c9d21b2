"""``hf jobs scheduled trigger``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("trigger")
@argument("scheduled_job_id")
@account_options
@pass_app
def trigger_command(app: App, /, scheduled_job_id: str, namespace: str | None, token: str | None) -> None:
    """Run a scheduled job now, beside the runs of its times, and print the id of the job."""
    from hfcli_jobs.outcome import see_through
    from hfcli_jobs.service import JobsService

    service = JobsService.of(app, token, namespace)
    see_through(app, service, service.change_schedule("POST", scheduled_job_id, "run"), detach=True)
