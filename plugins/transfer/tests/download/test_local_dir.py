"""Plain files in a directory of the user's, whose own work is never lost."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

    from .conftest import Model

    Contents = Callable[[Path], dict[str, bytes]]


@pytest.mark.parametrize("given", ["./models/m", "models/m", "models/m/"])
def test_the_answer_begins_as_written(cli: Cli, model: Model, contents: Contents, given: str) -> None:
    assert cli("download", "alice/model", "--local-dir", given).lines == [given]
    assert contents(cli.work / "models" / "m") == model.files
    one = cli("download", "alice/model", "onnx/config.json", f"--local-dir={given}")
    assert one.lines == [f"{given.rstrip('/')}/onnx/config.json"]
    assert not (cli.hf_home / "hub").exists()


def test_again_nothing_is_fetched(hub: LiveHub, cli: Cli, model: Model) -> None:
    cli("download", "alice/model", "--local-dir", "here")
    before = (cli.work / "here" / "config.json").stat().st_mtime_ns
    hub.record.clear()
    result = cli("download", "alice/model", "--local-dir", "here", "--json").json()
    assert (result["bytes"], result["cached"]) == (0, 7)
    assert hub.record.count(path="*/resolve/*") == 0
    assert (cli.work / "here" / "config.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("names", [[], ["config.json"]])
def test_a_complete_commit_needs_no_question(hub: LiveHub, cli: Cli, model: Model, names: list[str]) -> None:
    arguments = ["download", "alice/model", *names, "--local-dir", "here", "--revision", model.commit]
    cli(*arguments)
    hub.record.clear()
    assert cli(*arguments).returncode == 0
    assert len(hub.record) == 0


def test_what_the_cache_has_is_copied(hub: LiveHub, cli: Cli, model: Model, contents: Contents) -> None:
    cli("download", "alice/model")
    hub.record.clear()
    result = cli("download", "alice/model", "--local-dir", "here", "--json").json()
    assert (result["bytes"], hub.record.count(path="*/resolve/*")) == (0, 0)
    assert contents(cli.work / "here") == model.files
    assert not (cli.work / "here" / "config.json").is_symlink()


def test_a_damaged_blob_of_the_cache_is_not_copied(cli: Cli, model: Model, contents: Contents) -> None:
    cli("download", "alice/model")
    (model.snapshot / "config.json").resolve().write_bytes(b'{"a": 2}\n')
    assert cli("download", "alice/model", "--local-dir", "here").returncode == 0
    assert contents(cli.work / "here") == model.files


def test_files_of_a_newer_commit_replace_untouched_ones(
    hub: LiveHub, cli: Cli, model: Model, contents: Contents
) -> None:
    cli("download", "alice/model", "--local-dir", "here")
    hub.put_files("alice/model", {"config.json": b"newer"})
    result = cli("download", "alice/model", "--local-dir", "here", "--json").json()
    assert result["bytes"] == len(b"newer")
    assert contents(cli.work / "here") == {**model.files, "config.json": b"newer"}


def edit(path: Path, content: bytes) -> None:
    """As a person would, a while after the download."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    later = time.time() + 60
    os.utime(path, (later, later))


def test_a_changed_file_is_never_replaced_unasked(hub: LiveHub, cli: Cli, model: Model, contents: Contents) -> None:
    cli("download", "alice/model", "config.json", "--local-dir", "here")
    edit(cli.work / "here" / "config.json", b"my own")
    hub.record.clear()
    refused = cli("download", "alice/model", "--local-dir", "here")
    assert refused.returncode == 11
    assert "config.json" in refused.stderr
    assert "--force" in refused.stderr
    assert contents(cli.work / "here") == {"config.json": b"my own"}
    assert hub.record.count(path="*/resolve/*") == 0
    assert cli("download", "alice/model", "--local-dir", "here", "--exclude=config.json").returncode == 0
    assert cli("download", "alice/model", "--local-dir", "here", "--force").returncode == 0
    assert contents(cli.work / "here") == model.files


