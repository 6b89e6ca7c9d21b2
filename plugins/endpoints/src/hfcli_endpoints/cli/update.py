"""``hf endpoints update``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import argument, command, pass_app

from hfcli_endpoints.cli.options import dry_run_option, namespace_option, spec_options, wanted

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("update")
@argument("name")
@spec_options(required=False)
@dry_run_option
@namespace_option
@pass_app
def update_command(
    app: App, /, name: str, *, dry_run: bool, namespace: str | None, token: str | None, **options: Any
) -> None:
    """Change an endpoint; what no option speaks of stays as it is.

    --custom-image replaces the image with all that was said of it; an empty --container-command or --container-args
    takes these away. A new version starts beside the one that runs, which answers until the new one does.
    """
    from ..orders import update
    from ..service import Service
    from ..shown import show_changed

    service = Service(app, token=token, namespace=namespace)
    show_changed(app.output, update(app.output, service, name, wanted(options), dry_run=dry_run))
