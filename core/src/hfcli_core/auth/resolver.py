"""Which token is sent: ``--token``, then the environment, then the providers by priority (design.md §4)."""

from __future__ import annotations

import queue
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from hfcli_core.auth.environment import environment_sources, environment_token
from hfcli_core.auth.provider import ProviderFailed, Token
from hfcli_core.auth.token_file import TokenFile, same_endpoint
from hfcli_core.auth.token_text import clean_token
from hfcli_core.errors import AuthenticationError, HfError
from hfcli_core.hub.redaction import redact, register_secret
from hfcli_core.settings import DISABLE_IMPLICIT_TOKEN, DISABLED_PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hfcli_core.auth.provider import OpenSession
    from hfcli_core.settings import Settings
    from hfcli_core.specs import AuthProviderSpec

LONGEST_LIMIT = 60.0
"""Seconds that a provider may ask for; a locked keyring would otherwise hang every command (faults.md A7)."""

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


class _Unavailable(Exception):  # noqa: N818  control flow
    """A provider gives no token for a reason that people are told; the next one is asked."""


class _Candidate(NamedTuple):
    name: str
    ask: Callable[[], Token | None]
    why_not: Callable[[], str | None] = lambda: None


class Source(NamedTuple):
    """One place where a token was looked for: what it gave, or why it gave none where there is a reason to tell."""

    name: str
    token: Token | None
    problem: str | None


class DeclaresProviders(Protocol):
    """The plugin manager, as far as it matters here."""

    def auth_providers(self) -> Sequence[LoadedProvider]: ...


class Credentials:
    """Finds the token for an endpoint. A provider that fails is told of once through ``warn`` and then left out.

    ``open_session`` is handed to providers that use the network; ``limit`` overrides the time that each one has.
    """

    def __init__(
        self,
        settings: Settings,
        plugins: DeclaresProviders | None = None,
        *,
        warn: Callable[[str], None] = lambda _: None,
        open_session: OpenSession | None = None,
        limit: float | None = None,
    ) -> None:
        self._settings, self._plugins, self._warn, self._limit = settings, plugins, warn, limit
        self._open_session = open_session
        self._told: set[str] = set()

    def resolve(self, endpoint: str, explicit: str | None = None) -> Token | None:
        """The token for ``endpoint``, or None: requests are then anonymous.

        ``explicit`` is the value of ``--token``. Raises :class:`AuthenticationError` for one that is malformed, and
        :class:`ProviderFailed` where a provider says that the command must not go on without it.
        """
        token = self._find(endpoint, explicit)
        if token is not None:
            register_secret(token.value)
        return token

    def sources(self, endpoint: str) -> list[Source]:
        """Every source in order, each asked, whether an earlier one has a token or not."""
        found = []
        for candidate in self._candidates(endpoint):
            token, problem = None, None
            try:
                token = candidate.ask()
                problem = None if token else candidate.why_not()
            except _Unavailable as unavailable:
                problem = str(unavailable)
            except HfError as error:
                problem = redact(error.message)
            if token is not None:
                register_secret(token.value)
            found.append(Source(candidate.name, token, problem))
        return found

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
        for candidate in self._candidates(endpoint):
            try:
                token = candidate.ask()
            except _Unavailable as unavailable:
                self._warn_once(str(unavailable))
                continue
            if token is not None:
                return token
        return None

    def _candidates(self, endpoint: str) -> Iterator[_Candidate]:
        left_out = self._settings[DISABLED_PROVIDERS]
        if "environment" not in left_out:
            yield from (_Candidate(name, ask) for name, ask in environment_sources(self._settings))
        loaded = sorted(
            self._plugins.auth_providers() if self._plugins else (),
            key=lambda item: (-item.spec.priority, item.spec.name),
        )
        chosen = [item for item in loaded if item.spec.name not in left_out]
        before = [item for item in chosen if item.spec.priority >= TOKEN_FILE_PRIORITY]
        for item in before:
            yield _Candidate(item.spec.name, partial(self._ask, item, endpoint))
        if "token-file" not in left_out:
            stored = TokenFile(self._settings, self._warn_once)
            ask, why_not = partial(stored.token, endpoint), partial(stored.withheld, endpoint)
            yield _Candidate(f"token file {stored.path}", ask, why_not)
        for item in chosen[len(before) :]:
            yield _Candidate(item.spec.name, partial(self._ask, item, endpoint))

    def _ask(self, loaded: LoadedProvider, endpoint: str) -> Token | None:
        """The answer of a plugin's provider, if it comes in time and may be sent to ``endpoint``."""
        name = f"credential provider '{loaded.spec.name}' of {loaded.distribution}"
        limit = self._limit or min(loaded.spec.limit, LONGEST_LIMIT)

        def ask() -> Any:
            provider = loaded.load()(self._settings)
            if self._open_session is not None and hasattr(provider, "connect"):
                provider.connect(self._open_session)
            return provider.token(endpoint)

        try:
            return _usable(_in_time(ask, limit), endpoint, name)
        except _TooSlow:
            raise _Unavailable(f"{name} did not answer within {limit:g} s; going on without it") from None
        except ProviderFailed:
            raise
        except HfError as error:
            raise _Unavailable(f"{name}: {redact(error.message)}") from error
        except (Exception, SystemExit) as error:  # what a plugin raises must not end the command
            raise _Unavailable(f"{name} failed: {type(error).__name__}: {redact(str(error))}") from error

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
    return None if value is None else replace(token, value=value)


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
