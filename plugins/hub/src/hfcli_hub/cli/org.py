"""``hf hub org add``."""

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
@option("--member", "members", multiple=True, metavar="USER[:ROLE]", help="admin, write, contributor or read; repeat.")
@data_option
@pass_app
def add_command(app: App, name: str, fullname: str, members: tuple[str, ...], data: Path) -> None:
    """Add an organization, or members to one that exists: `hf hub org add acme --member alice:admin`"""
    from hfcli_hub.administration import add_org
    from hfcli_hub.home import HubHome

    with HubHome(data).open() as hub:
        roles = add_org(hub, name, members, fullname=fullname)
    text = f"Added the organization {name}" + (f" with {', '.join(roles)}" if roles else "")
    app.output.result(text, {"name": name, "type": "org", "members": roles}, quiet=name)
