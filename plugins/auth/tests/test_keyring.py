"""Tokens in the system keyring: nothing on disk but names, and what happens where there is no keyring (A7)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SECRET = "hf_" + "S" * 34


def test_only_the_name_is_on_disk(
    hub: Any, cli: Any, keyring: dict[str, str], files: Callable[[], dict[str, str]]
) -> None:
    token = hub.token("alice")
    options = ("--keyring", "--name", "laptop")
    done = cli("auth", "login", "--token-stdin", *options, stdin=token, token=None, env=keyring)
    assert done.returncode == 0, done.stderr
    assert done.lines[-1] == "kept in: the system keyring"
    assert token not in "".join(files().values())
    assert token in Path(keyring["TEST_KEYRING"]).read_text()
    assert cli("auth", "whoami", "-q", token=None, env=keyring).stdout == "alice\n"
    (row,) = cli("auth", "list", "--json", token=None, env=keyring).json()
    assert row == {
        "active": True,
        "name": "laptop",
        "token": "****",
        "endpoint": hub.endpoint,
        "expires_at": None,
        "kept_in": "keyring",
    }
    status = cli("auth", "status", token=None, env=keyring)
    assert "in use    system keyring 'laptop'" in status.stdout
    elsewhere = cli("auth", "whoami", token=None, env={**keyring, "HF_ENDPOINT": "http://127.0.0.1:9"})
    assert elsewhere.returncode == 4
    assert cli("auth", "logout", token=None, env=keyring).stdout == "Logged out: removed laptop\n"
    assert json.loads(Path(keyring["TEST_KEYRING"]).read_text()) == {}
    assert "hf/keyring_tokens.json" not in files()


def test_the_setting_asks_for_it_once_and_for_all(hub: Any, cli: Any, keyring: dict[str, str]) -> None:
    config = cli.home / "config" / "hfcli" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[auth]\nstore = "keyring"\n')
    for user in ("alice", "bob"):
        done = cli("auth", "login", "--token-stdin", "--name", user, stdin=hub.token(user), token=None, env=keyring)
        assert "the system keyring" in done.stdout
    assert cli("auth", "whoami", "-q", token=None, env=keyring).stdout == "bob\n"
    assert cli("auth", "switch", "--token-name", "alice", "-q", token=None, env=keyring).stdout == "alice\n"
    assert cli("auth", "whoami", "-q", token=None, env=keyring).stdout == "alice\n"
    config.write_text('[auth]\nstore = "cloud"\n')
    done = cli("auth", "login", "--token-stdin", stdin=hub.token("bob"), token=None, env=keyring)
    assert (done.returncode, "'cloud' is not file or keyring" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("mood", "says"),
    [
        ("locked", "the system keyring is locked"),
        ("fails", "the system keyring failed (RuntimeError)"),
        pytest.param("hangs", "did not answer within 2.5 s", id="hangs"),
    ],
)
def test_a_keyring_that_cannot_be_had_is_told_of(
    hub: Any, cli: Any, keyring: dict[str, str], mood: str, says: str
) -> None:
    """A command that may go without it goes on; the whole wait has a bound."""
    login = ("auth", "login", "--token-stdin", "--keyring")
    assert cli(*login, stdin=hub.token("alice"), token=None, env=keyring).returncode == 0
    started = time.monotonic()
    done = cli("auth", "whoami", token=None, env={**keyring, "TEST_KEYRING_MOOD": mood})
    assert time.monotonic() - started < 10
    assert (done.returncode, done.stdout) == (4, "")
    assert says in done.stderr
    assert SECRET not in done.stderr
    if mood != "hangs":
        failed = cli(*login, stdin=hub.token("alice"), token=None, env={**keyring, "TEST_KEYRING_MOOD": mood})
        assert failed.returncode == 1
        assert says in failed.stderr


def test_without_any_keyring_the_file_is_named(hub: Any, cli: Any) -> None:
    none = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    done = cli("auth", "login", "--token-stdin", "--keyring", stdin=hub.token("alice"), token=None, env=none)
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no usable system keyring here" in done.stderr
    assert "without --keyring a login keeps the token in a file" in done.stderr
    assert len(hub.record) == 0


_IN_A_SESSION = """
set -e
printf 'password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
printf '%s' "$TOKEN" | "$PYTHON" -m hfcli_core auth login --token-stdin --keyring --name real
"$PYTHON" -m hfcli_core auth token
"$PYTHON" -m hfcli_core auth logout
"$PYTHON" -m hfcli_core auth token || echo "exit $?"
"""


@pytest.mark.foreign
def test_a_real_keyring_service(
    hub: Any, cli: Any, files: Callable[[], dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """GNOME's, which keeps the secrets encrypted below the home."""
    for program in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian: apt install dbus gnome-keyring)")
    token = hub.token("alice")
    runtime = tmp_path_factory.mktemp("runtime")
    environ = cli.environ({"HF_TOKEN": None, "TOKEN": token, "PYTHON": sys.executable, "XDG_RUNTIME_DIR": str(runtime)})
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", _IN_A_SESSION],
        env=environ,
        cwd=cli.work,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "kept in: the system keyring" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-3:] == [token, "Logged out: removed real", "exit 4"]
    assert token not in "".join(files().values())
    assert (cli.home / "data" / "keyrings").is_dir()
