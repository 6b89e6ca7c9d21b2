"""``--filter "KEY OP VALUE"`` of ``hf cache ls`` (surface.md §6.1)."""

from __future__ import annotations

import fnmatch
import operator
import re
from typing import TYPE_CHECKING, Any

from hfcli_core.api import UsageError

from .units import parse_age, parse_size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Row = Mapping[str, Any]
    Filter = Callable[[Row, float], bool]

_EXPRESSION = re.compile(r"\s*([A-Za-z_]+)\s*(==|!=|>=|<=|=|>|<)\s*(.*\S)\s*")
_COMPARISONS = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_KEYS = ("accessed", "modified", "name", "refs", "size", "type")


def parse_filter(text: str) -> Filter:
    """A test of a row of the listing, at a time in seconds since 1970. Raises ``UsageError``.

    ``accessed`` and ``modified`` compare the age, so ``accessed>1y`` is what nobody used for a year; a row without the
    time passes no test of it. ``type`` and ``refs`` compare whole words, ``name`` is a pattern for the id with or
    without its type; case does not matter to these.
    """
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        raise UsageError(f"Invalid filter expression: '{text}'.", hint='write it as "size>30g" or "accessed>1y"')
    key, sign, value = match[1].lower(), match[2], match[3]
    if key not in _KEYS:
        raise UsageError(f"Unsupported filter key '{match[1]}' in '{text}'.", hint=f"one of {', '.join(_KEYS)}")
    if sign not in _COMPARISONS:
        raise UsageError(f"Unsupported operator '{sign}' in '{text}'.", hint=f"one of {' '.join(_COMPARISONS)}")
    if key == "size":
        return _number(sign, parse_size(value), lambda row, _now: row["size_on_disk"])
    if key in ("accessed", "modified"):
        field = f"last_{key}"
        return _number(sign, parse_age(value), lambda row, now: now - row[field] if row[field] else None)
    if sign not in ("=", "!="):
        raise UsageError(f"Only '=' and '!=' are supported for '{key}' filters. Got '{sign}'.")
    return _word(key, value.lower(), wanted=sign == "=")


def passes(row: Row, filters: Sequence[Filter], now: float) -> bool:
    return all(test(row, now) for test in filters)


def _number(sign: str, limit: float, measure: Callable[[Row, float], float | None]) -> Filter:
    compare = _COMPARISONS[sign]

    def test(row: Row, now: float) -> bool:
        value = measure(row, now)
        return value is not None and bool(compare(value, limit))

    return test


def _word(key: str, value: str, *, wanted: bool) -> Filter:
    def test(row: Row, _now: float) -> bool:
        if key == "type":
            return (row["repo_type"] == value) is wanted
        if key == "refs":
            return (value in (ref.lower() for ref in row["refs"])) is wanted
        names = (row["id"].lower(), row["repo_id"].lower())
        return any(fnmatch.fnmatchcase(name, value) for name in names) is wanted

    return test
