"""Which token is sent, and to whom (design.md §4; faults.md A1, A7, A8, S15, S29)."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hfcli_core.auth.provider import AuthProvider, ProviderFailed, Token
from hfcli_core.auth.resolver import Credentials
from hfcli_core.auth.token_file import TokenFile, record_endpoint, write_private
from hfcli_core.errors import AuthenticationError, LocalStorageError
from hfcli_core.settings import Settings
from hfcli_core.specs import AuthProviderSpec

HUB, MIRROR = "https://huggingface.co", "https://mirror.example/hf"
A, B, C = (f"hf_{letter * 30}" for letter in "abc")


class Home:
    """A home directory, an environment and what was warned of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "hf"
        self.environ = {"HF_HOME": str(self.folder)}
        self.warnings: list[str] = []
        self.providers: list[Any] = []

    @property
    def token_path(self) -> Path:
        return self.folder / "token"

    def provide(self, answer: Any, *, name: str = "vault", priority: int = 250) -> None:
        """A plugin's provider whose ``token`` calls ``answer(endpoint)``."""

        class Provider:
            def __init__(self, settings: Settings) -> None:
                self.name = name

            def token(self, endpoint: str) -> Any:
                return answer(endpoint)

        spec = AuthProviderSpec(name, target="x:y", priority=priority, help="")
        self.providers.append(SimpleNamespace(spec=spec, distribution="hf-vault", load=lambda: Provider))

    def credentials(self, **options: Any) -> Credentials:
        plugins = SimpleNamespace(auth_providers=lambda: self.providers)
        return Credentials(Settings(environ=self.environ), plugins, warn=self.warnings.append, **options)

    def resolve(self, endpoint: str = HUB, explicit: str | None = None) -> Token | None:
        return self.credentials().resolve(endpoint, explicit)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def value(token: Token | None) -> str | None:
    return token.value if token else None


def test_the_order(home: Home, tmp_path: Path) -> None:
    """Each source beats all that follow it; taken away one after the other."""
    secret = tmp_path / "mounted"
    secret.write_text(f"  {C}\n")
    write_private(home.token_path, "hf_file" + "f" * 20)
    home.provide(lambda endpoint: Token("hf_keyring" + "k" * 20, "keyring"), priority=200)
    home.provide(lambda endpoint: Token("hf_helper" + "h" * 20, "helper"), name="helper", priority=300)
    home.provide(lambda endpoint: Token("hf_last" + "l" * 20, "last"), name="last", priority=50)
    home.environ |= {"HF_TOKEN": A, "HUGGING_FACE_HUB_TOKEN": B, "HF_TOKEN_FILE": str(secret)}
    sources = []
    token = home.resolve(explicit="hf_flag" + "x" * 20)
    assert token is not None
    sources.append(token.source)
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_FILE"):
        token = home.resolve()
        assert token is not None
        sources.append(token.source)
        del home.environ[name]
    for gone in ("helper", "vault", None):
        token = home.resolve()
        assert token is not None
        sources.append(token.source)
        home.providers = [item for item in home.providers if item.spec.name != gone]
    home.token_path.unlink()
    token = home.resolve()
    assert token is not None
    sources.append(token.source)
    assert sources == [
        "--token",
        "HF_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        f"HF_TOKEN_FILE {secret}",
        "helper",
        "keyring",
        f"token file {home.token_path}",
        "last",
    ]
    home.providers.clear()
    assert home.resolve() is None
    assert home.warnings == []


def test_only_the_flag_when_implicit_tokens_are_off(home: Home) -> None:
    home.environ |= {"HF_TOKEN": A, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}
    assert home.resolve() is None
    assert value(home.resolve(explicit=B)) == B
    assert "HF_HUB_DISABLE_IMPLICIT_TOKEN" in (home.credentials().withheld(HUB) or "")


@pytest.mark.parametrize("endpoint", [HUB, MIRROR])
def test_what_the_user_gives_goes_to_the_endpoint_in_effect(home: Home, endpoint: str) -> None:
    home.environ["HF_TOKEN"] = f" {A}\r\n"
    assert value(home.resolve(endpoint)) == A
    assert value(home.resolve(endpoint, explicit=B)) == B


def test_an_empty_variable_is_none(home: Home) -> None:
    home.environ |= {"HF_TOKEN": " \n", "HUGGING_FACE_HUB_TOKEN": A}
    assert value(home.resolve()) == A


@pytest.mark.parametrize(
    "bad", ["hf_abc def", "hf_abc\nX-Evil: 1", "hf_ab\x00c", "hf_pässword", "hf_a\u200bb", "x" * 20000]
)
def test_a_malformed_token_is_refused_without_being_repeated(home: Home, bad: str) -> None:
    with pytest.raises(AuthenticationError, match="from --token is malformed") as caught:
        home.resolve(explicit=bad)
    home.environ["HF_TOKEN"] = bad
    with pytest.raises(AuthenticationError, match="from HF_TOKEN is malformed"):
        home.resolve()
    assert caught.value.exit_code == 4
    assert bad not in caught.value.message


