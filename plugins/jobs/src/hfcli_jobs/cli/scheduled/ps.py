"""``hf jobs scheduled ps``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import command, pass_app

from hfcli_jobs.cli.list_options import list_options
from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("ps")
@list_options
@account_options
@pass_app
def ps_command(app: App, /, namespace: str | None, token: str | None, **options: Any) -> None:
    """List scheduled jobs that are active.

    Keys of --filter are id, name, image, suspend, command, schedule; statuses are active and suspended.
    """
    from hfcli_jobs.listing import Listing, list_schedules
    from hfcli_jobs.service import JobsService

    list_schedules(JobsService.of(app, token, namespace), app.output, Listing(**options))
