"""``hf jobs logs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import IntRange, argument, command, option, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("logs")
@argument("job_id")
@option("-f", "--follow", is_flag=True, help="Go on until the job has ended, and exit with 1 where it failed.")
@option("-n", "--tail", type=IntRange(0), metavar="N", help="Only the last lines.")
@option("-t", "--timestamps", is_flag=True, help="Show when each line was said.")
@option("--raw", is_flag=True, help="Print lines as they are, control characters too.")
@account_options
@pass_app
def logs_command(
    app: App,
    /,
    *,
    job_id: str,
    follow: bool,
    tail: int | None,
    timestamps: bool,
    raw: bool,
    namespace: str | None,
    token: str | None,
) -> None:
    """Show what a job has said until now."""
    from hfcli_jobs import outcome
    from hfcli_jobs.logs.show import LogPrinter
    from hfcli_jobs.service import JobsService

    service = JobsService.of(app, token, namespace)
    printer = LogPrinter(app.output, raw=raw, timestamps=timestamps)
    if follow:
        ended = outcome.follow(service, job_id, printer, tail=tail)
        if not printer.gone():
            outcome.require_success(ended)
    else:
        outcome.show_log(service, job_id, printer, tail=tail)