def test_an_empty_flag_is_a_mistake(home: Home) -> None:
    with pytest.raises(AuthenticationError, match="empty"):
        home.resolve(explicit="")


def test_a_token_file_that_was_named_must_be_there(home: Home, tmp_path: Path) -> None:
    home.environ["HF_TOKEN_FILE"] = str(tmp_path / "missing")
    with pytest.raises(AuthenticationError, match="Cannot read the token file"):
        home.resolve()
    (tmp_path / "missing").write_text("\n")
    with pytest.raises(AuthenticationError, match="is empty"):
        home.resolve()


def test_a_stored_token_goes_to_the_endpoint_that_it_was_stored_for(home: Home) -> None:
    write_private(home.token_path, A)
    assert value(home.resolve(HUB)) == A
    assert home.resolve(MIRROR) is None
    assert home.credentials().withheld(MIRROR) == (
        f"the stored token belongs to {HUB} and was not sent to {MIRROR}; `hf auth login` stores one for it, "
        f"`hf auth adopt --endpoint {MIRROR}` lets it have this one"
    )
    assert home.credentials().withheld(HUB) is None
    record_endpoint(home.token_path, A, MIRROR)
    assert value(home.resolve(MIRROR)) == A
    assert home.resolve(HUB) is None
    for near_miss in (
        "https://mirror.example",
        "http://mirror.example/hf",
        "https://mirror.example:8443/hf",
        f"{MIRROR}2",
    ):
        assert home.resolve(near_miss) is None
    for same in ("https://MIRROR.example/hf", "https://mirror.example:443/hf/"):
        assert value(home.resolve(same)) == A


def test_a_variable_that_hides_the_stored_token_is_told_of(home: Home) -> None:
    write_private(home.token_path, A)
    home.environ["HF_TOKEN"] = B
    expected = "HF_TOKEN is used before the stored token; unset it to use that"
    assert home.credentials().withheld(HUB) == expected
    home.environ["HF_TOKEN"] = A
    assert home.credentials().withheld(HUB) is None


def test_the_official_endpoint_can_be_another(home: Home) -> None:
    write_private(home.token_path, A)
    home.environ["HFCLI_OFFICIAL_ENDPOINT"] = MIRROR
    assert value(home.resolve(MIRROR)) == A
    assert home.resolve(HUB) is None


def test_each_endpoint_has_the_last_token_that_was_stored_for_it(home: Home) -> None:
    write_private(home.token_path, A)
    home.token_path.with_name("stored_tokens").write_text(
        f"[main]\nhf_token = {A}\n\n[m1]\nhf_token = {B}\n\n[m2]\nhf_token = {C}\n\n[50%]\nother = x\n\n"
    )
    record_endpoint(home.token_path, B, MIRROR)
    record_endpoint(home.token_path, C, MIRROR)
    assert (value(home.resolve(HUB)), value(home.resolve(MIRROR))) == (A, C)
    record_endpoint(home.token_path, B, MIRROR)
    token = home.resolve(MIRROR)
    assert (value(token), token.source if token else "") == (B, "stored token 'm1'")


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"{}", b'{"endpoints": 7}', b'{"endpoints": {"a": 7}}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_damaged_record_sends_a_token_nowhere(home: Home, damage: bytes) -> None:
    write_private(home.token_path, A)
    record_endpoint(home.token_path, A, MIRROR)
    home.token_path.with_name("token_endpoints.json").write_bytes(damage)
    for endpoint in (HUB, MIRROR):
        with pytest.raises(LocalStorageError, match="says where each stored token belongs"):
            home.resolve(endpoint)
    assert value(home.resolve(HUB, explicit=B)) == B
    record_endpoint(home.token_path, A, HUB)
    assert value(home.resolve(HUB)) == A


def test_damaged_stored_tokens_harm_nothing(home: Home) -> None:
    write_private(home.token_path, A)
    home.token_path.with_name("stored_tokens").write_bytes(b"no section\n\xff")
    assert value(home.resolve(HUB)) == A
    assert home.resolve(MIRROR) is None


def test_an_unreadable_token_file(home: Home) -> None:
    home.token_path.mkdir(parents=True)
    with pytest.raises(LocalStorageError, match="Cannot read"):
        home.resolve()


def test_a_provider_that_hangs(home: Home) -> None:
    home.provide(lambda endpoint: time.sleep(30), priority=200)
    write_private(home.token_path, A)
    started = time.monotonic()
    credentials = home.credentials(limit=0.2)
    assert value(credentials.resolve(HUB)) == A
    assert value(credentials.resolve(HUB)) == A
    assert time.monotonic() - started < 2
    assert home.warnings == ["credential provider 'vault' of hf-vault did not answer within 0.2 s; going on without it"]


