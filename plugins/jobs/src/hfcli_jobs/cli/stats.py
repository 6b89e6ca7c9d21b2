"""``hf jobs stats``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("stats")
@argument("job_ids", nargs=-1)
@option("-f", "--follow", is_flag=True, help="Show it again each second, until the jobs have ended.")
@account_options
@pass_app
def stats_command(
    app: App, /, job_ids: tuple[str, ...], follow: bool, namespace: str | None, token: str | None
) -> None:
    """Show what running jobs take: processor, memory, network. Without JOB_IDS, all that run."""
    from hfcli_jobs.service import JobsService
    from hfcli_jobs.stats import follow_stats, show_stats

    service = JobsService.of(app, token, namespace)
    (follow_stats if follow else show_stats)(service, app.output, job_ids)
