"""``hf auth adopt``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import ENDPOINT, checked_endpoint, command, escape, option, pass_app

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("adopt")
@option("--endpoint", metavar="URL", help="The Hub that the token is for.  [default: the one in use]")
@option("--token-name", metavar="NAME", help="The stored token.  [default: the one that the official programs use]")
@pass_app
def adopt_command(app: App, endpoint: str | None, token_name: str | None) -> None:
    """Say which Hub a stored token belongs to, so that it is sent there, and to no other.

    A token that another program stored is taken for one of the official Hub. The Hub must accept it first.
    """
    from hfcli_auth.manage import adopt
    from hfcli_auth.stores.all import Stores

    token = adopt(app, Stores(app.settings), token_name, checked_endpoint(endpoint or app.settings[ENDPOINT]))
    text = f"The token {escape(token.name)} belongs to {token.endpoint} now"
    app.output.result(text, {"token_name": token.name, "endpoint": token.endpoint}, quiet=token.name)
