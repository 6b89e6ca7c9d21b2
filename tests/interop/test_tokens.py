"""The token that one program keeps is the token of the others."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hfcli_core.auth.token_file import write_private

from tests.interop.programs import Program

pytestmark = pytest.mark.foreign

NO_TOKEN = {"HF_TOKEN": None}


def test_theirs_is_read_by_us(ours: Program, official: Program, tmp_path: Path) -> None:
    """It belongs to the Hub that is set as the official one, and is sent to no other."""
    token = official.hub.token("bob")
    official.at(tmp_path).print("auth", "login", "--token", token, env=NO_TOKEN)
    mine = ours.at(tmp_path)
    trusted = {**NO_TOKEN, "HFCLI_OFFICIAL_ENDPOINT": official.hub.endpoint}
    assert mine.print("auth", "whoami", env=trusted).splitlines()[0] == "bob"
    official.hub.record.clear()
    assert mine.run("auth", "whoami", env=NO_TOKEN).returncode == 4
    assert len(official.hub.record) == 0


def test_a_login_of_ours_is_theirs(ours: Program, official: Program, tmp_path: Path) -> None:
    """Two names, their list, a switch of theirs, and their logout; then ours sees what is left."""
    trusted = {**NO_TOKEN, "HFCLI_OFFICIAL_ENDPOINT": official.hub.endpoint}
    mine, theirs = ours.at(tmp_path), official.at(tmp_path)
    for user in ("alice", "bob"):
        mine.print("auth", "login", "--token", official.hub.token(user), "--name", user, env=trusted)
    assert "bob" in theirs.print("auth", "whoami", env=NO_TOKEN)
    listed = theirs.print("auth", "list", env=NO_TOKEN)
    assert "alice" in listed
    assert "bob" in listed
    theirs.print("auth", "switch", "--token-name", "alice", env=NO_TOKEN)
    assert mine.print("auth", "token", env=trusted) == official.hub.token("alice")
    theirs.print("auth", "logout", "--token-name", "alice", env=NO_TOKEN)
    assert mine.print("auth", "list", "--quiet", env=trusted) == "bob"
    theirs.print("auth", "logout", env=NO_TOKEN)
    assert mine.print("auth", "list", "--quiet", env=trusted) == ""


def test_a_login_elsewhere_is_theirs_only_when_that_is_asked_for(
    ours: Program, official: Program, tmp_path: Path
) -> None:
    mine, theirs = ours.at(tmp_path), official.at(tmp_path)
    login = ("auth", "login", "--token", official.hub.token("bob"))
    mine.print(*login, env=NO_TOKEN)
    assert not (tmp_path / "token").exists()
    mine.print(*login, "--set-default", env=NO_TOKEN)
    assert "bob" in theirs.print("auth", "whoami", env=NO_TOKEN)


def test_theirs_is_adopted(ours: Program, official: Program, tmp_path: Path) -> None:
    official.at(tmp_path).print("auth", "login", "--token", official.hub.token("bob"), env=NO_TOKEN)
    mine = ours.at(tmp_path)
    assert mine.run("auth", "whoami", env=NO_TOKEN).returncode == 4
    mine.print("auth", "adopt", env=NO_TOKEN)
    assert mine.print("auth", "whoami", env=NO_TOKEN).splitlines()[0] == "bob"


def test_ours_is_read_by_them(official: Program, tmp_path: Path) -> None:
    write_private(tmp_path / "token", official.hub.token("bob"))
    shown = official.at(tmp_path).print("auth", "whoami", env=NO_TOKEN)
    assert "bob" in shown


def test_their_login_with_a_browser_is_ours(official: Program, ours: Program, tmp_path: Path) -> None:
    """Against the embedded Hub's page; 1.1.7 has no such login."""
    if official.name != "2.4.0":
        pytest.skip("it has no login with a browser")
    oauth = official.hub.store.oauth
    before, oauth.interval = oauth.interval, 1.0
    environ = {name: value for name, value in official.at(tmp_path).environ().items() if name != "HF_TOKEN"}
    process = subprocess.Popen(
        [*official.command, "auth", "login"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        shown = ""
        while not (code := re.search("[A-Z]{4}-[A-Z]{4}", shown)):
            line = process.stdout.readline()
            assert line, shown
            shown += line
        identity = official.hub.store.accounts.identify(official.hub.token("alice"))
        assert identity is not None
        assert oauth.decide(code[0], identity, agree=True)
        shown += process.communicate(timeout=30)[0]
        assert process.returncode == 0, shown
    finally:
        process.kill()
        process.wait()
        oauth.interval = before
    trusted = {**NO_TOKEN, "HFCLI_OFFICIAL_ENDPOINT": official.hub.endpoint}
    mine = ours.at(tmp_path)
    assert mine.print("auth", "list", "--quiet", env=trusted) == "oauth-alice"
    assert mine.print("auth", "whoami", "--quiet", env=trusted) == "alice"
