"""Which token is sent: ``--token``, then the environment, then the providers by priority (design.md §4)."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any, Protocol

from hfcli_core.auth.environment import environment_token
from hfcli_core.auth.provider import Token
from hfcli_core.auth.token_file import TokenFile, same_endpoint
from hfcli_core.auth.token_text import clean_token
from hfcli_core.errors import AuthenticationError, HfError
from hfcli_core.hub.redaction import redact, register_secret
from hfcli_core.settings import DISABLE_IMPLICIT_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hfcli_core.settings import Settings
    from hfcli_core.specs import AuthProviderSpec

PROVIDER_LIMIT = 3.0
"""Seconds that a plugin's provider may take: a locked keyring would otherwise hang every command (faults.md A7)."""

TOKEN_FILE_PRIORITY = 100


class LoadedProvider(Protocol):
    """A provider that a plugin declares; ``load`` imports its class."""

    @property
    def spec(self) -> AuthProviderSpec: ...
    @property
    def distribution(self) -> str: ...
    def load(self) -> Any: ...


class _TooSlow(Exception):  # noqa: N818  control flow
    pass


class DeclaresProviders(Protocol):
    """The plugin manager, as far as it matters here."""

    def auth_providers(self) -> Sequence[LoadedProvider]: ...


class Credentials:
    """Finds the token for an endpoint. A provider that fails is told of once through ``warn`` and then left out."""

    def __init__(
        self,
        settings: Settings,
        plugins: DeclaresProviders | None = None,
        *,
        warn: Callable[[str], None] = lambda _: None,
        limit: float = PROVIDER_LIMIT,
    ) -> None:
        self._settings, self._plugins, self._warn, self._limit = settings, plugins, warn, limit
        self._told: set[str] = set()

    def resolve(self, endpoint: str, explicit: str | None = None) -> Token | None:
        """The token for ``endpoint``, or None: requests are then anonymous.

        ``explicit`` is the value of ``--token``. Raises :class:`AuthenticationError` for one that is malformed.
        """
        token = self._find(endpoint, explicit)
        if token is not None:
            register_secret(token.value)
        return token

    def withheld(self, endpoint: str) -> str | None:
        """Why the stored token is not sent to ``endpoint``, for a hint; None when there is nothing to say."""
        if self._settings[DISABLE_IMPLICIT_TOKEN]:
            return "HF_HUB_DISABLE_IMPLICIT_TOKEN is set, so only --token is used"
        stored = TokenFile(self._settings)
        given = environment_token(self._settings)
        hidden = stored.token(endpoint) if given else None
        if given and hidden and hidden.value != given.value:
            return f"{given.source} is used before the stored token; unset it to use that"
        return stored.withheld(endpoint)

    def _find(self, endpoint: str, explicit: str | None) -> Token | None:
        if explicit is not None:
            value = clean_token(explicit, "--token")
            if value is None:
                raise AuthenticationError("The token from --token is empty")
            return Token(value, "--token")
        if self._settings[DISABLE_IMPLICIT_TOKEN]:
            return None
        token = environment_token(self._settings)
        return token or next(self._provided(endpoint), None)

    def _provided(self, endpoint: str) -> Iterator[Token]:
        loaded = sorted(
            self._plugins.auth_providers() if self._plugins else (),
            key=lambda item: (-item.spec.priority, item.spec.name),
        )
        before = [item for item in loaded if item.spec.priority >= TOKEN_FILE_PRIORITY]
        after = loaded[len(before) :]
        yield from filter(None, (self._ask(item, endpoint) for item in before))
        stored = TokenFile(self._settings, self._warn_once).token(endpoint)
        if stored is not None:
            yield stored
        yield from filter(None, (self._ask(item, endpoint) for item in after))

    def _ask(self, loaded: LoadedProvider, endpoint: str) -> Token | None:
        """The answer of a plugin's provider, if it comes in time and may be sent to ``endpoint``."""
        name = f"credential provider '{loaded.spec.name}' of {loaded.distribution}"
        try:
            token = _in_time(lambda: loaded.load()(self._settings).token(endpoint), self._limit)
            return _usable(token, endpoint, name)
        except _TooSlow:
            self._warn_once(f"{name} did not answer within {self._limit:g} s; going on without it")
        except HfError as error:
            self._warn_once(f"{name}: {redact(error.message)}")
        except (Exception, SystemExit) as error:  # what a plugin raises must not end the command
            self._warn_once(f"{name} failed: {type(error).__name__}: {redact(str(error))}")
        return None

    def _warn_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._warn(text)


def _usable(token: object, endpoint: str, name: str) -> Token | None:
    if token is None:
        return None
    if not isinstance(token, Token):
        raise TypeError(f"it answered with a {type(token).__name__}, not a Token")
    if token.endpoint is not None and not same_endpoint(token.endpoint, endpoint):
        raise AuthenticationError(f"its token belongs to {token.endpoint} and is not sent to {endpoint}")
    value = clean_token(token.value, name)
    return None if value is None else Token(value, token.source, token.endpoint)


def _in_time(ask: Callable[[], Any], limit: float) -> Any:
    """What ``ask`` returns or raises; :class:`_TooSlow` when it is not done within ``limit`` seconds."""
    answers: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((ask(), None))
        except BaseException as error:  # handed to the thread that waits
            answers.put((None, error))

    threading.Thread(target=run, name="credential provider", daemon=True).start()
    try:
        answer, error = answers.get(timeout=limit)
    except queue.Empty:
        raise _TooSlow from None
    if error is not None:
        raise error
    return answer
