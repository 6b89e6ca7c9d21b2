"""A program of the company's that gives tokens: ``[auth.credential_helper]`` names one for each Hub.

It gets one JSON object on standard input, ``{"version": 1, "action": "get", "endpoint": "https://…"}``, and prints
one: ``{"token": "…", "expires_at": 1767225600}``. ``expires_at`` are seconds since 1970 and may be left out; a token
that is null means that it has none for this Hub.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from hfcli_core.api import AuthenticationError, ProviderFailed, Token, clean_token, register_secret

if TYPE_CHECKING:
    from hfcli_core.api import Settings

SETTING = "auth.credential_helper"


class HelperProvider:
    """What the user configured must work: any failure ends the command (exit code 4)."""

    name = "helper"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def token(self, endpoint: str) -> Token | None:
        table: dict[str, Any] = self._settings[self._settings.by_name(SETTING)]
        if not table:
            return None
        from hfcli_auth.providers.programs import command_for, output_of

        words = command_for(table, endpoint, SETTING)
        if words is None:
            return None
        question = json.dumps({"version": 1, "action": "get", "endpoint": endpoint}) + "\n"
        what = "the credential helper"
        return _read(output_of(words, question, what=what, environ=self._settings.environ), words[0], endpoint)


def _read(answer: str, program: str, endpoint: str) -> Token | None:
    name = f"the credential helper {program}"
    try:
        said = json.loads(answer)
        given, expires_at = said["token"], said.get("expires_at")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise ProviderFailed(
            f"{name} did not answer with a JSON object that has a token", hint='it should print {"token": "…"}'
        ) from None
    if given is None:
        return None
    if not isinstance(given, str) or isinstance(expires_at, bool) or not isinstance(expires_at, int | float | None):
        raise ProviderFailed(f"{name}: token is a text, expires_at a number of seconds since 1970")
    try:
        value = clean_token(given, name)
    except AuthenticationError as error:
        raise ProviderFailed(error.message) from None
    if value is None:
        raise ProviderFailed(f"{name} gave an empty token")
    register_secret(value)
    if expires_at is not None and expires_at <= time.time():
        raise ProviderFailed(f"{name} gave a token that has expired")
    return Token(value, f"credential helper {program}", endpoint, expires_at)
