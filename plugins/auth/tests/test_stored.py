"""``hf auth list``, ``switch``, ``logout``, ``adopt``, ``token`` and ``status``: what becomes of kept tokens."""

from __future__ import annotations

from typing import Any

import pytest

ELSEWHERE = "https://huggingface.co"


@pytest.fixture
def two(hub: Any, cli: Any) -> dict[str, str]:
    """Two tokens of the test's Hub, `alice` and then `bob`, and one of elsewhere that another program stored."""
    theirs = "hf_" + "t" * 34
    for user in ("alice", "bob"):
        done = cli("auth", "login", "--token-stdin", "--name", user, stdin=hub.token(user), token=None)
        assert done.returncode == 0, done.stderr
    with (cli.hf_home / "stored_tokens").open("a") as file:
        file.write(f"[theirs]\nhf_token = {theirs}\n\n")
    (cli.hf_home / "token").write_text(theirs)
    (cli.hf_home / "token").chmod(0o600)
    return {"alice": hub.token("alice"), "bob": hub.token("bob"), "theirs": theirs}


def test_the_list_is_masked_and_says_whose_each_is(hub: Any, cli: Any, two: dict[str, str]) -> None:
    done = cli("auth", "list", token=None)
    rows = [line.split() for line in done.lines]
    assert rows[0] == ["NAME", "TOKEN", "ENDPOINT", "EXPIRES", "KEPT_IN"]
    tails = {name: value[-4:] for name, value in two.items()}
    assert ["alice", f"hf_****{tails['alice']}", hub.endpoint, "never", "file"] in rows
    assert ["*", "bob", f"hf_****{tails['bob']}", hub.endpoint, "never", "file"] in rows
    assert ["*", "theirs", f"hf_****{tails['theirs']}", ELSEWHERE, "never", "file"] in rows
    assert not any(value in done.stdout for value in two.values())
    assert cli("auth", "ls", "-q", token=None).lines == ["alice", "bob", "theirs"]


def test_an_empty_list(cli: Any) -> None:
    done = cli("auth", "list", token=None)
    assert (done.returncode, done.stdout) == (0, "No stored tokens.\n")


def test_switch_by_name_and_by_menu(hub: Any, cli: Any, two: dict[str, str]) -> None:
    done = cli("auth", "switch", "--token-name", "alice", token=None)
    assert (done.returncode, done.stdout) == (0, f"The token for {hub.endpoint} is now: alice\n")
    assert cli("auth", "token", token=None).stdout == f"{two['alice']}\n"
    assert (cli.hf_home / "token").read_text() == two["theirs"]
    shown = cli.on_terminal(
        "auth", "switch", "--set-default", token=None, answers={"Number of the token to use: ": "2\n"}
    )
    assert (shown.returncode, f"  2. bob  {hub.endpoint}" in shown.text) == (0, True)
    assert (cli.hf_home / "token").read_text() == two["bob"]
    assert (
        cli.on_terminal("auth", "switch", token=None, answers={"Number of the token to use: ": "9\n"}).returncode == 1
    )
    asked = cli("auth", "switch", token=None)
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "--token-name" in asked.stderr
    missing = cli("auth", "switch", "--token-name", "carol", token=None)
    assert missing.returncode == 5
    assert "stored tokens: alice, bob, theirs" in missing.stderr


def test_logout_of_one_of_this_hub_and_of_all(hub: Any, cli: Any, two: dict[str, str]) -> None:
    one = cli("auth", "logout", "--token-name", "bob", token=None)
    assert (one.returncode, one.stdout) == (0, "Logged out: removed bob\n")
    assert f"stored token 'alice' is still there, and is used for {hub.endpoint}" in one.stderr
    here = cli("logout", token=None)
    assert (here.stdout, here.stderr) == ("Logged out: removed alice\n", "")
    assert cli("auth", "ls", "-q", token=None).lines == ["theirs"]
    assert (cli.hf_home / "token").exists()
    assert cli("auth", "logout", token=None).stdout == "Not logged in: no stored token\n"
    everything = cli("auth", "logout", "--all", "--json", token=hub.token("alice"))
    assert everything.json() == {"removed": ["theirs"], "endpoint": hub.endpoint}
    assert "the token from HF_TOKEN is still there" in everything.stderr
    assert not (cli.hf_home / "token").exists()
    assert not (cli.hf_home / "stored_tokens").exists()
    assert two["alice"][4:] not in (cli.hf_home / "token_endpoints.json").read_text()
    both = cli("auth", "logout", "--all", "--token-name", "x", token=None)
    assert both.returncode == 2


