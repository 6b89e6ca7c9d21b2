"""Tables of hardware and of the catalog."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hfcli_core.api import Column

from hfcli_endpoints.costs import dollars
from hfcli_endpoints.hardware import describe_misses, matching
from hfcli_endpoints.service import part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hfcli_core.api import Output

    from hfcli_endpoints.hardware import Hardware

_HARDWARE = (
    *(Column(key) for key in ("vendor", "region", "accelerator", "instance_type", "instance_size")),
    *(Column(key, align="right") for key in ("memory_gb", "gpu_memory_gb")),
    Column("price_per_hour", align="right", human=dollars),
    Column("quota", align="right"),
    Column("status"),
)
_CATALOG = tuple(
    Column(key) for key in ("repo_id", "task", "license", "accelerator", "engine", "gguf_file", "recipe_id")
)


def show_hardware(
    output: Output, hardware: Sequence[Hardware], filters: Mapping[str, str | None], *, everything: bool
) -> None:
    """What the filters leave, the smallest size of each type first; what cannot be had only with ``everything``."""
    found = matching(hardware, **filters)
    shown = [one for one in found if everything or one.deployable]
    shown.sort(key=lambda one: (one.vendor, one.region, one.accelerator, one.instance_type, one.num_accelerators))
    output.table([asdict(one) | {"quota": one.quota} for one in shown], _HARDWARE, quiet="id")
    if not found:
        output.hint(f"no such hardware: {describe_misses(hardware, **filters)}")
    elif len(shown) < len(found):
        output.hint(f"--all also shows {len(found) - len(shown)} that cannot be had now")


def show_catalog(output: Output, models: Sequence[Mapping[str, Any]]) -> None:
    """One row for each recipe."""
    rows = [_recipe_row(model, recipe) for model in models for recipe in part(model, "recipes") or []]
    output.table(rows, _CATALOG, quiet="recipe_id")
    if rows:
        output.hint(f"hf endpoints catalog deploy --recipe {rows[0]['recipe_id']}")


def _recipe_row(model: Mapping[str, Any], recipe: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "repo_id": model.get("repoId"),
        "task": model.get("task"),
        "license": model.get("license"),
        "accelerator": part(recipe, "accelerator"),
        "engine": part(recipe, "engineType"),
        "gguf_file": part(recipe, "ggufFile"),
        "recipe_id": part(recipe, "publicId"),
        "revision": part(recipe, "revision"),
    }
