"""Renewal of logins with a browser: their tokens end after hours, and a refresh token gets others (wire.md §5.1)."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from hfcli_core.api import TOKEN_PATH, Token, same_endpoint

if TYPE_CHECKING:
    from hfcli_core.api import OpenSession, Settings

    from hfcli_auth.stores.files import FileStore
    from hfcli_auth.stores.keyrings import KeyringStore
    from hfcli_auth.stores.stored import StoredToken

_EARLY = 300.0
"""Seconds before its end at which a token is renewed: a request that was begun with it still ends well."""


class OAuthProvider:
    """Says nothing unless the active token of the endpoint has to be renewed; the token's own source gives it then."""

    name = "oauth"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open_session: OpenSession | None = None

    def connect(self, open_session: OpenSession) -> None:
        self._open_session = open_session

    def token(self, endpoint: str) -> Token | None:
        """The renewed token. Raises ``AuthenticationError`` where the Hub does not renew it."""
        from hfcli_auth.stores.files import FileStore
        from hfcli_auth.stores.keyrings import HASTY, KeyringStore

        stores: list[FileStore | KeyringStore] = [
            KeyringStore(self._settings, limit=HASTY),
            FileStore(self._settings),
        ]
        for store in stores:
            active = [token for token in store.tokens() if token.active and same_endpoint(token.endpoint, endpoint)]
            if active:
                return self._renewed(store, active[0]) if _ends(active[0]) else None
        return None

    def _renewed(self, store: FileStore | KeyringStore, token: StoredToken) -> Token | None:
        from hfcli_auth.device import renew
        from hfcli_auth.stores.files import token_lock
        from hfcli_auth.stores.keyrings import KeyringStore

        with token_lock(self._settings[TOKEN_PATH]):
            # Another process may have done it while this one waited; a refresh token works once.
            found = next((other for other in store.tokens() if other.name == token.name), None)
            if found is not None and isinstance(store, KeyringStore):
                found = store.filled(found)
            if found is None:
                return None
            if _ends(found):
                if found.refresh_token is None or self._open_session is None:
                    return None
                client = str(self._settings[self._settings.by_name("auth.client_id")])
                session = self._open_session(found.endpoint, None)
                granted = renew(session, client, found.refresh_token)
                found = replace(
                    found,
                    value=granted.value,
                    refresh_token=granted.refresh_token or found.refresh_token,
                    expires_at=granted.expires_at,
                )
                store.save(found)
        return Token(found.value, f"stored token '{found.name}', renewed", found.endpoint, found.expires_at)


def _ends(token: StoredToken) -> bool:
    return token.expires_at is not None and token.expires_at - _EARLY < time.time()
