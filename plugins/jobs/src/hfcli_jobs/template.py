"""The part of Go's templates that people use with lists: ``{{.id}} {{.status}}``, ``{{json .command}}``."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from hfcli_core.api import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ACTION = re.compile(r"\{\{-?\s*(?:(?P<function>json|lower|upper)\s+)?\.(?P<path>[\w.]*)\s*-?\}\}")
_ESCAPES = {"\\t": "\t", "\\n": "\n"}
_FUNCTIONS: Mapping[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper}


def is_template(text: str) -> bool:
    return "{{" in text


def render(template: str, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each row. Raises :class:`UsageError` for what is no field of them, and for what is not understood."""
    if "{{" in _ACTION.sub("", template):
        raise UsageError(
            f"cannot read the template '{template}'", hint="write {{.id}}, {{json .command}} or {{upper .status}}"
        )
    template = re.sub(r"\\[tn]", lambda escape: _ESCAPES[escape[0]], template)
    return [_ACTION.sub(partial(_value, row), template) for row in rows]


def _value(row: Mapping[str, Any], action: re.Match[str]) -> str:
    value: Any = row
    for name in filter(None, action["path"].split(".")):
        names = {key.lower(): key for key in value} if isinstance(value, dict) else {}
        if name.lower() not in names:
            raise UsageError(f"a job has no field '{action['path']}'", hint=f"fields are {', '.join(row)}")
        value = value[names[name.lower()]]
    if action["function"] == "json":
        return json.dumps(value, ensure_ascii=False)
    text = " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return _FUNCTIONS.get(action["function"] or "", str)(text)
