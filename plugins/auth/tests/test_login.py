"""``hf auth login``: the token is confirmed before it is kept, kept for its Hub, and never shown."""

from __future__ import annotations

import configparser
import json
import stat
from collections.abc import Callable
from typing import Any

import pytest

REFUSED = "hf_" + "R" * 34


@pytest.fixture
def official(hub: Any) -> dict[str, str]:
    """The environment in which the test's Hub is the one that other programs use."""
    return {"HFCLI_OFFICIAL_ENDPOINT": hub.endpoint}


def test_it_is_kept_in_the_official_files(hub: Any, cli: Any, official: dict[str, str]) -> None:
    token = hub.token("alice")
    done = cli("auth", "login", "--token-stdin", stdin=f"{token}\n", token=None, env=official)
    assert done.returncode == 0, done.stderr
    assert done.lines[:4] == [
        f"Logged in as alice at {hub.endpoint}",
        "token: write for tests",
        "role: write",
        "expires: never",
    ]
    assert done.lines[4:] == [f"kept in: {cli.hf_home / 'stored_tokens'}, which only you may read"]
    assert (cli.hf_home / "token").read_text() == token
    assert (cli.hf_home / "stored_tokens").read_text() == f"[write for tests]\nhf_token = {token}\n\n"
    for name in ("token", "stored_tokens", "token_endpoints.json"):
        assert stat.S_IMODE((cli.hf_home / name).stat().st_mode) == 0o600, name
    assert cli("auth", "whoami", token=None, env=official).lines == ["alice", "orgs: acme"]
    assert cli("auth", "token", token=None, env=official).stdout == f"{token}\n"


def test_another_hub_leaves_the_official_token_alone(hub: Any, cli: Any) -> None:
    token = hub.token("bob")
    own = {"HF_ENDPOINT": None}
    named = ("--endpoint", hub.endpoint, "--name", "mine")
    done = cli("auth", "login", "--token", token, *named, "--json", token=None, env=own)
    assert done.json() == {
        "user": "bob",
        "orgs": [],
        "token_name": "mine",
        "role": "write",
        "scopes": [],
        "expires_at": None,
        "endpoint": hub.endpoint,
        "kept_in": f"{cli.hf_home / 'stored_tokens'}, which only you may read",
    }
    assert "can be seen by other users" in done.stderr
    assert not (cli.hf_home / "token").exists()
    assert cli("auth", "whoami", "--quiet", token=None).stdout == "bob\n"
    again = cli("login", "--token-stdin", "--set-default", "-q", stdin=token, token=None)
    assert (again.returncode, again.stdout) == (0, "bob\n")
    assert (cli.hf_home / "token").read_text() == token


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (REFUSED, "was refused by"),
        ("hf_with space", "is malformed: it has white space"),
        ("hf_two\nlines" + "x" * 20, "is malformed: it has white space or a line break"),
        ("hf_ü" + "x" * 20, "is malformed: it has characters"),
    ],
)
def test_a_bad_token_is_not_kept_and_not_repeated(
    cli: Any, files: Callable[[], dict[str, str]], given: str, says: str
) -> None:
    for words, stdin in [(("--token-stdin",), given), (("--token", given), None)]:
        done = cli("auth", "login", *words, stdin=stdin, token=None)
        assert (done.returncode, done.stdout) == (4, "")
        assert says in done.stderr
        assert given not in done.stderr
    assert not {"hf/token", "hf/stored_tokens", "hf/token_endpoints.json"} & set(files())


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "pass --token-stdin, or --browser"),
        (("--token-stdin",), 2, "the token from standard input is empty"),
        (("--token-stdin", "--browser"), 2, "exclude each other"),
        (("--token", "x" * 20, "--token-stdin"), 2, "exclude each other"),
        (("--token", "", "--name", "a"), 2, "the token from --token is empty"),
        (("--token", REFUSED, "--name", "two\nlines"), 2, "not a name for a token: 'two\\\\nlines'"),
        (("--token", REFUSED, "--name", "default"), 2, "not a name for a token"),
        (("--token", REFUSED, "--endpoint", "http://127.0.0.1:9"), 6, "127.0.0.1"),
        (("--token", REFUSED, "--endpoint", "ftp://x"), 2, "not an http:// or https:// address"),
    ],
)
def test_what_cannot_be(cli: Any, words: tuple[str, ...], code: int, says: str) -> None:
    done = cli("auth", "login", *words, token=None)
    assert (done.returncode, done.stdout) == (code, "")
    assert says.replace("\\\\", "\\") in done.stderr


