"""``hf auth whoami``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import OFFICIAL_ENDPOINT, AuthenticationError, command, pass_app, token_option, whoami

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("whoami")
@token_option
@pass_app
def whoami_command(app: App, token: str | None) -> None:
    """Show who is logged in, and the organizations of that user.

    Exits with 4 when no token is found, or when the Hub refuses it.
    """
    show_identity(app, token)


def show_identity(app: App, token: str | None) -> None:
    """Ask the endpoint in effect whose token this is. Raises ``AuthenticationError`` without a token."""
    session = app.session(token=token)
    if session.token is None:
        raise AuthenticationError(
            f"not logged in at {session.endpoint}",
            hint="set HF_TOKEN to a token from the settings page of your account",
        )
    identity = whoami(session)
    lines = [identity.name]
    if identity.orgs:
        lines.append(f"orgs: {','.join(identity.orgs)}")
    if session.endpoint != app.settings[OFFICIAL_ENDPOINT]:
        app.output.note(f"endpoint: {session.endpoint}")
    data = {"user": identity.name, "orgs": list(identity.orgs), "endpoint": session.endpoint}
    app.output.result("\n".join(lines), data, quiet=identity.name)
