"""Tokens in the system keyring. Which ones there are is in a file of ours, as keyrings cannot be listed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hfcli_core.api import TOKEN_PATH, LocalStorageError, UsageError, checked_endpoint, same_endpoint, write_private

from hfcli_auth.stores.access import SystemKeyring
from hfcli_auth.stores.files import token_lock
from hfcli_auth.stores.stored import StoredToken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hfcli_core.api import Settings

PATIENT, HASTY = 60.0, 2.5
"""Seconds: for a command about tokens, where a person may unlock the keyring; for all others, which wait for it."""


class KeyringStore:
    """The entry of a token has the service ``hf ENDPOINT`` and the token's name; a list beside the token file has the
    names. The last one listed of an endpoint is its active one."""

    place = "keyring"

    def __init__(self, settings: Settings, *, limit: float = PATIENT) -> None:
        self.token_path: Path = settings[TOKEN_PATH]
        self.path = self.token_path.with_name("keyring_tokens.json")
        self._keyring = SystemKeyring(limit)

    def check(self) -> None:
        """Raises ``KeyringUnavailable`` before a person is asked for a token in vain."""
        self._keyring.check()

    def tokens(self) -> list[StoredToken]:
        """All of them, without their values."""
        listed = self._listed()
        last = {token.endpoint: token.name for token in listed}
        return [
            StoredToken(
                token.name,
                token.endpoint,
                expires_at=token.expires_at,
                place="keyring",
                active=last[token.endpoint] == token.name,
            )
            for token in listed
        ]

    def active(self, endpoint: str) -> StoredToken | None:
        return next(
            (token for token in self.tokens() if token.active and same_endpoint(token.endpoint, endpoint)), None
        )

    def filled(self, token: StoredToken) -> StoredToken | None:
        """``token`` with its value; None when the keyring no longer has it."""
        value = self._keyring.get(_service(token.endpoint), token.name)
        if not value:
            return None
        refresh = self._keyring.get(_service(token.endpoint), _renewal(token.name)) if token.expires_at else None
        return StoredToken(token.name, token.endpoint, value, refresh, token.expires_at, "keyring", token.active)

    def save(self, token: StoredToken, *, set_default: bool = False) -> None:  # noqa: ARG002  as FileStore
        """Keep ``token`` under its name, as the active one of its endpoint."""
        service = _service(token.endpoint)
        self._keyring.set(service, token.name, token.value)
        if token.refresh_token:
            self._keyring.set(service, _renewal(token.name), token.refresh_token)
        self.activate(token)

    def activate(self, token: StoredToken, *, set_default: bool = False) -> None:  # noqa: ARG002  as FileStore
        with token_lock(self.token_path):
            self._write([*(other for other in self._listed() if not _same(other, token)), token])

    def remove(self, tokens: Iterable[StoredToken]) -> None:
        for token in tokens:
            self._keyring.delete(_service(token.endpoint), token.name)
            if token.expires_at:
                self._keyring.delete(_service(token.endpoint), _renewal(token.name))
            with token_lock(self.token_path):
                self._write([other for other in self._listed() if not _same(other, token)])

    def _listed(self) -> list[StoredToken]:
        try:
            known = json.loads(self.path.read_bytes())["tokens"]
            return [
                StoredToken(str(entry["name"]), checked_endpoint(entry["endpoint"]), expires_at=entry["expires_at"])
                for entry in known
            ]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError, UsageError) as error:
            raise LocalStorageError(
                f"Cannot read {self.path}, which lists the tokens in the keyring", hint="delete it and log in again"
            ) from error

    def _write(self, tokens: list[StoredToken]) -> None:
        entries = [{"name": token.name, "endpoint": token.endpoint, "expires_at": token.expires_at} for token in tokens]
        if entries:
            write_private(self.path, json.dumps({"format_version": 1, "tokens": entries}, indent=1))
        else:
            self.path.unlink(missing_ok=True)


def _same(one: StoredToken, other: StoredToken) -> bool:
    return one.name == other.name and same_endpoint(one.endpoint, other.endpoint)


def _service(endpoint: str) -> str:
    return f"hf {endpoint}"


def _renewal(name: str) -> str:
    return f"{name} (refresh token)"
