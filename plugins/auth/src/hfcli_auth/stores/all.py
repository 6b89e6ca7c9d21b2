"""Both places together, as the commands see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, NotFoundError, UsageError, same_endpoint

from hfcli_auth.stores.files import FileStore
from hfcli_auth.stores.keyrings import KeyringStore

if TYPE_CHECKING:
    from hfcli_core.api import Settings

    from hfcli_auth.stores.stored import StoredToken


class Stores:
    """All tokens that logins kept."""

    def __init__(self, settings: Settings) -> None:
        self.files = FileStore(settings)
        self.keyring = KeyringStore(settings)

    def tokens(self) -> list[StoredToken]:
        return [*self.files.tokens(), *self.keyring.tokens()]

    def of(self, token: StoredToken) -> FileStore | KeyringStore:
        """The place where it is kept, or is to be."""
        return self.keyring if token.place == "keyring" else self.files

    def find(self, name: str) -> StoredToken:
        """The token of that name. Raises :class:`NotFoundError` with the names that there are."""
        known = self.tokens()
        for token in known:
            if token.name == name:
                return token
        names = ", ".join(token.name for token in known) or "none"
        raise NotFoundError(f"no stored token is named {name!r}", hint=f"stored tokens: {names}")

    def filled(self, token: StoredToken) -> StoredToken:
        """``token`` with its value. Raises :class:`NotFoundError` where the keyring lost it."""
        filled = self.keyring.filled(token) if token.place == "keyring" else token
        if filled is None:
            raise NotFoundError(f"the system keyring no longer has the token {token.name!r}", hint="log in again")
        return filled

    def make_room(self, token: StoredToken, *, force: bool) -> None:
        """Raise :class:`ConflictError` where the name belongs to a token of another Hub, unless ``force``."""
        for other in self.tokens():
            if other.name != token.name:
                continue
            if not same_endpoint(other.endpoint, token.endpoint) and not force:
                raise ConflictError(
                    f"the name {token.name!r} is that of a token for {other.endpoint}",
                    hint="give another with --name, or --force to replace it",
                )
            if other.place != token.place or not same_endpoint(other.endpoint, token.endpoint):
                self.of(other).remove([other])


def chosen_place(settings: Settings, *, keyring: bool) -> str:
    """``file`` or ``keyring``, by the option and the setting ``auth.store``."""
    place = "keyring" if keyring else str(settings[settings.by_name("auth.store")])
    if place not in ("file", "keyring"):
        raise UsageError(f"auth.store: {place!r} is not file or keyring")
    return place
