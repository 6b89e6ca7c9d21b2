"""Log in with a browser: the OAuth device flow (wire.md §5.1, RFC 8628)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hfcli_core.api import (
    AuthenticationError,
    HubTimeoutError,
    IntegrityError,
    NetworkError,
    clean_token,
    origin_of,
    register_secret,
)

from hfcli_auth.login import Granted

if TYPE_CHECKING:
    from hfcli_core.api import App, HubSession

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_REFUSALS = (400, 401, 403)
_SLOWER = 5.0
_LONGEST = 3600.0


@dataclass(frozen=True)
class DeviceCode:
    """What a Hub answers to the start of a login. ``interval`` and ``expires_in`` are seconds."""

    secret: str = field(repr=False)
    user_code: str
    page: str
    interval: float
    expires_in: float


def log_in_with_browser(app: App, endpoint: str) -> Granted:
    """Show the address and the code, and wait until a person has agreed there.

    Raises ``AuthenticationError`` when they decline, ``HubTimeoutError`` when the code expires, ``NetworkError`` when
    the Hub sends people to another host.
    """
    session = app.session_as(endpoint, None)
    client = str(app.settings[app.settings.by_name("auth.client_id")])
    code = ask_for_code(session, client)
    app.output.note(f"Open {code.page}")
    app.output.note(f"and enter the code: {code.user_code}")
    app.output.note(f"Waiting for {code.expires_in / 60:.0f} min; Ctrl-C ends it.")
    return wait_for_token(session, client, code)


def ask_for_code(session: HubSession, client: str) -> DeviceCode:
    answer = _object(session.json("POST", "oauth/device", form={"client_id": client}, accept=_REFUSALS), session)
    if "error" in answer:
        raise AuthenticationError(f"{session.endpoint} starts no login with a browser: {_reason(answer)}")
    page = str(answer.get("verification_uri") or "")
    # Who types the code at somebody else's page gives them the account (faults.md S06, S28).
    if origin_of(page) != origin_of(session.endpoint):
        raise NetworkError(f"{session.endpoint} tried to send us to {origin_of(page)} to log in; refused")
    secret, shown = answer.get("device_code"), answer.get("user_code")
    if not isinstance(secret, str) or not isinstance(shown, str) or not secret or not 0 < len(shown) <= 64:
        raise IntegrityError(f"{session.endpoint} answered with no code to log in with")
    register_secret(secret)
    return DeviceCode(
        secret,
        shown,
        page,
        interval=min(_number(answer.get("interval"), 5.0), 60.0),
        expires_in=min(_number(answer.get("expires_in"), 900.0), _LONGEST),
    )


def wait_for_token(session: HubSession, client: str, code: DeviceCode) -> Granted:
    interval, until = code.interval, time.monotonic() + code.expires_in
    form = {"grant_type": _GRANT, "device_code": code.secret, "client_id": client}
    while time.monotonic() + interval < until:
        time.sleep(interval)
        answer = _object(session.json("POST", "oauth/token", form=form, retry=True, accept=_REFUSALS), session)
        error = answer.get("error")
        if error is None:
            return granted_by(answer, session, "a login with a browser")
        if error == "slow_down":
            interval += _SLOWER
        elif error == "access_denied":
            raise AuthenticationError("the login was declined in the browser")
        elif error == "expired_token":
            break
        elif error != "authorization_pending":
            raise AuthenticationError(f"{session.endpoint} refused the login: {_reason(answer)}")
    raise HubTimeoutError("nobody agreed in the browser before the code expired", hint="start again")


def renew(session: HubSession, client: str, refresh_token: str) -> Granted:
    """Another token for a refresh token. Raises ``AuthenticationError`` when that is refused too."""
    register_secret(refresh_token)
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client}
    answer = _object(session.json("POST", "oauth/token", form=form, accept=_REFUSALS), session)
    if "error" in answer:
        raise AuthenticationError(
            f"{session.endpoint} does not renew the login: {_reason(answer)}", hint="log in again: hf auth login"
        )
    return granted_by(answer, session, "a login with a browser")


def granted_by(answer: dict[str, Any], session: HubSession, source: str) -> Granted:
    """The token of an answer of ``oauth/token``."""
    token = answer.get("access_token")
    value = clean_token(token, session.endpoint) if isinstance(token, str) else None
    if value is None:
        raise IntegrityError(f"{session.endpoint} answered without a token")
    register_secret(value)
    refresh = answer.get("refresh_token")
    seconds = answer.get("expires_in")
    timed = isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 10**10
    return Granted(
        value,
        source,
        clean_token(refresh, session.endpoint) if isinstance(refresh, str) else None,
        int(time.time()) + seconds if timed and isinstance(seconds, int) else None,
    )


def _object(answer: Any, session: HubSession) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise IntegrityError(f"{session.endpoint} answered with something that is no object")
    return answer


def _reason(answer: dict[str, Any]) -> str:
    return str(answer.get("error_description") or answer.get("error"))[:300]


def _number(value: object, default: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return float(value) if is_number and isinstance(value, int | float) else default
