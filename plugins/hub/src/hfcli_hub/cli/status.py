"""``hf hub status``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from hfcli_core.api import command, pass_app

from hfcli_hub.cli.options import data_option

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_core.api import App


@command("status")
@data_option
@pass_app
def status_command(app: App, data: Path) -> None:
    """Show where the Hub on a data directory is reached. Exits with 5 when none runs."""
    from hfcli_hub.background import status

    running = status(data)
    text = f"Hub at {running.endpoint}, process {running.pid}"
    app.output.result(text, {**asdict(running), "data": str(data)}, quiet=running.endpoint)
