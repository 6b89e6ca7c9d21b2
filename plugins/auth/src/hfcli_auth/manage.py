"""What is done with stored tokens once they are there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hfcli_core.api import HfError, Token, UsageError, mask, register_secret, same_endpoint, whoami

from hfcli_auth.git import Git
from hfcli_auth.stores.all import Stores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import App

    from hfcli_auth.stores.stored import StoredToken


def tokens_to_remove(stores: Stores, endpoint: str, *, name: str | None, everything: bool) -> list[StoredToken]:
    """The named token, those of all Hubs, or those of ``endpoint``."""
    if name is not None and everything:
        raise UsageError("--token-name and --all exclude each other")
    if name is not None:
        return [stores.find(name)]
    return [token for token in stores.tokens() if everything or same_endpoint(token.endpoint, endpoint)]


def log_out(app: App, stores: Stores, tokens: Sequence[StoredToken]) -> None:
    """Remove tokens from where they are kept, and from git's helpers."""
    for token in tokens:
        if token.value:
            forget_in_git(app, token)
        stores.of(token).remove([token])


def forget_in_git(app: App, token: StoredToken) -> None:
    """Have git's helper for that Hub, if there is one, forget the token."""
    register_secret(token.value)
    try:
        git = Git(app.environ)
        if git.helper_for(token.endpoint):
            git.reject(token.endpoint, token.value)
    except HfError as error:
        app.output.verbose(error.message)


def rows(tokens: Sequence[StoredToken]) -> list[dict[str, Any]]:
    """Rows of a table; a token of the keyring is not read for it."""
    return [
        {
            "active": token.active,
            "name": token.name,
            "token": mask(token.value) if token.value else "****",
            "endpoint": token.endpoint,
            "expires_at": token.expires_at,
            "kept_in": token.place,
        }
        for token in tokens
    ]


def choose(app: App, tokens: Sequence[StoredToken]) -> StoredToken:
    """A menu; ``Aborted`` for an answer that is no number of it, ``UsageError`` without a terminal."""
    from hfcli_core.api import Aborted

    if not tokens:
        raise HfError("there are no stored tokens", hint="log in first: hf auth login")
    for number, token in enumerate(tokens, 1):
        marked = "*" if token.active else " "
        app.output.note(f"{marked} {number}. {token.name}  {token.endpoint}")
    answer = app.output.ask("Number of the token to use", flag="--token-name")
    if not answer.isascii() or not answer.isdecimal() or not 1 <= int(answer[:6]) <= len(tokens):
        raise Aborted
    return tokens[int(answer) - 1]


def adopt(app: App, stores: Stores, name: str | None, endpoint: str) -> StoredToken:
    """Let a stored token be sent to ``endpoint`` from now on, and to no other; the Hub there must accept it first.

    Without a name it is the one that the official programs use.
    """
    token = stores.filled(stores.find(name) if name else _default(stores))
    if token.place == "keyring":
        raise UsageError(f"{token.name} is in the keyring, for {token.endpoint}", hint="log in there: hf auth login")
    whoami(app.session_as(endpoint, Token(token.value, f"stored token '{token.name}'", endpoint)))
    adopted = replace(token, endpoint=endpoint)
    stores.files.activate(adopted)
    return adopted


def _default(stores: Stores) -> StoredToken:
    value = stores.files.default_value()
    for token in stores.files.tokens():
        if token.value == value:
            return token
    raise HfError(f"there is no token in {stores.files.path}", hint="name one with --token-name")
