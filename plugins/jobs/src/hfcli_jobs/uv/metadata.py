"""What a script says of itself: the ``[tool.hf-jobs]`` table of its PEP 723 block."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from hfcli_core.api import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_KEYS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("image", "flavor", "python", "timeout", "name", "namespace", "network_group"), _is_text),
    **dict.fromkeys(("secrets", "volumes", "network_aliases"), _is_texts),
    **dict.fromkeys(("env", "labels"), _is_table),
}


def job_settings(source: str, name: str) -> dict[str, Any]:
    """The table; empty where there is none. ``name`` is the script's, for messages. Raises :class:`UsageError`."""
    found = _BLOCK.search(source)
    if found is None:
        return {}
    lines = (line.removeprefix("#").removeprefix(" ") for line in found["content"].splitlines())
    try:
        document = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the metadata of '{name}' is no TOML: {error}") from None
    table = document.get("tool", {}).get("hf-jobs", {})
    if not isinstance(table, dict):
        raise UsageError(f"[tool.hf-jobs] of '{name}' is no table")
    for key, value in table.items():
        if key not in _KEYS:
            raise UsageError(
                f"[tool.hf-jobs] of '{name}' has an unknown key '{key}'", hint=f"known: {', '.join(_KEYS)}"
            )
        if not _KEYS[key](value):
            raise UsageError(f"[tool.hf-jobs] of '{name}' has a value for '{key}' that cannot be read")
    return table
