"""Without a network: what is here is served, what is not is named."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

    from .conftest import Model

OFFLINE = {"HF_HUB_OFFLINE": "1"}


@pytest.mark.parametrize("pinned", [False, True])
def test_a_complete_repo(hub: LiveHub, cli: Cli, model: Model, pinned: bool) -> None:
    cli("download", "alice/model")
    hub.record.clear()
    revision = ["--revision", model.commit] if pinned else []
    assert cli("download", "alice/model", *revision, env=OFFLINE).lines == [str(model.snapshot)]
    one = cli("download", "alice/model", "config.json", *revision, env=OFFLINE)
    assert one.lines == [str(model.snapshot / "config.json")]
    assert len(hub.record) == 0


def test_one_file_without_a_listing(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model", "config.json")
    hub.record.clear()
    result = cli("download", "alice/model", "config.json", env=OFFLINE)
    assert result.lines == [str(model.snapshot / "config.json")], result.stderr
    missing = cli("download", "alice/model", "README.md", env=OFFLINE)
    assert missing.returncode == 12
    assert "README.md" in missing.stderr
    assert len(hub.record) == 0


def test_an_incomplete_repo_is_no_success(cli: Cli, model: Model) -> None:
    cli("download", "alice/model")
    (model.snapshot / "config.json").resolve().unlink()
    result = cli("download", "alice/model", env=OFFLINE)
    assert result.returncode == 12
    assert "config.json" in result.stderr
    assert result.stdout == ""


def test_nothing_at_all(cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", env=OFFLINE)
    assert result.returncode == 12
    assert "'main'" in result.stderr


def test_from_the_cache_into_a_directory(cli: Cli, model: Model) -> None:
    cli("download", "alice/model")
    assert cli("download", "alice/model", "--local-dir", "here", env=OFFLINE).lines == ["here"]
    assert (cli.work / "here" / "config.json").read_bytes() == model.files["config.json"]


def test_a_cache_that_cannot_be_written_is_read_all_the_same(hub: LiveHub, cli: Cli, model: Model) -> None:
    """No file may grow at all, which also stops a superuser, for whom permissions do not count."""
    cli("download", "alice/model")
    hub.repo("alice/model").git.create_branch("new", model.commit)
    process = cli.popen(
        *("download", "alice/model", "--revision", "new"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout.decode()) == (0, f"{model.snapshot}\n"), stderr
    assert not (model.cached / "refs" / "new").exists()
