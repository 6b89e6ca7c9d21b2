"""``hf auth status``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import ENDPOINT, AuthenticationError, command, pass_app

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("status")
@pass_app
def status_command(app: App) -> None:
    """Show every place where a token is looked for, which one is used, why the others are not, and what it may do.

    Exits with 4 when no token is found, or when the Hub refuses it.
    """
    from hfcli_auth import status

    endpoint = app.settings[ENDPOINT]
    rows, token = status.sources(app, endpoint)
    checked = status.check(app, endpoint, token)
    data = {"endpoint": endpoint, "logged_in": "error" not in checked, **checked, "sources": rows}
    app.output.result(status.text(endpoint, rows, checked), data, quiet=checked.get("user"))
    if "error" in checked:
        raise AuthenticationError(f"not logged in at {endpoint}: {checked['error']}", hint="hf auth login")
