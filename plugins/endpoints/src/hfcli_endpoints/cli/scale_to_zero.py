"""``hf endpoints scale-to-zero``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

from hfcli_endpoints.cli.options import dry_run_option, namespace_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("scale-to-zero")
@argument("name")
@dry_run_option
@namespace_option
@pass_app
def scale_to_zero_command(app: App, name: str, dry_run: bool, namespace: str | None, token: str | None) -> None:
    """Stop an endpoint, and what it costs, until the next request to it."""
    from ..orders import turn
    from ..service import Service
    from ..shown import show_changed

    service = Service(app, token=token, namespace=namespace)
    show_changed(app.output, turn(app.output, service, name, "scale-to-zero", dry_run=dry_run))
