"""The body of a create or an update, checked and completed (wire.md §5.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TYPES = ("public", "authenticated", "protected", "private")
IMAGES = frozenset(
    {
        *("huggingface", "huggingfaceNeuron", "custom", "hfServe", "llamacpp"),
        *("sGLang", "tei", "tgi", "tgiNeuron", "vLLM", "vLLMNeuron"),
    }
)
METRICS = frozenset({"pendingRequests", "hardwareUsage"})
_PLAIN_IMAGES = frozenset({"huggingface", "huggingfaceNeuron"})
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_HIDDEN = "***"
_EXTRAS = ("tags", "route", "cacheHttpResponses", "privateService")


class Refused(ValueError):  # noqa: N818  read as the fact that it states
    """The message is for the caller."""


def check_name(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Refused("name: must have 1 to 32 lower-case letters, digits and '-', and not start or end with '-'")
    return name


def new_spec(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a create body."""
    compute, model, provider = (_object(body, key) for key in ("compute", "model", "provider"))
    scaling = {"minReplica": 1, "maxReplica": 1, "scaleToZeroTimeout": None, **(compute.get("scaling") or {})}
    spec = {
        "type": body.get("type", "authenticated"),
        "provider": {key: _text(provider, f"provider.{key}") for key in ("vendor", "region")},
        "compute": {
            **{key: _text(compute, f"compute.{key}") for key in ("accelerator", "instanceType", "instanceSize")},
            "scaling": scaling,
        },
        "model": {
            **{key: _text(model, f"model.{key}") for key in ("repository", "framework")},
            "revision": model.get("revision"),
            "task": model.get("task"),
            "image": model.get("image") or {"huggingface": {}},
            **{key: model[key] for key in ("command", "args", "env", "secrets") if model.get(key) is not None},
        },
        **{key: body[key] for key in _EXTRAS if body.get(key) is not None},
    }
    return _checked(spec)


def changed_spec(spec: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """``spec`` with what an update says; what it leaves out stays."""
    compute, model = (body.get(key) or {} for key in ("compute", "model"))
    if not isinstance(compute, dict) or not isinstance(model, dict):
        raise Refused("compute and model: must be objects")
    scaling = {**spec["compute"]["scaling"], **(compute.get("scaling") or {})}
    extras = {key: body[key] for key in ("type", *_EXTRAS) if body.get(key)}
    return _checked(
        {
            **spec,
            **extras,
            "compute": {**spec["compute"], **compute, "scaling": scaling},
            "model": {**spec["model"], **model},
        }
    )


def public_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """As it is shown: values of secrets and passwords of registries never leave the service."""
    model = dict(spec["model"])
    if model.get("secrets"):
        model["secrets"] = dict.fromkeys(model["secrets"], _HIDDEN)
    [(kind, image)] = model["image"].items()
    if image.get("credentials"):
        model["image"] = {kind: {**image, "credentials": {**image["credentials"], "password": _HIDDEN}}}
    return {**spec, "model": model}


def health_route(spec: Mapping[str, Any]) -> str:
    [image] = spec["model"]["image"].values()
    route = image.get("healthRoute") or "/health"
    return route if route.startswith("/") else f"/{route}"


def _checked(spec: dict[str, Any]) -> dict[str, Any]:
    if spec["type"] not in TYPES:
        raise Refused(f"type: unknown variant {spec['type']!r}, expected one of {', '.join(TYPES)}")
    _check_image(spec["model"]["image"])
    _check_scaling(spec["compute"]["scaling"])
    for key in ("command", "args"):
        if not _is_texts(spec["model"].get(key, [])):
            raise Refused(f"model.{key}: must be a list of strings")
    for key in ("env", "secrets"):
        values = spec["model"].get(key, {})
        if not isinstance(values, dict) or not _is_texts(list(values.values())):
            raise Refused(f"model.{key}: must be an object of strings")
    return spec


def _check_image(image: Any) -> None:
    if not isinstance(image, dict) or len(image) != 1:
        raise Refused("model.image: must be an object with one variant")
    [(kind, settings)] = image.items()
    if kind not in IMAGES:
        raise Refused(f"model.image: unknown variant {kind!r}, expected one of {', '.join(sorted(IMAGES))}")
    if not isinstance(settings, dict) or (kind not in _PLAIN_IMAGES and not isinstance(settings.get("url"), str)):
        raise Refused(f"model.image.{kind}: missing field 'url'")


def _check_scaling(scaling: Mapping[str, Any]) -> None:
    least, most = scaling["minReplica"], scaling["maxReplica"]
    if not (type(least) is type(most) is int and 0 <= least <= most and most >= 1):
        raise Refused("compute.scaling: minReplica must not be above maxReplica, which must be at least 1")
    timeout = scaling.get("scaleToZeroTimeout")
    if timeout is not None and (type(timeout) is not int or timeout < 1):
        raise Refused("compute.scaling.scaleToZeroTimeout: must be a number of minutes")
    measure = scaling.get("measure")
    if measure is not None and not (isinstance(measure, dict) and len(measure) == 1 and METRICS.issuperset(measure)):
        raise Refused(f"compute.scaling.measure: must be one of {', '.join(sorted(METRICS))}")


def _object(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = body.get(key)
    if not isinstance(value, dict):
        raise Refused(f"{key}: must be an object")
    return value


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name.rpartition(".")[2])
    if not isinstance(value, str) or not value:
        raise Refused(f"{name}: must be a string")
    return value


def _is_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
