"""``hf auth whoami``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import OFFICIAL_ENDPOINT, AuthenticationError, command, escape, pass_app, token_option, whoami

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
        raise not_logged_in(app, session.endpoint)
    identity = whoami(session)
    lines = [escape(identity.name)]
    if identity.orgs:
        lines.append(f"orgs: {','.join(map(escape, identity.orgs))}")
    if session.endpoint != app.settings[OFFICIAL_ENDPOINT]:
        app.output.note(f"endpoint: {session.endpoint}")
    data = {"user": identity.name, "orgs": list(identity.orgs), "endpoint": session.endpoint}
    app.output.result("\n".join(lines), data, quiet=identity.name)


def not_logged_in(app: App, endpoint: str) -> AuthenticationError:
    """Exit code 4, and what to do about it."""
    reason = app.credentials.withheld(endpoint)
    return AuthenticationError(f"not logged in at {endpoint}", hint=reason or "log in: hf auth login")
