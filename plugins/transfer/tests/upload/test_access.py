"""Who may upload where, and what those who may not are told."""

from __future__ import annotations

import pytest


def refused(result, code: int = 4) -> str:
    """The first line, once it is certain that the rest is as it should be."""
    assert (result.returncode, result.stdout) == (code, ""), result.stderr
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Warning")]
    assert lines[0].startswith("Error: ")
    assert len(lines) <= 3
    return lines[0]


def test_without_a_token_nothing_is_asked(hub, cli, model) -> None:
    result = cli("upload", "alice/m", "./model", token=None)
    assert "needs a token" in refused(result)
    assert hub.record.count() == 0


def test_a_stored_token_for_another_hub_is_not_sent(hub, cli, model) -> None:
    cli.hf_home.mkdir()
    (cli.hf_home / "token").write_text(hub.token("alice"))
    result = cli("upload", "alice/m", "./model", token=None)
    assert "needs a token" in refused(result)
    assert hub.endpoint in result.stderr
    assert hub.record.count() == 0


def test_a_token_that_is_no_longer_good(hub, cli, model) -> None:
    result = cli("upload", "alice/m", "./model", token="hf_gone")
    assert "refused" in refused(result)
    assert "hf_gone" not in result.stderr


def test_a_token_that_may_only_read(hub, cli, model) -> None:
    hub.create_repo("alice/m")
    for repo in ("alice/m", "alice/new"):
        result = cli("upload", repo, "./model", token=hub.token("alice", "read"))
        refused(result)
        assert "read" in result.stderr or "may not create" in result.stderr
    assert hub.list_files("alice/m") == [".gitattributes"]
    assert hub.record.count(method="PUT") == 0


@pytest.mark.parametrize("private", [True, False])
def test_the_repo_of_another(hub, cli, model, private) -> None:
    hub.create_repo("bob/m", private=private)
    refused(cli("upload", "bob/m", "./model"))
    assert hub.list_files("bob/m") == [".gitattributes"]
    assert hub.record.count(method="PUT") == 0


def test_a_gated_repo_of_another(hub, cli, model) -> None:
    hub.create_repo("bob/m", gated=True)
    refused(cli("upload", "bob/m", "./model"))


def test_the_namespace_of_another_and_one_that_nobody_has(hub, cli, model) -> None:
    for repo in ("bob/new", "nobody/new"):
        assert "may not create" in refused(cli("upload", repo, "./model"))
        assert hub.store.find_repo("model", repo) is None


def test_an_organization_of_ones_own(hub, cli, model) -> None:
    assert cli("upload", "acme/m", "./model").lines == [f"{hub.endpoint}/acme/m/tree/main/"]


def test_a_repo_that_was_moved(hub, cli, model) -> None:
    hub.store.move_repo(hub.create_repo("alice/old"), "acme/new")
    result = cli("upload", "alice/old", "./model")
    assert result.returncode == 0, result.stderr
    assert hub.read_file("acme/new", "model.safetensors") == (model / "model.safetensors").read_bytes()
    assert hub.record.credentials_at_content() == []


def test_no_hub_at_all(cli, model) -> None:
    result = cli("upload", "alice/m", "./model", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert "127.0.0.1" in refused(result, 6)


def test_offline(cli, model) -> None:
    assert "offline" in refused(cli("upload", "alice/m", "./model", env={"HF_HUB_OFFLINE": "1"}), 12)
