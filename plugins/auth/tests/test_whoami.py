"""``hf auth whoami`` through the real command line, against the embedded Hub."""

from __future__ import annotations

import json
from typing import Any


def test_prints_the_user_and_the_organizations(hub: Any, cli: Any) -> None:
    done = cli("auth", "whoami")
    assert (done.returncode, done.stdout) == (0, "alice\norgs: acme\n")
    assert hub.endpoint in done.stderr


def test_a_user_without_organizations_is_one_line(hub: Any, cli: Any) -> None:
    done = cli("auth", "whoami", token=hub.token("bob"))
    assert (done.returncode, done.stdout) == (0, "bob\n")


def test_the_option_beats_the_environment(hub: Any, cli: Any) -> None:
    done = cli("auth", "whoami", "--quiet", "--token", hub.token("bob"), token=hub.token("alice"))
    assert (done.returncode, done.stdout) == (0, "bob\n")


def test_json_has_the_organizations_as_a_list(hub: Any, cli: Any) -> None:
    done = cli("auth", "whoami", "--json")
    assert json.loads(done.stdout) == {"user": "alice", "orgs": ["acme"], "endpoint": hub.endpoint}


def test_the_old_spelling_answers_the_same(hub: Any, cli: Any) -> None:
    assert cli("whoami").stdout == cli("auth", "whoami").stdout


def test_without_a_token_it_is_exit_4_with_a_hint(hub: Any, cli: Any) -> None:
    done = cli("auth", "whoami", token=None)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("Error: not logged in at ")
    assert "Hint: " in done.stderr


def test_a_refused_token_is_exit_4_and_never_shown(hub: Any, cli: Any) -> None:
    refused = "hf_" + "x" * 34
    done = cli("auth", "whoami", token=refused)
    assert (done.returncode, done.stdout) == (4, "")
    assert refused not in done.stderr


def test_an_unreachable_endpoint_is_exit_6(cli: Any) -> None:
    done = cli("auth", "whoami", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert (done.returncode, done.stdout) == (6, "")
    assert "127.0.0.1" in done.stderr
