"""``hf endpoints catalog ls``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import IntRange, command, option, pass_app, token_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("ls")
@option("--accelerator", metavar="KIND", help="Only recipes for this accelerator: cpu, gpu, neuron.")
@option("--engine", metavar="NAME", help="Only recipes with this engine: llamacpp, sglang, tei, vllm.")
@option("--license", metavar="NAME", help="Only models under this license, such as 'Apache 2.0'.")
@option("--task", metavar="TASK", help="Only models for this task, such as text-generation.")
@option("--search", metavar="TEXT", help="Only models with this text in their name.")
@option("--limit", type=IntRange(min=1), metavar="N", help="At most so many models.")
@token_option
@pass_app
def ls_command(app: App, /, token: str | None, **filters: Any) -> None:
    """List the models of the catalog, with the tested ways to deploy each."""
    from ..service import Service
    from ..tables import show_catalog

    show_catalog(app.output, Service(app, token=token).catalog_models(filters))
