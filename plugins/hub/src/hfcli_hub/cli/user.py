"""``hf hub user add``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app

from hfcli_hub.cli.options import data_option

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_core.api import App


@command("add")
@argument("name")
@option("--fullname", default="", help="The name as people write it.")
@option("--email", help="Shown to the user alone.")
@data_option
@pass_app
def add_command(app: App, name: str, fullname: str, email: str | None, data: Path) -> None:
    """Add a user. `hf hub token create NAME` then makes a token."""
    from hfcli_hub.home import HubHome, explained

    with HubHome(data).open() as hub, explained():
        user = hub.accounts.create_user(name, fullname=fullname, email=email)
    app.output.result(f"Added the user {user.name}", {"name": user.name, "type": "user"}, quiet=user.name)
