"""The ``key=value`` fields of ``hf api``, as gh has them."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hfcli_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS = {"true": True, "false": False, "null": None}
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def parse_fields(raw: Iterable[str], typed: Iterable[str]) -> dict[str, Any]:
    """``raw`` values stay text; ``typed`` become true, false, null, whole numbers, or the text of ``@file``.

    ``a[b]=x`` makes an object, ``a[]=x`` a list. Raises :class:`UsageError`.
    """
    fields: dict[str, Any] = {}
    for text in raw:
        key, value = _split(text)
        _place(fields, key, value)
    for text in typed:
        key, value = _split(text)
        _place(fields, key, _typed(value))
    return fields


def _split(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"Field '{text}' is not of the form key=value")
    return key, value


def _typed(value: str) -> Any:
    if value in _WORDS:
        return _WORDS[value]
    if re.fullmatch(r"-?\d{1,18}", value):
        return int(value)
    if value == "@-":
        return sys.stdin.read()
    if value.startswith("@"):
        try:
            return Path(value[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"Cannot read {value[1:]}: {error}") from error
    return value


def _place(fields: dict[str, Any], key: str, value: Any) -> None:
    match = _KEY.fullmatch(key)
    if match is None:
        raise UsageError(f"Field name '{key}' cannot be read", hint="write name, name[part] or name[]")
    parts = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    here: Any = fields
    for part, following in pairwise(parts):
        inner: Any = [] if following == "" else {}
        if isinstance(here, list):
            here.append(inner)
            here = inner
        else:
            here = here.setdefault(part, inner)
        if not isinstance(here, type(inner)):
            raise UsageError(f"Field '{key}' does not fit the fields before it")
    if isinstance(here, list):
        here.append(value)
    else:
        here[parts[-1]] = value
