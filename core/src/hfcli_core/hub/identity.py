"""Who a session is: its token, found when it is first needed, renewed when it is refused."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from hfcli_core.errors import AuthenticationError, HfError
from hfcli_core.hub.failures import TokenCheck
from hfcli_core.hub.redaction import register_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.auth.provider import Token
    from hfcli_core.hub.repos import WhoAmI


_MARGIN = 60.0
"""Seconds before its end at which a token is replaced."""


class Identity:
    """The token of a session. ``find`` asks the credentials, ``whoami`` asks the Hub."""

    def __init__(self, find: Callable[[], Token | None], whoami: Callable[[], WhoAmI]) -> None:
        self._find, self._whoami = find, whoami
        self._lock = threading.RLock()
        self._token: Token | None = None
        self._found = False
        self._check: TokenCheck | None = None
        self._margin = _MARGIN

    @property
    def token(self) -> Token | None:
        """The token; another one of its source shortly before it ends, as a long upload may outlast it."""
        if self._found and not self._ends_soon():
            return self._token
        with self._lock:
            if not self._found:
                self._take(self._find())
            elif self._ends_soon():
                self._replace()
            return self._token

    def renewed(self, refused: Token) -> bool:
        """Whether there is another token than ``refused`` by now (faults.md A6)."""
        with self._lock:
            if self._token is not None and self._token.value != refused.value:
                return True
            fresh = self._find()
            if fresh is None or fresh.value == refused.value:
                return False
            self._take(fresh)
            self._check = None
            return True

    def check(self) -> TokenCheck:
        """What whoami says about the token; asked once."""
        with self._lock:
            if self._check is None:
                # The question itself may fail and lead here again.
                self._check = TokenCheck("unknown")
                self._check = self._ask()
            return self._check

    def _ends_soon(self) -> bool:
        token = self._token
        return token is not None and token.expires_at is not None and time.time() > token.expires_at - self._margin

    def _replace(self) -> None:
        """Once for each token: what its source cannot give now, it is asked for again when the Hub refuses the old."""
        with suppress(HfError):
            fresh = self._find()
            if fresh is not None:
                self._take(fresh)
        if self._ends_soon():
            self._margin = -float("inf")

    def _take(self, token: Token | None) -> None:
        if token is not None:
            register_secret(token.value)
        self._token, self._found, self._margin = token, True, _MARGIN

    def _ask(self) -> TokenCheck:
        if self.token is None:
            return TokenCheck("unknown")
        try:
            who = self._whoami()
        except AuthenticationError as error:
            return TokenCheck("expired" if error.details.get("reason") == "expired" else "refused")
        except HfError:
            return TokenCheck("unknown")
        return TokenCheck("valid", who.name, who.token_role or "", who.token_scopes)
