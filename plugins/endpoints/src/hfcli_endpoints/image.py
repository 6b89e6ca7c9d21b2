"""The container that an endpoint runs, as the service wants it described."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hfcli_core.api import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGINES = {
    "custom": "custom",
    "hf-serve": "hfServe",
    "llamacpp": "llamacpp",
    "sglang": "sGLang",
    "tei": "tei",
    "tgi": "tgi",
    "tgi-neuron": "tgiNeuron",
    "vllm": "vLLM",
    "vllm-neuron": "vLLMNeuron",
}
"""Our word for an engine → its key in ``model.image`` (surface.md §9). Another word is taken for such a key, as the
service may know more of them."""

_TENSOR_PARALLEL = frozenset({"sGLang", "vLLM"})
_DATA_PARALLEL = frozenset({"vLLM"})


@dataclass(frozen=True)
class ImageOptions:
    """What the options say of the container; ``url`` is that of ``--custom-image``."""

    url: str | None = None
    engine: str | None = None
    health_route: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = None
    tensor_parallel_size: int | None = None
    data_parallel_size: int | None = None

    @property
    def sizes(self) -> dict[str, int]:
        """The engine's own settings by their names in the API."""
        sizes = {"tensorParallelSize": self.tensor_parallel_size, "dataParallelSize": self.data_parallel_size}
        return {name: size for name, size in sizes.items() if size is not None}

    @property
    def only_sizes(self) -> bool:
        """Whether they are all that is said, so that they are for the image that runs."""
        return bool(self.sizes) and replace(self, tensor_parallel_size=None, data_parallel_size=None) == ImageOptions()


def new_image(options: ImageOptions) -> dict[str, Any] | None:
    """``model.image``; None where no image is named. Raises :class:`UsageError` for options that do not fit."""
    if options.url is None:
        _refuse_without_image(options)
        return None
    if options.password is not None and options.username is None:
        raise UsageError("--container-registry-password needs --container-registry-username")
    if options.username is not None and options.engine not in (None, "custom"):
        raise UsageError("an engine's image takes no registry credentials", hint="leave out --engine")
    settings: dict[str, Any] = {"url": options.url}
    if options.health_route is not None:
        settings["healthRoute"] = options.health_route
    if options.port is not None:
        settings["port"] = options.port
    if options.username is not None:
        password = {} if options.password is None else {"password": options.password}
        settings["credentials"] = {"username": options.username, **password}
    engine = options.engine or "custom"
    return with_sizes({ENGINES.get(engine, engine): settings}, options)


def with_sizes(image: Mapping[str, Any], options: ImageOptions) -> dict[str, Any]:
    """``image``, with the engine's sizes in it. Raises :class:`UsageError` for an engine that would ignore them."""
    [(key, settings)] = image.items()
    for size, name, engines in (
        (options.tensor_parallel_size, "--tensor-parallel-size", _TENSOR_PARALLEL),
        (options.data_parallel_size, "--data-parallel-size", _DATA_PARALLEL),
    ):
        if size is not None and key in ENGINES.values() and key not in engines:
            known = " or ".join(sorted(word for word, engine in ENGINES.items() if engine in engines))
            raise UsageError(f"the image {key} ignores {name}", hint=f"it is for --engine {known}")
    return {key: {**settings, **options.sizes}}


def _refuse_without_image(options: ImageOptions) -> None:
    given = {
        "--engine": options.engine,
        "--health-route": options.health_route,
        "--port": options.port,
        "--container-registry-username": options.username,
        "--container-registry-password": options.password,
        "--tensor-parallel-size": options.tensor_parallel_size,
        "--data-parallel-size": options.data_parallel_size,
    }
    if used := [name for name, value in given.items() if value is not None]:
        raise UsageError(f"--custom-image is needed for {', '.join(used)}")
