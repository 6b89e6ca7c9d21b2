"""Our providers pass the contract; each one, and one of another distribution, can be taken away."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hfcli_auth.plugin import hf_settings
from hfcli_auth.providers.helper import HelperProvider
from hfcli_auth.providers.keyring import KeyringProvider
from hfcli_auth.stores.keyrings import KeyringStore
from hfcli_auth.stores.stored import StoredToken
from hfcli_core.api import AuthProvider, Settings
from hfcli_core.testing.providers import HERE, SECRET, THERE, AuthProviderContract, OpenProvider


class TestHelper(AuthProviderContract):
    limit = 15

    @pytest.fixture
    def open_provider(self, tmp_path: Path) -> OpenProvider:
        def open_provider(settings: Settings, tokens: Mapping[str, str]) -> AuthProvider:
            program = tmp_path / "helper"
            program.write_text(
                f"#!{sys.executable}\n"
                "import json, sys\n"
                f"tokens = {dict(tokens)!r}\n"
                "print(json.dumps({'token': tokens.get(json.load(sys.stdin)['endpoint'])}))\n"
            )
            program.chmod(0o755)
            return HelperProvider(configured(settings, tmp_path, str(program)))

        return open_provider

    @pytest.fixture
    def failing_provider(self, settings: Settings, tmp_path: Path) -> AuthProvider:
        program = tmp_path / "helper"
        program.write_text(f"#!/bin/sh\necho 'it was {SECRET}' >&2\nexit 1\n")
        program.chmod(0o755)
        return HelperProvider(configured(settings, tmp_path, str(program)))


def configured(settings: Settings, folder: Path, program: str) -> Settings:
    """The same user, whose configuration names the helper for both endpoints."""
    config = folder / "config.toml"
    rows = "".join(f'"{endpoint}" = {json.dumps([program])}\n' for endpoint in (HERE, THERE))
    config.write_text(f"[auth.credential_helper]\n{rows}")
    made = Settings(environ=settings.environ, config_file=config)
    for spec in hf_settings():
        made.declare(spec)
    return made


class TestKeyring(AuthProviderContract):
    @pytest.fixture(autouse=True)
    def _keyring_in_a_file(self, keyring: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        import keyring as library

        monkeypatch.syspath_prepend(keyring["PYTHONPATH"])
        monkeypatch.setenv("TEST_KEYRING", keyring["TEST_KEYRING"])
        from keyring_in_a_file import Keyring

        before = library.get_keyring()
        library.set_keyring(Keyring())
        yield
        library.set_keyring(before)

    @pytest.fixture
    def open_provider(self) -> OpenProvider:
        def open_provider(settings: Settings, tokens: Mapping[str, str]) -> AuthProvider:
            store = KeyringStore(settings)
            store.remove(store.tokens())
            for endpoint, token in tokens.items():
                store.save(StoredToken("main", endpoint, token, place="keyring"))
            return KeyringProvider(settings)

        return open_provider

    @pytest.fixture
    def failing_provider(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AuthProvider:
        KeyringStore(settings).save(StoredToken("main", HERE, SECRET, place="keyring"))
        monkeypatch.setenv("TEST_KEYRING_MOOD", "locked")
        return KeyringProvider(settings)


PLUGIN = """
from hfcli_core.api import AuthProviderSpec, hookimpl

HF_PLUGIN_API = 1

@hookimpl
def hf_auth_providers():
    return [AuthProviderSpec("vault", target="hf_vault.vault:Vault", priority=250, help="The team's vault")]
"""
VAULT = """
import os
from hfcli_core.api import ProviderFailed, Token

class Vault:
    name = "vault"

    def __init__(self, settings):
        self._environ = settings.environ

    def connect(self, open_session):
        self._open_session = open_session

    def token(self, endpoint):
        if self._environ.get("VAULT") == "sealed":
            raise ProviderFailed("the vault is sealed", hint="ask the team")
        with self._open_session(endpoint, None) as session:
            assert session.request("GET", "api/whoami-v2", accept=(401,)).status == 401
        return Token(self._environ["VAULT_TOKEN"], "the team's vault")
