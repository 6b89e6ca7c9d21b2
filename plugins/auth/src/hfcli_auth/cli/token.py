"""``hf auth token``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, pass_app

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("token")
@pass_app
def token_command(app: App) -> None:
    """Print the token that is used for the Hub in effect, for other programs: anyone who reads it is you."""
    from hfcli_auth.cli.whoami import not_logged_in

    session = app.hub
    if session.token is None:
        raise not_logged_in(app, session.endpoint)
    data = {"token": session.token.value, "source": session.token.source, "endpoint": session.endpoint}
    app.output.result(session.token.value, data, quiet=session.token.value)
    app.output.hint(f"this is the token from {session.token.source}, for {session.endpoint}; keep it secret")
