"""The rules in force on a running Hub, and how often each has matched."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from hfcli_hub.faults.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hfcli_hub.faults.rules import Action, Host, Layer


class FaultScript:
    """Thread-safe; rules may be added and cleared while requests are answered.

    ``relayed`` says whether there is a relay to carry out the rules below HTTP.
    """

    def __init__(self, rules: Iterable[Rule] = (), *, relayed: bool = True) -> None:
        self._relayed = relayed
        self._lock = threading.Lock()
        self._counts: list[tuple[Rule, list[int]]] = [(rule, [0]) for rule in rules]

    def add(self, do: Action, **match: Any) -> Rule:
        """Add a rule; ``match`` as the fields of :class:`Rule`, for example ``path="*/resolve/*", nth=2``.

        Raises :class:`ValueError` for one that nothing here could carry out.
        """
        rule = Rule(do, **match)
        if rule.do.layer == "tcp" and not self._relayed:
            raise ValueError(f"{type(do).__name__} needs a relay: start the server with relay=True")
        with self._lock:
            self._counts.append((rule, [0]))
        return rule

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def count(self, rule: Rule) -> int:
        """How many requests have matched ``rule`` so far, acted upon or not."""
        with self._lock:
            return next((count[0] for known, count in self._counts if known is rule), 0)

    def take(self, layer: Layer, method: str, path: str, host: Host) -> list[Action]:
        """Count a request at one layer and return what is to be done to it there, in the order of the rules."""
        if not self._counts:
            return []
        actions: list[Action] = []
        with self._lock:
            for rule, count in self._counts:
                if rule.do.layer == layer and rule.matches(method, path, host):
                    count[0] += 1
                    if rule.due(count[0]):
                        actions.append(rule.do)
        return actions
