"""``hf endpoints wait``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import DURATION, Choice, argument, command, option, pass_app

from hfcli_endpoints.cli.options import namespace_option
from hfcli_endpoints.waiting import STATES, wait

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("wait")
@argument("name")
@option(
    "--for",
    "state",
    type=Choice(STATES),
    default=STATES[0],
    show_default=True,
    help="The state to wait for.",
)
@option("--timeout", type=DURATION, default="30m", show_default=True, help="The longest to wait.")
@namespace_option
@pass_app
def wait_command(app: App, *, name: str, state: str, timeout: float, namespace: str | None, token: str | None) -> None:
    """Wait until an endpoint runs, and tell each change of its state.

    Exits with 1 and the service's message if it fails, with 5 if it is deleted meanwhile, with 7 after --timeout, with
    11 if it is stopped, so that it will not run by itself.
    """
    from ..service import Service
    from ..shown import show_endpoint

    service = Service(app, token=token, namespace=namespace)
    show_endpoint(app.output, wait(app.output, service, name, state=state, timeout=timeout))
