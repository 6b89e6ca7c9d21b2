"""The token that a login kept in the system keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Token

if TYPE_CHECKING:
    from hfcli_core.api import Settings


class KeyringProvider:
    """Touches the keyring only where our list says that it has a token for the endpoint."""

    name = "keyring"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def token(self, endpoint: str) -> Token | None:
        from hfcli_auth.stores.keyrings import HASTY, KeyringStore

        store = KeyringStore(self._settings, limit=HASTY)
        active = store.active(endpoint)
        filled = store.filled(active) if active else None
        if filled is None:
            return None
        return Token(filled.value, f"system keyring '{filled.name}'", endpoint, filled.expires_at)
