"""``hf endpoints deploy``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import (
    Choice,
    WantedVariables,
    argument,
    collect_variables,
    command,
    option,
    pass_app,
    secret_option,
)

from hfcli_endpoints.cli.options import dry_run_option, namespace_option, spec_options, wanted
from hfcli_endpoints.spec import DEFAULT_TYPE

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("deploy")
@argument("name")
@spec_options(required=True)
@option("--vendor", metavar="NAME", help="Such as aws.  [default: the cheapest that has the hardware]")
@option("--region", metavar="NAME", help="Such as us-east-1.  [default: the cheapest that has the hardware]")
@option(
    "--type",
    "access",
    type=Choice(["public", "authenticated", "private"]),
    default=DEFAULT_TYPE,
    show_default=True,
    help="Who may ask it.",
)
@option("--container-registry-username", "username", metavar="NAME", help="For an image that is not public.")
@secret_option("--container-registry-password", "password", metavar="PASSWORD", help="The password of that user.")
@option(
    "-e",
    "--env",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="A variable, by default with its value here; may be repeated.",
)
@option("--env-file", metavar="FILE", help="Variables, one a line; - is standard input.")
@secret_option(
    "-s",
    "--secrets",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="A secret, by default with its value here; may be repeated.",
)
@option("--secrets-file", metavar="FILE", help="Secrets, one a line; - is standard input.")
@dry_run_option
@namespace_option
@pass_app
def deploy_command(
    app: App,
    /,
    name: str,
    *,
    env: tuple[str, ...],
    env_file: str | None,
    secrets: tuple[str, ...],
    secrets_file: str | None,
    dry_run: bool,
    namespace: str | None,
    token: str | None,
    **options: Any,
) -> None:
    """Run a model of the Hub as a service, after telling what it costs.

    Where no vendor and region are given, the cheapest that has the hardware is taken, and told.

    \b
    Example:
      hf endpoints deploy my-endpoint --repo gpt2 --framework pytorch --accelerator cpu \\
        --instance-type intel-icl --instance-size x2
    """
    from ..orders import deploy
    from ..service import Service
    from ..shown import show_deployed

    service = Service(app, token=token, namespace=namespace)
    variables, hidden = collect_variables(app, service.hub, WantedVariables(env, secrets, env_file, secrets_file))
    request = wanted(options, env=variables, secrets=hidden)
    show_deployed(app.output, deploy(app.output, service, name, request, dry_run=dry_run))
