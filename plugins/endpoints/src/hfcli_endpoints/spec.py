"""Bodies of a create and of an update (wire.md §5.8)."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hfcli_core.api import UsageError

from hfcli_endpoints.image import ImageOptions, new_image

if TYPE_CHECKING:
    from collections.abc import Mapping

MASK = "***"
DEFAULT_TYPE = "authenticated"


@dataclass(frozen=True)
class Wanted:
    """What the options of ``deploy`` and ``update`` say; None: nothing.

    ``scale_to_zero_timeout`` is in minutes; ``container_command`` and ``container_args`` are written as for a shell.
    """

    repo: str | None = None
    framework: str | None = None
    revision: str | None = None
    task: str | None = None
    accelerator: str | None = None
    instance_type: str | None = None
    instance_size: str | None = None
    min_replica: int | None = None
    max_replica: int | None = None
    scale_to_zero_timeout: int | None = None
    scaling_metric: str | None = None
    scaling_threshold: float | None = None
    container_command: str | None = None
    container_args: str | None = None
    vendor: str | None = None
    region: str | None = None
    access: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    image: ImageOptions = field(default_factory=ImageOptions)

    @property
    def hardware(self) -> dict[str, str | None]:
        return {
            "accelerator": self.accelerator,
            "instance_type": self.instance_type,
            "instance_size": self.instance_size,
        }


def create_body(name: str, wanted: Wanted, place: tuple[str, str]) -> dict[str, Any]:
    """``place`` is a vendor and a region. Raises :class:`UsageError`."""
    least = 1 if wanted.min_replica is None else wanted.min_replica
    scaling = {"minReplica": least, "maxReplica": max(1, least), "scaleToZeroTimeout": None, **_scaling(wanted)}
    model = {"revision": None, "image": {"huggingface": {}}, **_model(wanted, new_image(wanted.image))}
    # An empty word means "none", which is what a new endpoint has anyway.
    for key in ("command", "args"):
        if not model.get(key, True):
            del model[key]
    if wanted.env:
        model["env"] = dict(wanted.env)
    if wanted.secrets:
        model["secrets"] = dict(wanted.secrets)
    vendor, region = place
    return {
        "compute": {**_compute(wanted), "scaling": scaling},
        "model": model,
        "name": name,
        "provider": {"region": region, "vendor": vendor},
        "type": wanted.access or DEFAULT_TYPE,
    }


def update_body(wanted: Wanted, image: Mapping[str, Any] | None) -> dict[str, Any]:
    """What changes, and nothing else. Raises :class:`UsageError` where that is nothing."""
    compute, scaling = _compute(wanted), _scaling(wanted)
    if scaling:
        compute["scaling"] = scaling
    body = {"compute": compute, "model": _model(wanted, image)}
    changed = {key: value for key, value in body.items() if value}
    if not changed:
        raise UsageError("nothing to change", hint="`hf endpoints update --help` lists what can be changed")
    return changed


def masked(raw: Any) -> Any:
    """An endpoint, or a body, as it may be shown: without values of secrets, with sorted keys."""
    if isinstance(raw, list):
        return [masked(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    shown = {key: masked(raw[key]) for key in sorted(raw)}
    if isinstance(shown.get("secrets"), dict):
        shown["secrets"] = dict.fromkeys(shown["secrets"], MASK)
    if shown.get("password") is not None:
        shown["password"] = MASK
    return shown


def _compute(wanted: Wanted) -> dict[str, Any]:
    return _said(accelerator=wanted.accelerator, instanceSize=wanted.instance_size, instanceType=wanted.instance_type)


def _scaling(wanted: Wanted) -> dict[str, Any]:
    if wanted.scaling_threshold is not None and wanted.scaling_metric is None:
        raise UsageError("--scaling-threshold needs --scaling-metric")
    least, most = wanted.min_replica, wanted.max_replica
    if least is not None and most is not None and least > most:
        raise UsageError(f"--min-replica {least} is more than --max-replica {most}")
    scaling = _said(minReplica=least, maxReplica=most, scaleToZeroTimeout=wanted.scale_to_zero_timeout)
    if wanted.scaling_metric is not None:
        scaling["measure"] = {wanted.scaling_metric: wanted.scaling_threshold}
    return scaling


def _model(wanted: Wanted, image: Mapping[str, Any] | None) -> dict[str, Any]:
    return _said(
        repository=wanted.repo,
        framework=wanted.framework,
        revision=wanted.revision,
        task=wanted.task,
        image=image,
        command=_words(wanted.container_command, "--container-command"),
        args=_words(wanted.container_args, "--container-args"),
    )


def _words(text: str | None, option: str) -> list[str] | None:
    try:
        return None if text is None else shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{option} cannot be split into words: {error}") from None


def _said(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