@pytest.mark.parametrize(
    ("option", "fetched"), [("--force", {"config.json"}), ("--force-download", {"config.json", "README.md"})]
)
def test_what_is_fetched_to_replace_a_changed_file(
    hub: LiveHub, cli: Cli, model: Model, contents: Contents, option: str, fetched: set[str]
) -> None:
    names = ("config.json", "README.md")
    cli("download", "alice/model", *names, "--local-dir", "here")
    edit(cli.work / "here" / "config.json", b"my own")
    hub.record.clear()
    assert cli("download", "alice/model", *names, "--local-dir", "here", option).returncode == 0
    assert {request.path.rpartition("/")[2] for request in hub.record.find(path="*/resolve/*")} == fetched
    assert contents(cli.work / "here") == {name: model.files[name] for name in names}


@pytest.mark.parametrize("option", ["--force", "--force-download"])
def test_a_changed_file_is_replaced_from_the_cache_by_force_alone(
    hub: LiveHub, cli: Cli, model: Model, contents: Contents, option: str
) -> None:
    cli("download", "alice/model", "config.json")
    edit(cli.work / "here" / "config.json", b"my own")
    hub.record.clear()
    arguments = ["download", "alice/model", "config.json", "--local-dir", "here", "--revision", model.commit]
    assert cli(*arguments, option).returncode == 0
    assert hub.record.count(path="*/resolve/*") == (0 if option == "--force" else 1)
    assert contents(cli.work / "here") == {"config.json": model.files["config.json"]}


def test_force_has_no_meaning_for_the_cache(cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", "--force")
    assert (result.returncode, model.cached.exists()) == (2, False)
    assert "--force-download" in result.stderr


def test_a_file_that_was_never_downloaded_is_kept_or_adopted(cli: Cli, model: Model) -> None:
    edit(cli.work / "here" / "config.json", model.files["config.json"])
    assert cli("download", "alice/model", "config.json", "--local-dir", "here", "--json").json()["bytes"] == 0
    edit(cli.work / "here" / "README.md", b"my own")
    assert cli("download", "alice/model", "README.md", "--local-dir", "here").returncode == 11


def test_a_directory_in_the_place_of_a_file(cli: Cli, model: Model) -> None:
    (cli.work / "here" / "config.json").mkdir(parents=True)
    assert cli("download", "alice/model", "--local-dir", "here").returncode == 11


def test_a_file_in_the_place_of_a_directory(cli: Cli, model: Model) -> None:
    edit(cli.work / "here" / "onnx", b"my own")
    assert cli("download", "alice/model", "--local-dir", "here").returncode == 11
    assert (cli.work / "here" / "onnx").read_bytes() == b"my own"


@pytest.mark.parametrize("link", ["onnx", ".cache", "config.json"])
def test_no_link_leads_out_of_the_directory(cli: Cli, model: Model, contents: Contents, link: str) -> None:
    outside = cli.work / "outside"
    outside.mkdir()
    (outside / "mine").write_bytes(b"mine")
    (cli.work / "here").mkdir()
    (cli.work / "here" / link).symlink_to(outside / "mine" if link == "config.json" else outside)
    result = cli("download", "alice/model", "--local-dir", "here")
    assert result.returncode in (9, 11), result.stderr
    assert contents(outside) == {"mine": b"mine"}


def test_not_together_with_a_cache_dir(cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", "--local-dir", "here", "--cache-dir", "there")
    assert result.returncode == 2
    assert list(cli.work.iterdir()) == []


def test_many_workers_in_one_directory(hub: LiveHub, cli: Cli, contents: Contents) -> None:
    files = {f"data/{number:03}/part.txt": b"%d" % number for number in range(60)}
    hub.create_repo("alice/many")
    hub.put_files("alice/many", files)
    assert cli("download", "alice/many", "--local-dir", "here", "--max-workers", "16").returncode == 0
    assert contents(cli.work / "here") == files
