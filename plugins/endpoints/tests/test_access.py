"""To whom the token is sent: the service is another origin than the Hub (faults.md S06, S29)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.testkit.hub import running_hub


def store_token(cli: Any, token: str, endpoint: str) -> None:
    """As a login at ``endpoint`` leaves it."""
    from hashlib import sha256

    cli.hf_home.mkdir(parents=True, exist_ok=True)
    (cli.hf_home / "token").write_text(token)
    (cli.hf_home / "token").chmod(0o600)
    record = {"format_version": 1, "endpoints": {sha256(token.encode()).hexdigest(): endpoint}}
    (cli.hf_home / "token_endpoints.json").write_text(json.dumps(record))


def authorized(hub: Any) -> list[str]:
    return [request.path for request in hub.record.find() if "authorization" in request.headers]


def test_a_stored_token_goes_to_the_service_of_its_own_hub(service: Any, hub: Any, cli: Any) -> None:
    store_token(cli, hub.token("alice"), hub.endpoint)
    assert cli("endpoints", "ls", token=None).returncode == 0


def test_a_stored_token_goes_to_no_other_origin(service: Any, hub: Any, cli: Any, tmp_path: Path) -> None:
    store_token(cli, hub.token("alice"), hub.endpoint)
    with running_hub(tmp_path / "other") as other:
        env = {"HF_ENDPOINTS_API": other.endpoints_api, "HF_ENDPOINTS_CATALOG": other.endpoints_catalog}
        for words in (["ls"], ["describe", "x"], ["catalog", "deploy", "--repo", "openai/gpt-oss-20b"]):
            done = cli("endpoints", *words, token=None, env=env)
            assert done.returncode == 4, done.stderr
        assert authorized(other) == []
        assert hub.endpoint in done.stderr, "the hint says where the token belongs"
        assert cli("endpoints", "ls", token=other.token("alice"), env=env, timeout=30).returncode == 4, (
            "whoami is the Hub's"
        )
        given = cli("endpoints", "ls", "--namespace", "alice", token=other.token("alice"), env=env)
        assert (given.returncode, given.stdout) == (0, "No results found.\n")


def test_the_official_service_gets_nothing_that_is_meant_for_another_hub(service: Any, hub: Any, cli: Any) -> None:
    env = {"HF_ENDPOINTS_API": None, "HF_ENDPOINTS_CATALOG": None}
    for words in (["ls"], ["catalog", "ls"], ["wait", "x", "--namespace", "alice"]):
        done = cli("endpoints", *words, env=env)
        assert (done.returncode, done.stdout) == (2, "")
        assert "belongs to https://huggingface.co" in done.stderr
        assert "HF_ENDPOINTS_" in done.stderr
    assert hub.record.count() == 0


def test_a_running_endpoints_own_address_is_never_asked(endpoint: Any, hub: Any, cli: Any) -> None:
    endpoint()
    assert cli("endpoints", "wait", "my-endpoint").returncode == 0
    assert hub.record.count(path="*/at/*") == 0


def test_who_may_not_is_told_so(endpoint: Any, hub: Any, cli: Any) -> None:
    endpoint()
    nobody = cli("endpoints", "ls", token=None)
    assert (nobody.returncode, nobody.stdout) == (4, "")
    stranger = cli("endpoints", "ls", "--namespace", "alice", token=hub.token("bob"))
    assert stranger.returncode == 4
    assert "no access to the endpoints of alice" in stranger.stderr
    reader = cli("endpoints", "pause", "my-endpoint", token=hub.token("alice", "read"))
    assert reader.returncode == 4
    assert "role read" in reader.stderr
    refused = cli("endpoints", "ls", "--namespace", "alice", token="hf_" + "x" * 34)
    assert refused.returncode == 4
    assert f"{hub.endpoint}/settings/tokens" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["ls"],
        ["catalog", "ls"],
        [
            "deploy",
            "x",
            "--repo",
            "a/b",
            "--framework",
            "f",
            "--accelerator",
            "cpu",
            "--instance-type",
            "t",
            "--instance-size",
            "s",
            "--namespace",
            "alice",
        ],
    ],
)
def test_a_service_that_cannot_be_reached(cli: Any, words: list[str]) -> None:
    gone = "http://127.0.0.1:9"
    env = {"HF_ENDPOINT": gone, "HF_ENDPOINTS_API": f"{gone}/v2", "HF_ENDPOINTS_CATALOG": gone}
    done = cli("endpoints", *words, env=env)
    assert (done.returncode, done.stdout) == (6, "")
    assert len(done.stderr.splitlines()) <= 5


def test_answers_that_make_no_sense(service: Any, hub: Any, cli: Any) -> None:
    from hfcli_hub.faults import Status

    for body in ("[]", '{"items": 7}', '{"name": 7}', "null", "{"):
        hub.faults.add(Status(200, body=body), path="*/endpoint/*", times=2)
        for words in (["ls"], ["describe", "x"]):
            done = cli("endpoints", *words)
            assert (done.returncode, done.stdout) == (9, ""), (body, words)
    hub.faults.add(Status(200, body='{"vendors": [{"name": 1}]}'), path="*/provider/*")
    assert cli("endpoints", "hardware").returncode == 9
