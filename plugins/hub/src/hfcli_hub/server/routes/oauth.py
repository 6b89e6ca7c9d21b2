"""Logins with a browser, their renewal, and the exchange of CI identities (wire.md §5.1)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.errors import OAuthRefused
from ...store.oauth import Issued
from ..answers import endpoint, json_answer
from ..auth import hub_of
from ..errors import HubError
from ..parameters import parse_json
from ..routing import read_body

_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105  a name, not a secret
_LARGEST = 64 * 1024

Fields = Mapping[str, str]


def form(handler: Callable[[Request, Fields], Response]) -> Callable[[Request], Any]:
    """An endpoint that takes a form, or a JSON object of texts, as the official client sends it to one of them."""

    @functools.wraps(handler)
    async def answer(request: Request) -> Response:
        body = await read_body(request, _LARGEST)
        if request.headers.get("content-type", "").startswith("application/json"):
            parsed = parse_json(body)
            fields = (
                {key: value for key, value in parsed.items() if isinstance(value, str)}
                if isinstance(parsed, dict)
                else {}
            )
        else:
            fields = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))
        return await run_in_threadpool(handler, request, fields)

    return answer


def start(request: Request, fields: Fields) -> Response:
    """Begin a login; the person finds the page at `verification_uri`."""
    login = hub_of(request).oauth.start(_required(fields, "client_id"))
    page = f"{endpoint(request)}/device"
    return json_answer(
        {
            "device_code": login.secret,
            "user_code": login.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={login.user_code}",
            "interval": login.interval,
            "expires_in": int(login.expires_in),
        },
        headers={"Cache-Control": "no-store"},
    )


def token(request: Request, fields: Fields) -> Response:
    """Give out tokens, by the three grants that clients of the Hub know."""
    try:
        issued = _issued(request, fields)
    except OAuthRefused as refused:
        raise HubError(400, refused.code, body={"error_description": str(refused)}) from None
    return json_answer(_described(issued), headers={"Cache-Control": "no-store"})


def _issued(request: Request, fields: Fields) -> Issued:
    oauth = hub_of(request).oauth
    match fields.get("grant_type"):
        case "urn:ietf:params:oauth:grant-type:device_code":
            return oauth.poll(_required(fields, "device_code"), _required(fields, "client_id"))
        case "refresh_token":
            return oauth.refresh(_required(fields, "refresh_token"), _required(fields, "client_id"))
        case "urn:ietf:params:oauth:grant-type:token-exchange":
            if fields.get("subject_token_type") != _ID_TOKEN:
                raise OAuthRefused("invalid_request", "the subject_token must be an id_token")
            return oauth.exchange(_required(fields, "subject_token"), _required(fields, "resource"), endpoint(request))
    raise OAuthRefused("unsupported_grant_type")


def _described(issued: Issued) -> dict[str, object]:
    answer: dict[str, object] = {
        "access_token": issued.access_token,
        "token_type": "bearer",
        "expires_in": int(issued.expires_in),
    }
    return answer | ({"refresh_token": issued.refresh_token} if issued.refresh_token else {})


def _required(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not value:
        raise HubError(400, "invalid_request", body={"error_description": f"{name} is required"})
    return value


routes = [
    Route("/oauth/device", form(start), methods=["POST"]),
    Route("/oauth/token", form(token), methods=["POST"]),
]
