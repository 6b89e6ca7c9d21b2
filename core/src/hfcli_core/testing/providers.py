"""Tests that a source of tokens must pass. Inherit, give the one fixture, run pytest::

    from hfcli_core.testing.providers import AuthProviderContract

    class TestVault(AuthProviderContract):
        @pytest.fixture
        def open_provider(self, vault):
            def open_provider(settings, tokens):
                vault.replace_all(tokens)
                return Vault(settings)
            return open_provider

``tokens`` maps endpoints to the tokens that the provider has to give for them, and it may be asked to forget those of
before. A provider that can fail gives a second fixture, ``failing_provider``: one whose source does not work, and which
knows :data:`SECRET`. What the tests cannot see is in the rules of :mod:`hfcli_core.auth.provider`.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from hfcli_core.auth.provider import AuthProvider, Token
from hfcli_core.auth.resolver import Credentials
from hfcli_core.errors import HfError
from hfcli_core.settings import Settings
from hfcli_core.specs import AuthProviderSpec

if TYPE_CHECKING:
    from pathlib import Path

HERE, THERE = "https://hub.example", "https://other.example/hf"
SECRET, OTHER = "hf_" + "c0ntract" * 4, "hf_" + "an0ther" * 5

OpenProvider = Callable[[Settings, Mapping[str, str]], AuthProvider]


class AuthProviderContract:
    """Inherit, and define the fixture ``open_provider``."""

    limit = 3.0
    """Seconds that the provider's spec allows it."""

    @pytest.fixture
    def open_provider(self) -> OpenProvider:
        raise NotImplementedError("define the fixture open_provider")

    @pytest.fixture
    def failing_provider(self) -> AuthProvider | None:
        return None

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        """Settings of a user with an empty home."""
        return Settings(environ={"HF_HOME": str(tmp_path / "hf"), "HOME": str(tmp_path)})

    def test_it_is_a_provider(self, open_provider: OpenProvider, settings: Settings) -> None:
        provider = open_provider(settings, {})
        assert isinstance(provider, AuthProvider)
        assert provider.name

    def test_it_gives_the_token_of_the_endpoint_and_no_other(
        self, open_provider: OpenProvider, settings: Settings
    ) -> None:
        provider = open_provider(settings, {HERE: SECRET, THERE: OTHER})
        given = [provider.token(endpoint) for endpoint in (HERE, THERE)]
        assert [token.value if token else None for token in given] == [SECRET, OTHER]
        provider = open_provider(settings, {THERE: OTHER})
        assert provider.token(HERE) is None, "a token of another endpoint is sent to a stranger"

    def test_its_token_belongs_to_an_endpoint(self, open_provider: OpenProvider, settings: Settings) -> None:
        """Or to the one in effect, where it says none."""
        token = open_provider(settings, {HERE: SECRET}).token(HERE)
        assert isinstance(token, Token)
        assert token.endpoint in (None, HERE)
        assert token.expires_at is None or token.expires_at > 0

    def test_people_are_told_where_it_is_from_and_not_what_it_is(
        self, open_provider: OpenProvider, settings: Settings
    ) -> None:
        provider = open_provider(settings, {HERE: SECRET})
        token = provider.token(HERE)
        assert token is not None
        assert token.source
        assert SECRET not in f"{token.source} {token!r} {provider!r}"

    def test_it_has_nothing_to_say_on_the_terminal(
        self, open_provider: OpenProvider, settings: Settings, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Standard output is data of the command, standard error is the core's."""
        provider = open_provider(settings, {HERE: SECRET})
        capfd.readouterr()
        provider.token(HERE)
        provider.token(THERE)
        assert capfd.readouterr() == ("", "")

    def test_it_may_be_asked_again_and_from_another_thread(
        self, open_provider: OpenProvider, settings: Settings
    ) -> None:
        """A long upload asks again when the Hub refuses the token."""
        provider = open_provider(settings, {HERE: SECRET})
        answers: list[Token | None] = []
        for _ in range(2):
            thread = threading.Thread(target=lambda: answers.append(provider.token(HERE)))
            thread.start()
            thread.join(self.limit)
        assert [token.value if token else None for token in answers] == [SECRET, SECRET]

    def test_a_new_provider_gives_the_new_token(self, open_provider: OpenProvider, settings: Settings) -> None:
        open_provider(settings, {HERE: SECRET}).token(HERE)
        token = open_provider(settings, {HERE: OTHER}).token(HERE)
        assert token is not None
        assert token.value == OTHER

    def test_the_core_takes_its_answer_in_time(self, open_provider: OpenProvider, settings: Settings) -> None:
        provider = open_provider(settings, {HERE: SECRET})
        warnings: list[str] = []
        token = self._credentials(provider, settings, warnings).resolve(HERE)
        assert warnings == []
        assert token is not None
        assert token.value == SECRET

    def test_a_failure_is_told_in_one_line_without_secrets(self, failing_provider: AuthProvider | None) -> None:
        if failing_provider is None:
            pytest.skip("no fixture failing_provider: it cannot fail")
        with pytest.raises(HfError) as caught:
            failing_provider.token(HERE)
        error = caught.value
        told = f"{error.message} {error.hint} {error.details}"
        assert "\n" not in error.message
        assert SECRET not in told
        assert SECRET not in "".join(traceback.format_exception(error))

    def _credentials(self, provider: AuthProvider, settings: Settings, warnings: list[str]) -> Credentials:
        spec = AuthProviderSpec(provider.name, target="x:y", priority=500, help="", limit=self.limit)
        loaded: Any = SimpleNamespace(spec=spec, distribution="under-test", load=lambda: lambda _: provider)
        plugins: Any = SimpleNamespace(auth_providers=lambda: [loaded])
        return Credentials(settings, plugins, warn=warnings.append)
