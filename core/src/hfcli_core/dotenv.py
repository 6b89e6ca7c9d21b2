"""Files and words that set variables, in the form of dotenv (surface.md §8.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hfcli_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BINDING = re.compile(
    r"""[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_][A-Za-z0-9_]*)[ \t]*
    (?P<equals>=[ \t]*(?P<value>'[^']*'|"(?:[^"\\]|\\.)*"|[^\n]*?))?
    [ \t]*(?:[ \t]\#[^\n]*)?(?:\r?\n|\r|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_EMPTY = re.compile(r"[ \t]*(?:\#[^\n]*)?(?:\r?\n|\r|\Z)")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def parse_dotenv(text: str, name: str) -> dict[str, str | None]:
    """Name → value, in order; None for a name alone, whose value is that of the local environment.

    Quoted values may have several lines. Raises :class:`UsageError`, which names the line and does not show it.
    """
    return dict(_bindings(text.removeprefix("\ufeff"), name))


def parse_binding(text: str, option: str) -> tuple[str, str | None]:
    """One word of a command line, such as ``KEY=value`` or ``KEY``."""
    found = _BINDING.fullmatch(text)
    if found is None:
        key = text.partition("=")[0]
        raise UsageError(f"invalid value for '{option}': '{key}' is no name of a variable", hint="write NAME=value")
    return found["key"], _value(found)


def _bindings(text: str, name: str) -> Iterator[tuple[str, str | None]]:
    place = 0
    while place < len(text):
        if empty := _EMPTY.match(text, place):
            place = empty.end()
            continue
        found = _BINDING.match(text, place)
        if found is None:
            line = text.count("\n", 0, place) + 1
            raise UsageError(f"line {line} of {name} is not of the form NAME=value")
        yield found["key"], _value(found)
        place = found.end()


def _value(found: re.Match[str]) -> str | None:
    if found["equals"] is None:
        return None
    value = found["value"]
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), value[1:-1], flags=re.DOTALL)
    return value.rstrip()
