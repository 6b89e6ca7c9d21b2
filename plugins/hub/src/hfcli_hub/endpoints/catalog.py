"""A few models of the catalog, each with the recipes that are known to work (wire.md §5.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Recipe(NamedTuple):
    """A tested way to deploy a model. ``engine`` is the catalog's word; ``image`` the key of `model.image`."""

    id: str
    engine: str
    image: str
    accelerator: str
    instance: str
    size: str
    gguf_file: str | None = None

    def describe(self) -> dict[str, Any]:
        return {
            "publicId": self.id,
            "accelerator": self.accelerator,
            "engineType": self.engine,
            "ggufFile": self.gguf_file,
            "revision": None,
        }


class Model(NamedTuple):
    repo_id: str
    task: str
    license: str
    recipes: tuple[Recipe, ...]

    def describe(self, recipes: list[Recipe]) -> dict[str, Any]:
        author, name = self.repo_id.split("/")
        return {
            "repoId": self.repo_id,
            "modelName": name,
            "authorName": author,
            "license": self.license,
            "task": self.task,
            "createdAt": "2025-08-05T00:00:00.000Z",
            "recipes": [recipe.describe() for recipe in recipes],
        }

    def spec(self, recipe: Recipe) -> dict[str, Any]:
        """The create body that a recipe stands for, without a name."""
        image: dict[str, Any] = {"url": f"catalog/{recipe.engine}:tested"}
        if recipe.gguf_file:
            image["modelPath"] = recipe.gguf_file
        compute = {"accelerator": recipe.accelerator, "instanceType": recipe.instance, "instanceSize": recipe.size}
        model = {"repository": self.repo_id, "framework": "custom", "task": self.task, "image": {recipe.image: image}}
        return {
            "type": "authenticated",
            "provider": {"vendor": "aws", "region": "us-east-1"},
            "compute": {**compute, "scaling": {"minReplica": 1, "maxReplica": 1}},
            "model": model,
        }


_CHAT, _EMBED = "text-generation", "sentence-embeddings"
MODELS = (
    Model(
        "openai/gpt-oss-120b",
        _CHAT,
        "Apache 2.0",
        (Recipe("quiet-lantern-0qf2m8xk", "vllm", "vLLM", "gpu", "nvidia-a100", "x2"),),
    ),
    Model(
        "openai/gpt-oss-20b",
        _CHAT,
        "Apache 2.0",
        (
            Recipe("amber-meadow-7h3kd91p", "vllm", "vLLM", "gpu", "nvidia-l4", "x4"),
            Recipe(
                *("brisk-otter-x82vq0ml", "llamacpp", "llamacpp", "gpu", "nvidia-l4", "x1"),
                gguf_file="gpt-oss-20b-mxfp4.gguf",
            ),
        ),
    ),
    Model(
        "Qwen/Qwen2.5-Coder-7B-Instruct",
        _CHAT,
        "Apache 2.0",
        (
            Recipe("coral-harbor-5tw9z2ab", "vllm", "vLLM", "gpu", "nvidia-l4", "x1"),
            Recipe("dusty-comet-k4n1r7ye", "vllm-neuron", "vLLMNeuron", "neuron", "inf2", "x12"),
            *(
                Recipe(
                    *(name, "llamacpp", "llamacpp", "gpu", "nvidia-t4", "x1"),
                    gguf_file=f"Qwen2.5-Coder-7B-Instruct-{quant}.gguf",
                )
                for name, quant in (("early-falcon-3mj8c6du", "Q4_K_M"), ("foggy-maple-9pl0s4gh", "Q8_0"))
            ),
        ),
    ),
    Model(
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
        _CHAT,
        "MIT",
        (Recipe("golden-reef-v61bt3no", "sglang", "sGLang", "gpu", "nvidia-l4", "x1"),),
    ),
    Model(
        "BAAI/bge-m3",
        _EMBED,
        "MIT",
        (
            Recipe("hidden-creek-2xr5f8qw", "tei", "tei", "gpu", "nvidia-t4", "x1"),
            Recipe("ivory-dune-m07ga4jc", "tei", "tei", "cpu", "intel-spr", "x8"),
        ),
    ),
)
REPOS = frozenset(model.repo_id for model in MODELS)


def find(filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The models with a recipe that every filter allows, described with these recipes alone.

    Filters: ``accelerator``, ``engine``, ``license``, ``task``, ``search``.
    """
    for model in MODELS:
        texts = {"license": model.license, "task": model.task}
        if any(filters.get(name, text).lower() != text.lower() for name, text in texts.items()):
            continue
        if filters.get("search", "").lower() not in model.repo_id.lower():
            continue
        recipes = choose(model, filters.get("accelerator"), filters.get("engine"))
        if recipes:
            yield model.describe(recipes)


def choose(
    model: Model, accelerator: str | None = None, engine: str | None = None, gguf_file: str | None = None
) -> list[Recipe]:
    """The recipes of a model that fit, the default one first."""
    return [
        recipe
        for recipe in model.recipes
        if accelerator in (None, recipe.accelerator)
        and engine in (None, recipe.engine)
        and gguf_file in (None, recipe.gguf_file)
    ]


def model_of(repo_id: str) -> Model | None:
    return next((model for model in MODELS if model.repo_id.lower() == repo_id.lower()), None)


def recipe_of(recipe_id: str) -> tuple[Model, Recipe] | None:
    return next(((model, recipe) for model in MODELS for recipe in model.recipes if recipe.id == recipe_id), None)
