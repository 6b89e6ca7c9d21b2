"""``hf auth switch``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, escape, option, pass_app

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("switch")
@option("--token-name", metavar="NAME", help="Use this token.  [default: choose from a menu]")
@option("--set-default", is_flag=True, help="Have all programs use this token, also where it is for another Hub.")
@option(
    "--add-to-git-credential/--no-add-to-git-credential",
    help="Give the token to the credential helper that git has already.",
)
@pass_app
def switch_command(app: App, token_name: str | None, set_default: bool, add_to_git_credential: bool) -> None:
    """Choose which stored token is used for its Hub."""
    from hfcli_auth.git_login import give_to_git
    from hfcli_auth.manage import choose
    from hfcli_auth.stores.all import Stores

    stores = Stores(app.settings)
    token = stores.filled(stores.find(token_name) if token_name else choose(app, stores.tokens()))
    stores.of(token).activate(token, set_default=set_default)
    text = f"The token for {token.endpoint} is now: {escape(token.name)}"
    app.output.result(text, {"token_name": token.name, "endpoint": token.endpoint}, quiet=token.name)
    if reason := app.credentials.withheld(token.endpoint):
        app.output.warn(reason)
    if add_to_git_credential:
        give_to_git(app, token.endpoint, token.value, configure=False)
