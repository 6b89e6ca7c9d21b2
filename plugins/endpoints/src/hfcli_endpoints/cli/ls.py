"""``hf endpoints ls``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, pass_app

from hfcli_endpoints.cli.options import namespace_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("ls")
@namespace_option
@pass_app
def ls_command(app: App, namespace: str | None, token: str | None) -> None:
    """List the endpoints of a namespace, or with `--namespace '*'` yours and those of your organizations."""
    from ..listing import list_endpoints
    from ..shown import show_endpoints

    show_endpoints(app.output, list_endpoints(app, token=token, namespace=namespace))
