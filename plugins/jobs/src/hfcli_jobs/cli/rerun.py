"""``hf jobs rerun``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("rerun")
@argument("job_id")
@option("-d", "--detach", is_flag=True, help="Print the new job's id and do not wait for it.")
@option("--raw", is_flag=True, help="Print what the job says as it is, control characters too.")
@account_options
@pass_app
def rerun_command(
    app: App, /, *, job_id: str, detach: bool, raw: bool, namespace: str | None, token: str | None
) -> None:
    """Run a job once more, with its secrets, and show what it says."""
    from hfcli_jobs.outcome import see_through
    from hfcli_jobs.service import JobsService

    service = JobsService.of(app, token, namespace)
    see_through(app, service, service.duplicate(job_id), detach=detach, raw=raw)
