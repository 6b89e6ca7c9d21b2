"""What a plugin declares: the answers of its static hooks and the names of the others that it implements."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from hfcli_core.specs import (
    AuthProviderSpec,
    CommandSpec,
    OutputFormatSpec,
    ServiceSpec,
    SettingSpec,
    StorageBackendSpec,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Spec = CommandSpec | AuthProviderSpec | StorageBackendSpec | ServiceSpec | SettingSpec | OutputFormatSpec

STATIC_HOOKS: dict[str, type[Spec]] = {
    "hf_commands": CommandSpec,
    "hf_auth_providers": AuthProviderSpec,
    "hf_storage_backends": StorageBackendSpec,
    "hf_services": ServiceSpec,
    "hf_settings": SettingSpec,
    "hf_output_formats": OutputFormatSpec,
}


class Manifest(NamedTuple):
    """``specs`` by static hook, and ``hooks``: the names of all implemented hooks, static or not."""

    specs: Mapping[str, list[Any]] = MappingProxyType({})
    hooks: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        rows = {hook: [spec._asdict() for spec in specs] for hook, specs in self.specs.items()}
        return {"specs": rows, "hooks": sorted(self.hooks)}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Manifest:
        """The manifest that :meth:`to_json` wrote; ``LookupError``, ``TypeError``, ``ValueError`` for anything else."""
        specs = {
            hook: [_checked(hook, STATIC_HOOKS[hook](**_with_tuples(row))) for row in rows]
            for hook, rows in data["specs"].items()
        }
        return Manifest(specs, frozenset(data["hooks"]))


def check_specs(hook: str, answer: object) -> list[Any]:
    """The answer of a static hook as a list; ``ValueError`` or ``TypeError`` says what is wrong with it."""
    if answer is None:
        return []
    return [_checked(hook, spec) for spec in iter(answer)]  # type: ignore[call-overload]  # a wrong type is reported


def field_types(kind: type[Spec]) -> list[tuple[str, str]]:
    """The names of a spec's fields with their annotations as they are written."""
    return [(name, reference.__forward_arg__) for name, reference in kind.__annotations__.items()]


def _with_tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _checked(hook: str, spec: object) -> object:
    expected = STATIC_HOOKS[hook]
    if not isinstance(spec, expected):
        raise TypeError(f"{hook} returned a {type(spec).__name__} where a {expected.__name__} belongs")
    for (name, annotation), value in zip(field_types(expected), spec, strict=True):
        if not FITS[annotation](value):
            raise TypeError(f"{hook}: {expected.__name__}.{name} is {value!r}, not {annotation}")
    target = getattr(spec, "target", None)
    if target is not None and not _TARGET.fullmatch(target):
        raise ValueError(f"{hook}: the target {target!r} is not of the form 'module:attribute'")
    if isinstance(spec, CommandSpec) and not _PATH.fullmatch(spec.path):
        raise ValueError(f"{hook}: {spec.path!r} is no command path such as 'hello' or 'repo.mirror'")
    return spec


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


FITS: dict[str, Callable[[object], bool]] = {
    "str": _is_text,
    "str | None": lambda value: value is None or isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int": _is_whole,
    "float": lambda value: isinstance(value, float) or _is_whole(value),
    "int | None": lambda value: value is None or _is_whole(value),
    "tuple[str, ...]": lambda value: isinstance(value, tuple) and all(isinstance(item, str) for item in value),
    "str | bool | int | float | None": lambda value: value is None or isinstance(value, str | bool | int | float),
}
"""For each annotation in the specs, whether a value is of that type."""

_TARGET = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
_PATH = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*")
