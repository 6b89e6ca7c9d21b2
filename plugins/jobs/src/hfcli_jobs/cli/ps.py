"""``hf jobs ps``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import IntRange, command, option, pass_app

from hfcli_jobs.cli.list_options import list_options
from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("ps")
@list_options
@option("--limit", type=IntRange(0), default=100, show_default=True, help="How many at most; 0 is all.")
@account_options
@pass_app
def ps_command(app: App, /, namespace: str | None, token: str | None, **options: Any) -> None:
    """List jobs that run or are about to: `hf jobs ps --filter image=python*`

    Keys of --filter are id, name, image, status, command, flavor; statuses are RUNNING, SCHEDULING, COMPLETED,
    CANCELED, ERROR, DELETED.
    """
    from hfcli_jobs.listing import Listing, list_jobs
    from hfcli_jobs.service import JobsService

    list_jobs(JobsService.of(app, token, namespace), app.output, Listing(**options))
