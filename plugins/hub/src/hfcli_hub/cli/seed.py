"""``hf hub seed``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Column, command, option, pass_app

from hfcli_hub.cli.options import data_option

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_core.api import App


@command("seed")
@option("--guide", is_flag=True, help="Also what the examples of the command-line guide speak of: gpt2 and others.")
@data_option
@pass_app
def seed_command(app: App, guide: bool, data: Path) -> None:
    """Fill a Hub with demonstration repos: a tiny model, dataset and Space. What is there already stays as it is."""
    from hfcli_hub.home import HubHome, ensure_owner
    from hfcli_hub.seed.demo import seed_demo
    from hfcli_hub.seed.guide import seed_guide

    with HubHome(data).open() as hub:
        repos = seed_demo(hub, ensure_owner(hub).name) + (seed_guide(hub) if guide else [])
    rows = [{"type": repo.kind, "id": repo.id} for repo in repos]
    app.output.table(rows, [Column("type"), Column("id")], quiet="id")
