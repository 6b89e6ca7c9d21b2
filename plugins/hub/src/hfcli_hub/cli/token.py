"""``hf hub token create``, ``ls`` and ``revoke``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import DURATION, Choice, Column, argument, command, option, pass_app

from hfcli_hub.cli.options import data_option

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_core.api import App

    from hfcli_hub.store.accounts import TokenRole


@command("create")
@argument("user")
@option("--role", type=Choice(["read", "write", "fineGrained"]), default="write", show_default=True)
@option("--name", default="token", show_default=True, help="What the list of tokens calls it.")
@option("--scope", "scopes", multiple=True, metavar="ENTITY=PERMISSION,…", help="For a fine-grained token; repeat.")
@option("--expires-in", type=DURATION, metavar="TIME", help="Refuse it after this time, such as 30d.  [default: never]")
@data_option
@pass_app
def create_command(
    app: App,
    *,
    user: str,
    role: TokenRole,
    name: str,
    scopes: tuple[str, ...],
    expires_in: float | None,
    data: Path,
) -> None:
    """Make an access token of a user and print it: it is shown only this once."""
    from hfcli_hub.administration import create_token
    from hfcli_hub.home import HubHome

    with HubHome(data).open() as hub:
        token = create_token(hub, user, role, name=name, scopes=scopes, lifetime=expires_in)
    app.output.result(token, {"token": token, "user": user, "role": role, "name": name}, quiet=token)


@command("ls")
@argument("user", required=False)
@data_option
@pass_app
def ls_command(app: App, user: str | None, data: Path) -> None:
    """List the access tokens of a user, or of all; the secrets themselves are kept nowhere."""
    from hfcli_hub.administration import list_tokens
    from hfcli_hub.home import HubHome

    with HubHome(data).open() as hub:
        rows = list_tokens(hub, user)
    columns = [Column("id", align="right"), *(Column(key) for key in ("user", "name", "role", "created_at"))]
    app.output.table(rows, columns, quiet="id", empty="No tokens.")


@command("revoke")
@argument("token_id", metavar="ID", type=int)
@data_option
@pass_app
def revoke_command(app: App, token_id: int, data: Path) -> None:
    """Revoke an access token, by its id in the list."""
    from hfcli_hub.administration import revoke_token
    from hfcli_hub.home import HubHome

    with HubHome(data).open() as hub:
        row = revoke_token(hub, token_id)
    app.output.result(f"Revoked token {token_id} ({row['name']}) of {row['user']}", row, quiet=str(token_id))