"""


@pytest.fixture
def vault(hub: Any, tmp_path: Path) -> dict[str, str]:
    """The environment in which somebody else's distribution is installed beside ours."""
    site = tmp_path / "site"
    (site / "hf_vault").mkdir(parents=True)
    (site / "hf_vault" / "__init__.py").touch()
    (site / "hf_vault" / "plugin.py").write_text(PLUGIN)
    (site / "hf_vault" / "vault.py").write_text(VAULT)
    info = site / "hf_vault-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hf-vault\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[hf.plugins]\nvault = hf_vault.plugin\n")
    return {"PYTHONPATH": str(site), "VAULT_TOKEN": hub.token("bob")}


def test_a_provider_of_another_distribution(hub: Any, cli: Any, vault: dict[str, str]) -> None:
    assert cli("auth", "login", "--token-stdin", stdin=hub.token("alice"), token=None).returncode == 0
    assert cli("auth", "whoami", "-q", token=None, env=vault).stdout == "bob\n"
    status = cli("auth", "status", token=None, env=vault)
    assert "in use    the team's vault" in status.stdout
    assert "vault comes first" in status.stdout
    sealed = cli("auth", "whoami", token=None, env={**vault, "VAULT": "sealed"})
    assert (sealed.returncode, sealed.stderr) == (4, "Error: the vault is sealed\nHint: ask the team\n")
    for off in ({"HFCLI_DISABLED_PLUGINS": "hf-vault"}, {"HFCLI_DISABLED_PROVIDERS": "vault"}):
        assert cli("auth", "whoami", "-q", token=None, env={**vault, **off}).stdout == "alice\n"


@pytest.mark.parametrize("name", ["oidc", "helper", "oauth", "keyring"])
def test_each_of_ours_can_be_taken_away(hub: Any, cli: Any, name: str) -> None:
    names = [row["source"] for row in cli("auth", "status", "--json").json()["sources"]]
    assert name in names
    off = {"HFCLI_DISABLED_PROVIDERS": name}
    assert name not in [row["source"] for row in cli("auth", "status", "--json", env=off).json()["sources"]]


def test_a_token_that_ends_soon_is_replaced_in_the_middle(hub: Any, cli: Any) -> None:
    """Each request of a long transfer goes with a token that is good (A6): the helper gives the second one."""
    hub.create_repo("alice/model")
    hub.put_files("alice/model", {f"{n}.txt": b"x" * n for n in range(1, 30)})
    first, second = (hub.store.accounts.create_token("alice", name=name) for name in ("first", "second"))
    program = cli.home / "helper"
    asked = cli.home / "asked"
    program.write_text(
        f"#!/bin/sh\necho >> {asked}\n"
        f"if [ $(wc -l < {asked}) = 1 ]\n"
        f'then echo \'{{"token": "{first}", "expires_at": \'$(($(date +%s) + 30))\'}}\'\n'
        f'else echo \'{{"token": "{second}", "expires_at": \'$(($(date +%s) + 3600))\'}}\'\nfi\n'
    )
    program.chmod(0o755)
    config = cli.home / "config" / "hfcli" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[auth.credential_helper]\n"{hub.endpoint}" = ["{program}"]\n')
    done = cli("download", "alice/model", token=None)
    assert done.returncode == 0, done.stderr
    assert asked.read_text() == "\n\n"


def test_a_token_that_is_refused_in_the_middle_is_replaced(hub: Any, cli: Any) -> None:
    from hfcli_hub.faults import Status

    hub.create_repo("alice/model")
    program = cli.home / "helper"
    asked = cli.home / "asked"
    first, second = (hub.store.accounts.create_token("alice", name=name) for name in ("first", "second"))
    program.write_text(
        f"#!/bin/sh\necho >> {asked}\n"
        f'if [ $(wc -l < {asked}) = 1 ]; then echo \'{{"token": "{first}"}}\'; '
        f'else echo \'{{"token": "{second}"}}\'; fi\n'
    )
    program.chmod(0o755)
    config = cli.home / "config" / "hfcli" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[auth.credential_helper]\n"{hub.endpoint}" = ["{program}"]\n')
    (cli.work / "a.txt").write_text("a")
    expired = '{"error": "User Access Token \\"first\\" is expired"}'
    hub.faults.add(Status(401, {"Content-Type": "application/json"}, expired), path="*/commit/*", times=1)
    done = cli("upload", "alice/model", "a.txt", token=None)
    assert done.returncode == 0, done.stderr
    assert "a.txt" in hub.list_files("alice/model")
    assert asked.read_text() == "\n\n"