def test_a_token_of_another_program_is_sent_here_only_after_it_was_adopted(hub: Any, cli: Any) -> None:
    cli.hf_home.mkdir(parents=True)
    (cli.hf_home / "token").write_text(hub.token("alice"))
    (cli.hf_home / "token").chmod(0o600)
    before = cli("auth", "whoami", token=None)
    assert before.returncode == 4
    assert f"`hf auth adopt --endpoint {hub.endpoint}`" in before.stderr
    assert len(hub.record) == 0
    assert cli("auth", "ls", "-q", token=None).lines == ["(unnamed)"]
    done = cli("auth", "adopt", "--endpoint", hub.endpoint, token=None)
    assert (done.returncode, done.stdout) == (0, f"The token (unnamed) belongs to {hub.endpoint} now\n")
    assert cli("auth", "whoami", "-q", token=None).stdout == "alice\n"


def test_what_the_hub_refuses_is_not_adopted(hub: Any, cli: Any, two: dict[str, str]) -> None:
    done = cli("auth", "adopt", "--token-name", "theirs", token=None)
    assert (done.returncode, done.stdout) == (4, "")
    assert [row["endpoint"] for row in cli("auth", "list", "--json", token=None).json()][2] == ELSEWHERE
    hub.store.accounts.create_token("bob", value=two["theirs"])
    assert cli("auth", "adopt", "--token-name", "theirs", token=None).returncode == 0
    assert cli("auth", "token", "-q", token=None).stdout == f"{two['theirs']}\n"


def test_without_a_token_there_is_none_to_print(hub: Any, cli: Any) -> None:
    done = cli("auth", "token", token=None)
    assert (done.returncode, done.stdout) == (4, "")
    assert "hf auth login" in done.stderr


def test_status_names_every_source_in_order(hub: Any, cli: Any, two: dict[str, str]) -> None:
    done = cli("auth", "status", token=hub.token("alice"), env={"HF_TOKEN_FILE": str(cli.home / "missing")})
    lines = [" ".join(line.split()) for line in done.lines]
    assert done.returncode == 0, done.stderr
    assert lines[:4] == [
        f"Logged in at {hub.endpoint} as alice",
        "token: write for tests",
        "role: write",
        "expires: never",
    ]
    assert f"in use HF_TOKEN hf_****{two['alice'][-4:]}" in lines
    assert "none HUGGING_FACE_HUB_TOKEN nothing for this Hub" in lines
    assert any(line.startswith("failed HF_TOKEN_FILE Cannot read the token file") for line in lines)
    assert f"not used stored token 'bob' hf_****{two['bob'][-4:]} HF_TOKEN comes first" in lines
    assert not any(value in done.stdout + done.stderr for value in two.values())


def test_status_without_a_valid_token_is_exit_4(hub: Any, cli: Any) -> None:
    none = cli("auth", "status", token=None)
    assert none.returncode == 4
    assert none.stdout.startswith(f"Not logged in at {hub.endpoint}: no token\n")
    refused = cli("auth", "status", "--json", token="hf_" + "R" * 34)
    assert refused.returncode == 4
    assert refused.json()["logged_in"] is False
    off = cli("auth", "status", token=hub.token("alice"), env={"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"})
    assert "HF_HUB_DISABLE_IMPLICIT_TOKEN is set" in off.stdout


def test_a_source_can_be_left_out(hub: Any, cli: Any, two: dict[str, str]) -> None:
    off = {"HFCLI_DISABLED_PROVIDERS": "environment"}
    assert cli("auth", "whoami", "-q", token=hub.token("alice"), env=off).stdout == "bob\n"
    off = {"HFCLI_DISABLED_PROVIDERS": "environment,token-file"}
    assert cli("auth", "whoami", token=hub.token("alice"), env=off).returncode == 4
