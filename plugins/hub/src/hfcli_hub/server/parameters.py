"""Query parameters and fields of bodies, checked: what is wrong is a 400 that names it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from starlette.requests import Request

from ..store.names import KINDS, Kind
from .errors import HubError

T = TypeVar("T")
# JSON can spell half a character, which neither UTF-8 nor SQLite can hold.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(data: bytes) -> Any:
    """Raises 400, also for what is nested deeper than any client nests."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise HubError(400, "Invalid JSON") from None


def flag(request: Request, name: str) -> bool:
    return request.query_params.get(name, "").lower() in {"1", "true"}


def expanded(request: Request) -> list[str]:
    """The properties that `expand` names, once or several times."""
    values = request.query_params.getlist("expand") + request.query_params.getlist("expand[]")
    return [name for value in values for name in value.split(",") if name]


def limit(request: Request, *, default: int, most: int) -> int:
    """The page size. More than the most is quietly the most, as the real Hub does it."""
    return min(whole(request.query_params.get("limit"), default, "limit", least=1), most)


def offset(request: Request) -> int:
    """The place in a list that a cursor means; 0 without one."""
    cursor = request.query_params.get("cursor")
    try:
        decoded = base64.urlsafe_b64decode(cursor).decode() if cursor else "0"
    except ValueError:
        decoded = "invalid"
    return whole(decoded, 0, "cursor", least=0)


def cursor(at: int) -> str:
    """Opaque, so that nobody counts on it being a number."""
    return base64.urlsafe_b64encode(str(at).encode()).decode()


def whole(text: str | None, default: int, name: str, *, least: int) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 12 or int(text) < least:
        raise HubError(400, f"Invalid {name}: {text}")
    return int(text)


def field(payload: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """A required field. Raises 400."""
    value = optional(payload, name, kind)
    if value is None:
        raise HubError(400, f'"{name}" is required')
    return value


def optional(payload: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    """A field that may be missing or null."""
    value = payload.get(name)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise HubError(400, f'"{name}" must be a {kind.__name__}')
    if isinstance(value, str) and _LONE_SURROGATE.search(value):
        raise HubError(400, f'"{name}" must be text')
    return value


def repo_type(payload: Mapping[str, Any]) -> Kind:
    value = payload.get("type") or "model"
    for kind in KINDS:
        if kind == value:
            return kind
    raise HubError(400, f"Invalid repo type: {value!r}")
