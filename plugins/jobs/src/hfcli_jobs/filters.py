"""``--filter key=value`` of lists: a part of the value without case, or a pattern with ``*`` and ``?``."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from hfcli_core.api import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    Fields = Mapping[str, Any]


def parse_filters(texts: Iterable[str], known: Mapping[str, Callable[[Fields], str]]) -> Callable[[Fields], bool]:
    """Whether a row passes all of them. Raises :class:`UsageError` for a key that rows do not have."""
    conditions = [_condition(text, known) for text in texts]
    return lambda fields: all(condition(fields) for condition in conditions)


def passes_labels(fields: Fields, labels: Sequence[str], name: str | None) -> bool:
    """Whether a row has all labels, ``key=value`` or just ``key``, and that name."""
    has = fields.get("labels") or (fields.get("job_spec") or {}).get("labels") or {}
    for text in labels:
        key, equals, value = text.partition("=")
        if key not in has or (equals and has[key] != value):
            return False
    return name is None or has.get("name") == name


def _condition(text: str, known: Mapping[str, Callable[[Fields], str]]) -> Callable[[Fields], bool]:
    key, equals, wanted = text.partition("=")
    key = key.strip().lower()
    if not equals or key not in known:
        raise UsageError(f"invalid filter '{text}'", hint=f"write key=value; keys are {', '.join(known)}")
    value_of, wanted = known[key], wanted.strip().lower()
    if "*" in wanted or "?" in wanted:
        return lambda fields: fnmatchcase(value_of(fields).lower(), wanted)
    return lambda fields: wanted in value_of(fields).lower()
