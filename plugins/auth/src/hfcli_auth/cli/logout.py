"""``hf auth logout``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import ENDPOINT, command, option, pass_app

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("logout")
@option("--token-name", metavar="NAME", help="Remove this token alone.")
@option("--all", "everything", is_flag=True, help="Remove the tokens of all Hubs.")
@pass_app
def logout_command(app: App, token_name: str | None, everything: bool) -> None:
    """Remove stored tokens: all that are for the Hub in use, or those that the options say.

    They stay valid until they are revoked on the Hub's own page of tokens.
    """
    from hfcli_auth.manage import log_out, tokens_to_remove
    from hfcli_auth.stores.all import Stores

    stores, endpoint = Stores(app.settings), app.settings[ENDPOINT]
    tokens = tokens_to_remove(stores, endpoint, name=token_name, everything=everything)
    log_out(app, stores, tokens)
    names = [token.name for token in tokens]
    text = f"Logged out: removed {', '.join(names)}" if names else "Not logged in: no stored token"
    app.output.result(text, {"removed": names, "endpoint": endpoint}, quiet="\n".join(names) or None)
    left = app.credentials.resolve(endpoint)
    if left is not None:
        app.output.warn(f"the token from {left.source} is still there, and is used for {endpoint}")
