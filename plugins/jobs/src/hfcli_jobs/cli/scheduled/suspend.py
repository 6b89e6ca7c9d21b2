"""``hf jobs scheduled suspend``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("suspend")
@argument("scheduled_job_id")
@account_options
@pass_app
def suspend_command(app: App, /, scheduled_job_id: str, namespace: str | None, token: str | None) -> None:
    """Stop running a scheduled job until it is resumed."""
    from hfcli_jobs.service import JobsService

    JobsService.of(app, token, namespace).change_schedule("POST", scheduled_job_id, "suspend")
    app.output.result(None, {"id": scheduled_job_id}, quiet=scheduled_job_id)
    app.output.note(f"Scheduled job {scheduled_job_id} suspended")
