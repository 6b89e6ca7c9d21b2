"""``hf hub stop``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, pass_app

from hfcli_hub.cli.options import data_option

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_core.api import App


@command("stop")
@data_option
@pass_app
def stop_command(app: App, data: Path) -> None:
    """End the Hub that runs on a data directory; nothing happens when none does."""
    from hfcli_hub.background import stop

    stopped = stop(data)
    text = f"Stopped the Hub at {stopped.endpoint}" if stopped else f"No Hub runs on {data}"
    app.output.result(text, {"stopped": stopped is not None, "pid": stopped.pid if stopped else None})
