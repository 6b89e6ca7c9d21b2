"""``hf endpoints resume``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app

from hfcli_endpoints.cli.options import dry_run_option, namespace_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("resume")
@argument("name")
@option("--fail-if-already-running", is_flag=True, help="Exit with 11 if it is not stopped.")
@dry_run_option
@namespace_option
@pass_app
def resume_command(
    app: App, *, name: str, fail_if_already_running: bool, dry_run: bool, namespace: str | None, token: str | None
) -> None:
    """Start an endpoint that was paused, scaled to zero or has failed, after telling what it costs."""
    from ..orders import resume
    from ..service import Service
    from ..shown import show_deployed

    service = Service(app, token=token, namespace=namespace)
    show_deployed(app.output, resume(app.output, service, name, strict=fail_if_already_running, dry_run=dry_run))
