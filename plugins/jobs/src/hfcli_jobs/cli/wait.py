"""``hf jobs wait``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("wait")
@argument("job_ids", nargs=-1, required=True)
@option("--timeout", metavar="DURATION", help="Give up after this time: seconds, or 30m, 1.5h, 2d.")
@account_options
@pass_app
def wait_command(
    app: App, /, job_ids: tuple[str, ...], timeout: str | None, namespace: str | None, token: str | None
) -> None:
    """Wait until jobs have ended; exit with 1 where one did not complete."""
    from hfcli_jobs.service import JobsService
    from hfcli_jobs.values import parse_seconds
    from hfcli_jobs.waiting import wait_for

    seconds = parse_seconds(timeout) if timeout else None
    wait_for(JobsService.of(app, token, namespace), app.output, job_ids, seconds)
