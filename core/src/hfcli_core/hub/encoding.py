"""Queries and bodies as they go over the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

Params = Mapping[str, Any] | Sequence[tuple[str, Any]]
Content = bytes | Iterable[bytes] | None


def urlencoded(params: Params) -> str:
    """Pairs as in a query: None is left out, booleans are ``true`` and ``false``, the items of lists are repeated."""
    pairs = params.items() if isinstance(params, Mapping) else params
    flat = ((key, item) for key, value in pairs for item in (value if isinstance(value, list | tuple) else [value]))
    return urlencode([(key, _text(item)) for key, item in flat if item is not None])


def encoded_body(json: Any, form: Params | None, content: Content) -> tuple[Content, dict[str, str]]:
    """The body, and the header that says what it is."""
    if json is not None:
        from json import dumps

        return dumps(json, separators=(",", ":")).encode(), {"Content-Type": "application/json"}
    if form is not None:
        return urlencoded(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return content, {}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