def test_a_name_belongs_to_one_hub(hub: Any, cli: Any) -> None:
    """Where a token of another Hub has it, `--force` says that this one is not needed any more."""
    (cli.hf_home).mkdir(parents=True)
    old = "hf_" + "o" * 34
    (cli.hf_home / "stored_tokens").write_text(f"[work]\nhf_token = {old}\n\n")
    words = ("auth", "login", "--token-stdin", "--name", "work")
    done = cli(*words, stdin=hub.token("alice"), token=None)
    assert done.returncode == 11
    assert "the name 'work' is that of a token for https://huggingface.co" in done.stderr
    assert old in (cli.hf_home / "stored_tokens").read_text()
    assert cli(*words, "--force", stdin=hub.token("alice"), token=None).returncode == 0
    parser = configparser.RawConfigParser()
    parser.read(cli.hf_home / "stored_tokens")
    assert dict(parser["work"]) == {"hf_token": hub.token("alice")}


def test_a_damaged_list_is_not_overwritten(hub: Any, cli: Any) -> None:
    cli.hf_home.mkdir(parents=True)
    (cli.hf_home / "stored_tokens").write_text("no section\n")
    done = cli("auth", "login", "--token-stdin", stdin=hub.token("alice"), token=None)
    assert done.returncode == 10
    assert (cli.hf_home / "stored_tokens").read_text() == "no section\n"


def test_a_home_that_cannot_be_written(hub: Any, cli: Any) -> None:
    home = {"HF_HOME": "/dev/null/home"}
    done = cli("auth", "login", "--token-stdin", stdin=hub.token("alice"), token=None, env=home)
    assert (done.returncode, done.stdout) == (10, "")
    assert "Cannot write /dev/null/home/stored_tokens.lock" in done.stderr
    for words in [("auth", "list"), ("auth", "status"), ("auth", "logout")]:
        assert "Traceback" not in cli(*words, token=None, env=home).stderr


def test_a_variable_that_hides_the_login_is_told_of(hub: Any, cli: Any) -> None:
    done = cli("auth", "login", "--token-stdin", stdin=hub.token("bob"), token=hub.token("alice"))
    assert done.returncode == 0
    assert "HF_TOKEN is used before the stored token" in done.stderr


def test_a_person_is_told_who_is_logged_in_and_asked(hub: Any, cli: Any) -> None:
    token = hub.token("alice")
    typed = {"browser): ": f"{token}\n"}
    shown = cli.on_terminal("auth", "login", token=None, answers=typed)
    assert shown.returncode == 0
    assert f"Nobody is logged in at {hub.endpoint}" in shown.text
    assert f"Tokens are made at {hub.endpoint}/settings/tokens" in shown.text
    assert "Logged in as alice" in shown.text
    assert token not in shown.text
    again = cli.on_terminal("auth", "login", token=None, answers={"browser): ": f"{hub.token('bob')}\n"})
    assert f"Logged in at {hub.endpoint} as alice, by the token from stored token 'write for tests'" in again.text
    assert cli("auth", "whoami", "-q", token=None).stdout == "bob\n"
    forced = cli.on_terminal("auth", "login", "--force", token=None, answers=typed)
    assert "Logged in at" not in forced.text
    assert cli("auth", "whoami", "-q", token=None).stdout == "alice\n"


def test_ctrl_c_at_the_question_keeps_nothing(cli: Any) -> None:
    shown = cli.on_terminal("auth", "login", token=None, answers={"browser): ": "\x03"})
    assert shown.returncode in (130, -2)
    assert "Traceback" not in shown.text
    assert not (cli.hf_home / "stored_tokens").exists()


def test_a_name_of_the_hub_is_escaped(hub: Any, cli: Any) -> None:
    nasty = hub.store.accounts.create_token("alice", name="a\x1b]0;x\x07\nroot: [b]")
    done = cli("auth", "login", "--token-stdin", stdin=nasty, token=None)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert cli("auth", "list", "--json", token=None).json()[0]["name"] == "oauth-alice"


def test_scopes_are_shown(hub: Any, cli: Any) -> None:
    from hfcli_hub.store.accounts import Scope

    scoped = hub.store.accounts.create_token(
        "alice", role="fineGrained", name="narrow", scopes=[Scope("acme", ("repo.content.read", "repo.write"))]
    )
    done = cli("auth", "login", "--token-stdin", stdin=scoped, token=None)
    assert "scope: repo.content.read, repo.write in acme" in done.lines
    status = json.loads(cli("auth", "status", "--json", token=None).stdout)
    assert status["scopes"] == ["repo.content.read, repo.write in acme"]
