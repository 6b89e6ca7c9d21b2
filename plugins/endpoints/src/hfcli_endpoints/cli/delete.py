"""``hf endpoints delete``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app

from hfcli_endpoints.cli.options import dry_run_option, namespace_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("delete")
@argument("name")
@option("-y", "--yes", is_flag=True, help="Do not ask for the name.")
@dry_run_option
@namespace_option
@pass_app
def delete_command(app: App, *, name: str, yes: bool, dry_run: bool, namespace: str | None, token: str | None) -> None:
    """Delete an endpoint for good. `hf endpoints pause` ends the cost too, and can be taken back."""
    from ..orders import delete
    from ..service import Service

    delete(app.output, Service(app, token=token, namespace=namespace), name, sure=yes, dry_run=dry_run)
