"""Endpoints as people see them, and as programs do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import Column, Format, escape

from hfcli_endpoints.service import part, state_of
from hfcli_endpoints.spec import masked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hfcli_core.api import Output

    from hfcli_endpoints.service import Endpoint

_COLUMNS = ("name", "model", "status", "task", "framework", "instance", "vendor", "region")


def show_endpoint(output: Output, raw: Endpoint) -> None:
    """One endpoint: a few lines for people, all that the service says, in sorted order, for programs."""
    lines = [escape(raw["name"]), *(f"  {label + ':':<10} {escape(text)}" for label, text in _facts(raw) if text)]
    output.result("\n".join(lines), masked(raw), quiet=raw["name"])


def show_changed(output: Output, raw: Endpoint | None) -> None:
    """The endpoint after an order; nothing after a rehearsal, which has shown its own."""
    if raw is not None:
        show_endpoint(output, raw)


def show_deployed(output: Output, raw: Endpoint | None) -> None:
    """As :func:`show_changed`, for one that starts now."""
    show_changed(output, raw)
    if raw is not None:
        name = raw["name"]
        output.hint(f"`hf endpoints wait {name}` waits until it runs, `hf endpoints pause {name}` ends the cost")


def show_endpoints(output: Output, by_namespace: Mapping[str, Sequence[Endpoint]]) -> None:
    """A table for people; the service's own objects in JSON."""
    every = [(namespace, raw) for namespace, endpoints in by_namespace.items() for raw in endpoints]
    if output.format is Format.JSON:
        output.document([masked(raw) for _, raw in every])
        return
    rows = [{"namespace": namespace, **_row(raw)} for namespace, raw in every]
    keys = ("namespace", *_COLUMNS) if len(by_namespace) > 1 else _COLUMNS
    output.table(rows, [Column(key) for key in keys], quiet="name")


def _row(raw: Endpoint) -> dict[str, Any]:
    return {
        "name": raw["name"],
        "model": part(raw, "model", "repository"),
        "status": state_of(raw),
        "task": part(raw, "model", "task"),
        "framework": part(raw, "model", "framework"),
        "instance": _words(part(raw, "compute", "instanceType"), part(raw, "compute", "instanceSize")),
        "vendor": part(raw, "provider", "vendor"),
        "region": part(raw, "provider", "region"),
    }


def _facts(raw: Endpoint) -> list[tuple[str, str]]:
    model, compute, provider, status = (part(raw, key) or {} for key in ("model", "compute", "provider", "status"))
    image = part(model, "image")
    message = part(status, "message")
    return [
        ("status", state_of(raw) + (f" ({message})" if message else "")),
        ("url", _words(part(status, "url"))),
        ("model", _words(part(model, "repository"), part(model, "revision") and f"at {part(model, 'revision')}")),
        ("task", _words(part(model, "task"))),
        ("framework", _words(part(model, "framework"))),
        ("image", _image(image) if isinstance(image, dict) else ""),
        ("hardware", _words(*(part(compute, key) for key in ("accelerator", "instanceType", "instanceSize")))),
        ("where", _words(part(provider, "vendor"), part(provider, "region"))),
        ("replicas", _replicas(part(compute, "scaling") or {})),
        ("access", _words(raw.get("type"))),
        ("updated", _words(part(status, "updatedAt"))),
    ]


def _image(image: Mapping[str, Any]) -> str:
    return ", ".join(_words(key, part(image, key, "url")) for key in image)


def _replicas(scaling: Mapping[str, Any]) -> str:
    least, most = part(scaling, "minReplica"), part(scaling, "maxReplica")
    if least is None or most is None:
        return ""
    timeout = part(scaling, "scaleToZeroTimeout")
    return f"{least} to {most}" + (f", to zero after {timeout} idle minutes" if timeout else "")


def _words(*values: Any) -> str:
    return " ".join(str(value) for value in values if value)
