"""Fault rules from a TOML or JSON file.

::

    [[rule]]
    do = "reset"            # the action's name in words, then its fields
    at = 1048576
    path = "*/resolve/*"    # what to match
    nth = 2
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from hfcli_core.api import UsageError

from hfcli_hub.faults import rules
from hfcli_hub.faults.rules import Action, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ABSTRACT = {rules.Action, rules.HttpAction, rules.TcpAction, rules.Cut}
_ACTIONS: dict[str, type[Action]] = {
    re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower(): value
    for name, value in vars(rules).items()
    if isinstance(value, type) and issubclass(value, Action) and value not in _ABSTRACT
}
_MATCH = {field.name for field in dataclasses.fields(Rule)} - {"do"}


def load_rules(file: Path) -> list[Rule]:
    """The rules of ``file`` (``.json``, else TOML); :class:`UsageError` names the rule and the field that is wrong."""
    try:
        text = file.read_text(encoding="utf-8")
        document = _parse_json(text) if file.suffix == ".json" else _parse_toml(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the fault rules in {file}: {error}") from None
    entries = document.get("rule") if isinstance(document, dict) else document
    if not isinstance(entries, list):
        raise UsageError(f"no rules in {file}", hint="each rule is a [[rule]] table with at least: do = NAME")
    return [_rule(entry, f"{file}, rule {number}") for number, entry in enumerate(entries, 1)]


def _parse_json(text: str) -> Any:
    import json

    return json.loads(text)


def _parse_toml(text: str) -> Any:
    import tomllib

    return tomllib.loads(text)


def _rule(entry: Any, where: str) -> Rule:
    name = entry.get("do") if isinstance(entry, dict) else None
    kind = _ACTIONS.get(str(name))
    if kind is None:
        raise UsageError(f"{where}: unknown action: {name}", hint=f"one of: {', '.join(sorted(_ACTIONS))}")
    match = {key: value for key, value in entry.items() if key in _MATCH}
    fields = {key: value for key, value in entry.items() if key not in _MATCH and key != "do"}
    return Rule(kind(**_checked(kind, fields, where)), **_checked(Rule, match, where))


def _checked(kind: type[Action] | type[Rule], values: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    known = {field.name for field in dataclasses.fields(kind)}
    for key, value in values.items():
        if key not in known:
            raise UsageError(f"{where}: unknown field: {key}", hint=f"{kind.__name__} has: {', '.join(sorted(known))}")
        if not _fits(value, hints[key]):
            raise UsageError(f"{where}: not a value for {key}: {value!r}")
    return values


def _fits(value: Any, hint: Any) -> bool:
    """Whether a parsed value has one of the types that the fields of rules use."""
    arguments = get_args(hint)
    if get_origin(hint) is None or not arguments:
        if hint is float:
            return isinstance(value, int | float) and not isinstance(value, bool)
        return isinstance(value, hint) and not (hint is int and isinstance(value, bool))
    if all(isinstance(argument, type) for argument in arguments) and isinstance(value, dict):
        return all(isinstance(item, str) for pair in value.items() for item in pair)
    return any(value == argument if isinstance(argument, str) else _fits(value, argument) for argument in arguments)
