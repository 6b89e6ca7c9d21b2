"""Which function answers which request."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.hub.exchange import Exchange

Handler = Callable[..., Awaitable[None]]

CONTROL = "control"
TYPE = r"(?:models|datasets|spaces|kernels)"
REPO = r"([^/]+/[^/]+?)"
PREFIX = r"(?:(?:datasets|spaces|kernels)/)?"

_routes: list[tuple[str, str, re.Pattern[str], str, Handler]] = []


def answers(role: str, methods: str, pattern: str, label: str) -> Callable[[Handler], Handler]:
    """Register a function for paths that match in full. Counters and faults name requests ``METHOD label``."""

    def register(handler: Handler) -> Handler:
        for method in methods.split():
            name = CONTROL if label == CONTROL else f"{method} {label}"
            _routes.append((role, method, re.compile(pattern), name, handler))
        return handler

    return register


def find(role: str, method: str, path: str) -> tuple[str, Handler, tuple[str | None, ...]]:
    """The label, the handler, and the groups of the pattern, for the handler."""
    for its_role, its_method, pattern, label, handler in _routes:
        if its_role == role and its_method == method and (match := pattern.fullmatch(path)):
            return label, handler, match.groups()
    return f"{method} other", _not_found, ()


async def _not_found(exchange: Exchange) -> None:
    await exchange.json({"error": "Not found"}, 404, {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Not found"})
