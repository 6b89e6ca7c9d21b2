"""``hf endpoints describe``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

from hfcli_endpoints.cli.options import namespace_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("describe")
@argument("name")
@namespace_option
@pass_app
def describe_command(app: App, name: str, namespace: str | None, token: str | None) -> None:
    """Show an endpoint: its state, its address, what runs where. `--json` has everything that the service says."""
    from ..service import Service
    from ..shown import show_endpoint

    show_endpoint(app.output, Service(app, token=token, namespace=namespace).get(name))
