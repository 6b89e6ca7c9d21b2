"""Log in: get a token, have the Hub confirm it, and only then keep it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hfcli_core.api import HfError, Token, UsageError, clean_token, escape, register_secret, whoami

from hfcli_auth.identity import identity_of
from hfcli_auth.stores.all import Stores, chosen_place
from hfcli_auth.stores.stored import StoredToken, checked_name

if TYPE_CHECKING:
    from hfcli_core.api import App

    from hfcli_auth.identity import TokenIdentity

_LARGEST = 64 * 1024


@dataclass(frozen=True)
class Granted:
    """A token that somebody gave or that a Hub granted; ``source`` says to people which."""

    value: str = field(repr=False)
    source: str
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: int | None = None


@dataclass(frozen=True)
class LoginOptions:
    """``force``: replace a token of the same name, whatever it is for; ``set_default``: what other programs use."""

    endpoint: str
    name: str | None = None
    force: bool = False
    set_default: bool = False
    keyring: bool = False


@dataclass(frozen=True)
class Login:
    """A login that was kept."""

    token: StoredToken
    identity: TokenIdentity
    place: str

    def text(self) -> str:
        who = f"Logged in as {escape(self.identity.user)} at {self.token.endpoint}"
        return "\n".join([who, f"token: {escape(self.token.name)}", *self.identity.lines(), f"kept in: {self.place}"])

    def data(self) -> dict[str, Any]:
        named = {"token_name": self.token.name, "endpoint": self.token.endpoint, "kept_in": self.place}
        return {**self.identity.data(), **named, "expires_at": self.token.expires_at or self.identity.expires_at}


def log_in(app: App, granted: Granted, options: LoginOptions) -> Login:
    """Have the Hub say whose the token is, and keep it.

    Raises ``AuthenticationError`` when it is refused: nothing is kept then. ``UsageError`` for a name that cannot be,
    ``ConflictError`` for one that a token of another Hub has, ``KeyringUnavailable``.
    """
    stores = Stores(app.settings)
    place = chosen_place(app.settings, keyring=options.keyring)
    if options.name is not None:
        checked_name(options.name)
    if place == "keyring":
        stores.keyring.check()
    register_secret(granted.value)
    token = Token(granted.value, granted.source, options.endpoint)
    identity = identity_of(whoami(app.session_as(options.endpoint, token)))
    stored = StoredToken(
        name=options.name or _name_for(identity),
        endpoint=options.endpoint,
        value=granted.value,
        refresh_token=granted.refresh_token,
        expires_at=granted.expires_at,
        place="keyring" if place == "keyring" else "file",
    )
    stores.make_room(stored, force=options.force)
    stores.of(stored).save(stored, set_default=options.set_default)
    where = "the system keyring" if place == "keyring" else f"{stores.files.names_path}, which only you may read"
    return Login(stored, identity, where)


def get_token(app: App, options: LoginOptions, *, token: str | None, from_stdin: bool, browser: bool) -> Granted:
    """The token by the way that was chosen; a person is asked where none was.

    Raises ``UsageError`` for two ways at once, and where there is nobody to ask.
    """
    if (token is not None) + from_stdin + browser > 1:
        raise UsageError("--token, --token-stdin and --browser exclude each other")
    if token is not None:
        return _given(token, "--token")
    if from_stdin:
        return _given(app.output.stdin.read(_LARGEST), "standard input")
    granted = None if browser else _ask(app, options.endpoint, quietly=options.force)
    if granted is None:
        from hfcli_auth.device import log_in_with_browser

        granted = log_in_with_browser(app, options.endpoint)
    return granted


def _given(text: str, source: str) -> Granted:
    token = clean_token(text, source)
    if token is None:
        raise UsageError(f"the token from {source} is empty")
    return Granted(token, source)


def _ask(app: App, endpoint: str, *, quietly: bool) -> Granted | None:
    """Say who is logged in, then ask a person at the terminal; None for an empty answer."""
    if not quietly:
        app.output.note(describe_current(app, endpoint))
    app.output.note(f"Tokens are made at {endpoint}/settings/tokens")
    question = "Token (typing is not shown; leave it empty to log in with a browser)"
    answer = app.output.ask(question, flag="--token-stdin, or --browser", hidden=True, required=False)
    return _given(answer, "the terminal") if answer else None


def describe_current(app: App, endpoint: str) -> str:
    """One line: who is logged in at the endpoint, and by which token."""
    try:
        token = app.credentials.resolve(endpoint)
        if token is None:
            return f"Nobody is logged in at {endpoint}"
        name = whoami(app.session_as(endpoint, token), retry=False).name
    except HfError as error:
        return f"Who is logged in at {endpoint} cannot be told: {error.message}"
    return f"Logged in at {endpoint} as {name}, by the token from {token.source}"


def _name_for(identity: TokenIdentity) -> str:
    """The name that the token has on the Hub, which a server chose; ours where it cannot be one."""
    for name in (identity.token_name, f"oauth-{identity.user}"):
        try:
            return checked_name(name or "")
        except UsageError:
            continue
    return "token"
