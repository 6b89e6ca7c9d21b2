"""``hf auth list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Column, command, pass_app

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("list")
@pass_app
def list_tokens_command(app: App) -> None:
    """List the stored tokens, masked, with the Hub that each is sent to; `*` marks the one in use for its Hub."""
    from hfcli_auth.identity import moment
    from hfcli_auth.manage import rows
    from hfcli_auth.stores.all import Stores

    columns = [
        Column("active", header="", human=lambda active: "*" if active else ""),
        *(Column(key) for key in ("name", "token", "endpoint")),
        Column("expires_at", header="EXPIRES", human=moment),
        Column("kept_in"),
    ]
    app.output.table(rows(Stores(app.settings).tokens()), columns, quiet="name", empty="No stored tokens.")