class Exits(SystemExit):
    pass


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (ValueError(f"cannot open with {B}"), "failed: ValueError: cannot open with "),
        (AuthenticationError("the vault is locked"), "the vault is locked"),
        (Exits(3), "failed: Exits: 3"),
        ("a string", "answered with a str, not a Token"),
        (Token("hf_bad token", "vault"), "is malformed"),
        (Token(B, "vault", endpoint=MIRROR), f"its token belongs to {MIRROR}"),
    ],
)
def test_a_provider_that_fails_is_told_of_and_left_out(home: Home, answer: Any, words: str) -> None:
    def ask(endpoint: str) -> Any:
        if isinstance(answer, BaseException):
            raise answer
        return answer

    home.provide(ask)
    write_private(home.token_path, A)
    assert value(home.resolve()) == A
    assert len(home.warnings) == 1
    assert words in home.warnings[0]
    assert B not in home.warnings[0]


def test_one_that_the_user_chose_ends_the_command(home: Home) -> None:
    """To go on with the stored token would be to go on as somebody else (A8)."""

    def ask(endpoint: str) -> Any:
        raise ProviderFailed("the helper failed", hint="ask the team")

    home.provide(ask)
    write_private(home.token_path, A)
    with pytest.raises(ProviderFailed, match="the helper failed") as caught:
        home.resolve()
    assert (caught.value.exit_code, home.warnings) == (4, [])


def test_each_has_the_time_that_its_spec_asks_for(home: Home) -> None:
    home.provide(lambda endpoint: time.sleep(0.3) or Token(A, "slow"))
    provided = home.providers[0]
    provided.spec = provided.spec._replace(limit=0.05)
    assert home.resolve() is None
    assert "did not answer within 0.05 s" in home.warnings[0]
    provided.spec = provided.spec._replace(limit=5)
    assert value(home.resolve()) == A


def test_one_that_uses_the_network_is_given_sessions(home: Home) -> None:
    opened: list[Any] = []

    class Provider:
        name = "vault"

        def __init__(self, settings: Settings) -> None:
            self._open: Any = None

        def connect(self, open_session: Any) -> None:
            self._open = open_session

        def token(self, endpoint: str) -> Token:
            self._open(endpoint, None)
            return Token(A, "vault")

    spec = AuthProviderSpec("vault", target="x:y", priority=200, help="")
    home.providers.append(SimpleNamespace(spec=spec, distribution="hf-vault", load=lambda: Provider))
    assert value(home.credentials(open_session=lambda *words: opened.append(words)).resolve(HUB)) == A
    assert opened == [(HUB, None)]


def test_every_source_says_what_it_has(home: Home) -> None:
    home.environ |= {"HF_TOKEN": A, "HUGGING_FACE_HUB_TOKEN": "two words"}
    home.provide(lambda endpoint: None, name="silent", priority=300)
    home.provide(lambda endpoint: {}[endpoint], name="broken", priority=200)
    write_private(home.token_path, B)
    record_endpoint(home.token_path, B, MIRROR)
    found = home.credentials().sources(HUB)
    assert [(source.name, value(source.token)) for source in found] == [
        ("HF_TOKEN", A),
        ("HUGGING_FACE_HUB_TOKEN", None),
        ("HF_TOKEN_FILE", None),
        ("silent", None),
        ("broken", None),
        (f"token file {home.token_path}", None),
    ]
    problems = [source.problem or "" for source in found]
    assert problems[0] == problems[2] == problems[3] == ""
    assert "malformed" in problems[1]
    assert "failed: KeyError" in problems[4]
    assert f"belongs to {MIRROR}" in problems[5]
    assert home.warnings == []


def test_sources_that_are_switched_off_are_not_asked(home: Home) -> None:
    home.environ |= {"HF_TOKEN": A, "HFCLI_DISABLED_PROVIDERS": "environment, vault"}
    home.provide(lambda endpoint: Token(C, "vault"))
    write_private(home.token_path, B)
    assert value(home.resolve()) == B
    home.environ["HFCLI_DISABLED_PROVIDERS"] = "environment,vault,token-file"
    assert home.resolve() is None
    assert home.credentials().sources(HUB) == []


def test_when_a_stored_token_ends(home: Home) -> None:
    write_private(home.token_path, A)
    home.token_path.with_name("stored_tokens").write_text(f"[oauth-a]\nhf_token = {A}\nexpires_at = 1900000000\n\n")
    token = home.resolve()
    assert token is not None
    assert token.expires_at == 1900000000


def test_a_provider_that_cannot_be_loaded(home: Home) -> None:
    def load() -> Any:
        raise ImportError("no module named keyring")

    spec = AuthProviderSpec("keyring", target="x:y", priority=200, help="")
    home.providers.append(SimpleNamespace(spec=spec, distribution="hfcli-auth", load=load))
    assert home.resolve() is None
    assert "no module named keyring" in home.warnings[0]


def test_tokens_hide_their_value(home: Home) -> None:
    from hfcli_core.hub.redaction import redact

    home.environ["HF_TOKEN"] = "artifactory-reference-token"
    token = home.resolve()
    assert "artifactory" not in repr(token)
    assert redact("sent artifactory-reference-token") == "sent ***"
    assert isinstance(TokenFile(Settings(environ=home.environ)), AuthProvider)
