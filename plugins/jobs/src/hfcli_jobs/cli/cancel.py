"""``hf jobs cancel``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("cancel")
@argument("job_id")
@account_options
@pass_app
def cancel_command(app: App, /, job_id: str, namespace: str | None, token: str | None) -> None:
    """End a job."""
    from hfcli_jobs.service import JobsService

    JobsService.of(app, token, namespace).cancel(job_id)
    app.output.result(None, {"id": job_id}, quiet=job_id)
    app.output.note(f"Job {job_id} cancelled")
