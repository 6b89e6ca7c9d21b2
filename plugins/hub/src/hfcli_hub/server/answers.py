"""Bodies and addresses of answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response


def json_answer(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    # Git names need not be UTF-8: the bytes that are not come as lone surrogates, which no UTF-8 body can hold.
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(body, status, headers, media_type="application/json; charset=utf-8")


def endpoint(request: Request) -> str:
    """The address by which this client reaches the Hub, without a trailing slash: through a relay, the relay's."""
    return str(request.base_url).rstrip("/")


def next_link(request: Request, path: str, cursor: str) -> dict[str, str]:
    """The header that leads to the next page: `path` (absolute, quoted) with this request's parameters and a cursor."""
    url = request.url.include_query_params(cursor=cursor)
    return {"Link": f'<{endpoint(request)}{path}?{url.query}>; rel="next"'}
