"""No secret leaves by any way: the output, logs, files, and what other processes can see of ours (I9, S15)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.faults import Status

WATCH = """
import json, os, sys

def note(event, arguments):
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        with open(os.environ["WATCHED"], "a") as file:
            file.write(repr(arguments[:2]) + "\\n")

sys.addaudithook(note)
"""
KEPT = {"hf/token", "hf/stored_tokens"}
"""Where a login keeps the token as it is; said aloud, and readable by its user alone."""


@dataclass
class Watched:
    """Runs ``hf`` with logging on, and looks for secrets in everything that comes of it."""

    cli: Any
    secrets: tuple[str, ...]
    environ: Mapping[str, str]
    watched: Path

    def __call__(self, *words: str, secrets_in: str = "", env: Any = None, **options: Any) -> Any:
        """``secrets_in``: the one stream that may have them. Tracebacks are among what is looked through."""
        done = self.cli(*words, env={**self.environ, **(env or {})}, **options)
        for stream in ("stdout", "stderr"):
            if stream != secrets_in:
                self.check(getattr(done, stream), f"{stream} of hf {' '.join(words)}")
        self.check(self.watched.read_text() if self.watched.exists() else "", "the arguments of a child")
        for path in self.cli.home.rglob("*"):
            name = path.relative_to(self.cli.home).as_posix()
            if path.is_file() and name not in KEPT and not name.endswith(".sh"):
                self.check(path.read_bytes().decode(errors="replace"), name)
        return done

    def check(self, text: str, where: str) -> None:
        assert not [secret for secret in self.secrets if secret in text], f"a secret in {where}: {text[:2000]}"


REFUSED = "hf_" + "R" * 34
MALFORMED = "hf_mal\nformed" + "m" * 20


@pytest.fixture
def watched(hub: Any, cli: Any, tmp_path: Path, keyring: dict[str, str]) -> Watched:
    site = tmp_path / "watch"
    site.mkdir()
    (site / "sitecustomize.py").write_text(WATCH)
    environ = {
        **keyring,
        "PYTHONPATH": f"{site}{os.pathsep}{keyring['PYTHONPATH']}",
        "WATCHED": str(tmp_path / "children"),
        "HF_DEBUG": "1",
        "HFCLI_OFFICIAL_ENDPOINT": hub.endpoint,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    secrets = (hub.token("alice"), hub.token("bob"), REFUSED, MALFORMED, "formed" + "m" * 20)
    return Watched(cli, secrets, environ, tmp_path / "children")


def test_commands(hub: Any, watched: Watched) -> None:
    """Log in by every way, use it, fail, and log out, with every request logged."""
    alice, bob = hub.token("alice"), hub.token("bob")
    assert watched("auth", "login", "--token-stdin", "--name", "a", stdin=alice, token=None).returncode == 0
    assert watched("auth", "login", "--token", bob, "--name", "b", token=None).returncode == 0
    for words, code in [
        (("auth", "list"), 0),
        (("auth", "list", "--json"), 0),
        (("auth", "status"), 0),
        (("auth", "status", "--json"), 0),
        (("auth", "switch", "--token-name", "a"), 0),
        (("auth", "adopt", "--token-name", "b"), 0),
        (("auth", "whoami", "--debug"), 0),
        (("env",), 0),
        (("config", "list"), 0),
        (("download", "alice/missing"), 5),
        (("auth", "whoami", "--no-such-option"), 2),
    ]:
        assert watched(*words, token=None).returncode == code, words
    assert watched("auth", "token", token=None, secrets_in="stdout").stdout.strip() in (alice, bob)
    assert watched("config", "list", token=alice).returncode == 0
    assert watched("auth", "logout", "--all", token=None).returncode == 0
    assert not KEPT & {path.relative_to(watched.cli.home).as_posix() for path in watched.cli.home.rglob("*")}


def test_failures(hub: Any, watched: Watched) -> None:
    for given in (REFUSED, MALFORMED):
        assert watched("auth", "login", "--token-stdin", stdin=given, token=None).returncode == 4
        assert watched("auth", "login", "--token", given, token=None).returncode == 4
        assert watched("auth", "whoami", token=given).returncode == 4
        assert watched("auth", "status", token=given).returncode == 4
    address = hub.endpoint.replace("://", f"://user:{REFUSED}@")
    assert watched("auth", "login", "--endpoint", address, "--token-stdin", stdin=REFUSED, token=None).returncode == 2
    assert watched("auth", "whoami", token=None, env={"HF_ENDPOINT": address}).returncode == 2
    hub.faults.add(Status(500, {}, f"a crash with {hub.token('alice')} in it"), path="/api/*")
    crashed = watched("auth", "whoami", token=hub.token("alice"), env={"HFCLI_MAX_OUTAGE": "0"})
    assert crashed.returncode == 8


@pytest.mark.foreign
def test_git_and_the_keyring(hub: Any, watched: Watched) -> None:
    """git is told on its standard input; its arguments, which everybody on the machine sees, are names."""
    login = ("auth", "login", "--token-stdin")
    for options in (("--keyring",), ("--git-credential-with-keyring",)):
        assert watched(*login, *options, stdin=hub.token("alice"), token=None).returncode == 0
    assert "credential" in watched.watched.read_text()
    assert watched("auth", "whoami", token=None).returncode == 0
    assert watched("auth", "logout", token=None).returncode == 0
    for mood in ("locked", "fails"):
        assert watched(*login, "--keyring", stdin=hub.token("alice"), token=None, env={"TEST_KEYRING_MOOD": mood})


def test_helpers_and_ci(hub: Any, watched: Watched) -> None:
    helper = watched.cli.home / "helper.sh"
    config = watched.cli.home / "config" / "hfcli" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[auth.credential_helper]\n"{hub.endpoint}" = ["{helper}"]\n')
    for script, code in [
        (f'echo \'{{"token": "{hub.token("alice")}"}}\'', 0),
        (f"echo {hub.token('alice')}; echo {hub.token('bob')} >&2; exit 1", 4),
        (f"echo {hub.token('alice')}", 4),
    ]:
        helper.write_text(f"#!/bin/sh\n{script}\n")
        helper.chmod(0o755)
        for words in [("auth", "whoami"), ("auth", "status")]:
            assert watched(*words, token=None).returncode == code
    config.unlink()
    job = {"HF_OIDC_RESOURCE": "alice/model", "HF_OIDC_ID_TOKEN": REFUSED}
    assert watched("auth", "whoami", token=None, env=job).returncode == 4


def test_a_token_is_sent_to_its_own_hub_alone(hub: Any, cli: Any, tmp_path: Path) -> None:
    """As the other Hub's record shows; its user is told what to do (S29)."""
    from hfcli_hub.testkit.hub import running_hub

    assert cli("auth", "login", "--token-stdin", stdin=hub.token("alice"), token=None).returncode == 0
    with running_hub(tmp_path / "other") as other:
        other.create_repo("alice/model")
        other.put_files("alice/model", {"config.json": b"{}"})
        elsewhere = {"HF_ENDPOINT": other.endpoint}
        assert cli("download", "alice/model", token=None, env=elsewhere).returncode == 0
        told = cli("auth", "whoami", token=None, env=elsewhere)
        assert told.returncode == 4
        assert "hf auth login" in told.stderr
        assert len(other.record) > 0
        assert not any(request.authorized for request in other.record)
    assert cli("auth", "whoami", "-q", token=None).stdout == "alice\n"
