"""``hf endpoints catalog deploy``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import command, option, pass_app

from hfcli_endpoints.cli.options import dry_run_option, namespace_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("deploy")
@option("--repo", metavar="REPO_ID", help="A model of the catalog; its first recipe that fits is deployed.")
@option("--recipe", metavar="ID", help="A recipe, as `hf endpoints catalog ls` lists them.")
@option("--name", metavar="NAME", help="The name of the endpoint.  [default: made from the model's]")
@option("--accelerator", metavar="KIND", help="A recipe of --repo for this accelerator: cpu, gpu or neuron.")
@option("--gguf-file", metavar="FILE", help="A recipe of --repo with this file.")
@dry_run_option
@namespace_option
@pass_app
def deploy_command(app: App, /, namespace: str | None, token: str | None, **options: Any) -> None:
    """Run a model of the catalog as a service.

    \b
    Example:
      hf endpoints catalog deploy --repo openai/gpt-oss-120b --name my-endpoint
    """
    from ..orders import deploy_from_catalog
    from ..service import Service
    from ..shown import show_deployed

    service = Service(app, token=token, namespace=namespace)
    show_deployed(app.output, deploy_from_catalog(app.output, service, **options))
