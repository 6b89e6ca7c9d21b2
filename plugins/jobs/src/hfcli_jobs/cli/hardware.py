"""``hf jobs hardware``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, pass_app, token_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("hardware")
@token_option
@pass_app
def hardware_command(app: App, /, token: str | None) -> None:
    """List the machines that --flavor names, and what they cost."""
    from hfcli_jobs.hardware import COLUMNS, hardware_row
    from hfcli_jobs.service import JobsService

    rows = [hardware_row(item) for item in JobsService.of(app, token, None).hardware()]
    app.output.table(rows, COLUMNS, quiet="name")
