"""The page where a person lets a program log in: types its code, says who they are, agrees or declines.

This Hub has no passwords, so people say who they are by an access token; the program gets no more rights than that has.
The page works without scripts and loads nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from html import escape
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from ...store.errors import TokenExpired
from ..answers import endpoint
from ..auth import hub_of
from .oauth import form

if TYPE_CHECKING:
    from starlette.requests import Request

    from ..attempts import Attempts
    from .oauth import Fields

_COOKIE = "hub_device"

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Log in a program</title>
<style>body {{ font: 1rem/1.6 sans-serif; max-width: 32rem; margin: 2rem auto; padding: 0 1rem }}
label, input, button {{ display: block; font: inherit; margin: .5rem 0 }} input {{ width: 100% }}</style>
<h1>Log in a program</h1>
<p role="status">{message}</p>
{form}
</html>
"""
_FORM = """<p>Go on only if you started this login yourself, just now, on a machine that is yours.</p>
<form method="post" action="/device">
<input type="hidden" name="csrf" value="{csrf}">
<label>Code that the program shows <input name="user_code" value="{code}" autocomplete="off" required></label>
<label>An access token of yours <input name="token" type="password" autocomplete="off" required></label>
<button name="decision" value="agree">Log it in</button>
<button name="decision" value="decline">Decline</button>
</form>"""
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}


def show(request: Request) -> Response:
    return _form(request, "A program asks to act as you.", request.query_params.get("user_code", ""))


def decide(request: Request, fields: Fields) -> Response:
    """Check everything, and say nothing of which of the two, code or token, was wrong."""
    code = fields.get("user_code", "")
    if not _is_ours(request, fields):
        return _form(request, "The form was too old, or came from elsewhere. Please try again.", code, status=403)
    who = request.client.host if request.client else ""
    attempts: Attempts = request.app.state.device_attempts
    wait = attempts.wait(who)
    if wait > 0:
        message = f"Too many wrong attempts. Try again in {wait / 60:.0f} minutes."
        return _page(message, status=429, headers={"Retry-After": str(int(wait) + 1)})
    hub = hub_of(request)
    try:
        identity = hub.accounts.identify(fields.get("token", "").strip())
    except TokenExpired:
        identity = None
    agree = fields.get("decision") == "agree"
    if identity is None or identity.token.kind == "oauth" or not hub.oauth.decide(code, identity, agree=agree):
        attempts.failed(who)
        return _form(request, "The code or the token is not valid.", code, status=400)
    if not agree:
        return _page("Declined. The program gets nothing.")
    return _page(f"Done: the program is logged in as {identity.name}. You can close this page.")


def _form(request: Request, message: str, code: str, *, status: int = 200) -> Response:
    cookie = request.cookies.get(_COOKIE) or secrets.token_urlsafe(32)
    fields = _FORM.format(csrf=_proof(request, cookie), code=escape(code[:64], quote=True))
    answer = _page(message, fields, status=status)
    secure = request.url.scheme == "https"
    answer.set_cookie(_COOKIE, cookie, max_age=900, httponly=True, samesite="strict", secure=secure, path="/device")
    return answer


def _page(message: str, fields: str = "", *, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    page = _PAGE.format(message=escape(message), form=fields)
    return HTMLResponse(page, status, headers={**_HEADERS, **(headers or {})})


def _is_ours(request: Request, fields: Fields) -> bool:
    """Whether the form came from our page in this browser: neither another site nor a link can send it."""
    origin = request.headers.get("origin")
    cookie = request.cookies.get(_COOKIE, "")
    expected = _proof(request, cookie)
    same = hmac.compare_digest(fields.get("csrf", "").encode(), expected.encode())
    return bool(cookie) and same and origin in (None, endpoint(request))


def _proof(request: Request, cookie: str) -> str:
    return hmac.new(hub_of(request).secret, f"device {cookie}".encode(), hashlib.sha256).hexdigest()


routes: list[BaseRoute] = [
    Route("/device", show),
    Route("/device", form(decide), methods=["POST"]),
]
