"""No secret in CI: the job's own identity token is exchanged for a token of the Hub (RFC 8693, wire.md §5.1)."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

from hfcli_core.api import AuthenticationError, HfError, ProviderFailed, Token, clean_token, register_secret

if TYPE_CHECKING:
    from hfcli_core.api import OpenSession, Settings

_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105  a name, not a secret
_TOLD_CLAIMS = ("iss", "sub", "aud", "repository", "ref", "environment", "project_path", "pipeline_slug")


class OidcProvider:
    """Asked for by ``HF_OIDC_RESOURCE`` or the setting ``auth.oidc_resource``; it must work then (exit code 4)."""

    name = "oidc"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open_session: OpenSession | None = None

    def connect(self, open_session: OpenSession) -> None:
        self._open_session = open_session

    def token(self, endpoint: str) -> Token | None:
        resource = self._settings[self._settings.by_name("auth.oidc_resource")]
        if not resource or self._open_session is None:
            return None
        from hfcli_auth.providers.ci import identity_token

        try:
            identity, source = identity_token(self._settings, endpoint, self._open_session)
            return exchange(self._open_session, endpoint, identity, source, str(resource))
        except ProviderFailed:
            raise
        except HfError as error:
            raise ProviderFailed(
                f"the CI job's identity could not be used: {error.message}", hint=error.hint
            ) from error


def exchange(open_session: OpenSession, endpoint: str, identity: str, source: str, resource: str) -> Token:
    """A token of the Hub for the identity of a job; it is good for about an hour."""
    register_secret(identity)
    body = {
        "grant_type": _EXCHANGE,
        "subject_token_type": _ID_TOKEN,
        "subject_token": identity,
        "resource": resource,
    }
    session = open_session(endpoint, None)
    answer = session.json("POST", "oauth/token", json=body, retry=True, accept=(400, 401, 403))
    if not isinstance(answer, dict) or "error" in answer:
        said = answer if isinstance(answer, dict) else {}
        reason = said.get("error_description") or said.get("error") or "an answer that is no object"
        raise ProviderFailed(
            f"{endpoint} gives no token for {resource} to the identity from {source}: {str(reason)[:300]}",
            hint=f"its claims are {claims_of(identity)}; the trusted publisher on the Hub must name just these",
        )
    given = answer.get("access_token")
    value = clean_token(given, endpoint) if isinstance(given, str) else None
    if value is None:
        raise ProviderFailed(f"{endpoint} answered to the identity from {source} without a token")
    register_secret(value)
    seconds = answer.get("expires_in")
    timed = isinstance(seconds, int) and not isinstance(seconds, bool)
    ends = time.time() + seconds if timed and isinstance(seconds, int) else None
    return Token(value, f"OIDC exchange ({source})", endpoint, ends)


def claims_of(identity: str) -> str:
    """The claims that trust is usually bound to, in one line, for a person who compares them; unverified."""
    try:
        payload = identity.split(".")[1]
        claims: Any = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        told = {name: claims[name] for name in _TOLD_CLAIMS if name in claims}
    except (ValueError, RecursionError, LookupError, TypeError):
        raise AuthenticationError("the identity token is not a JWT") from None
    return ", ".join(f"{name}={json.dumps(value)[:200]}" for name, value in told.items()) or "none"
