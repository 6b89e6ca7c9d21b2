"""What the options are, what they become in a request, and what is said of values that make no sense."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_core.api import Repo, UsageError
from hfcli_hub.faults import Stall
from hfcli_transfer.cli.download import download_command
from hfcli_transfer.download.request import DownloadRequest

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

    from .conftest import Model


def parsed(*words: str) -> dict[str, Any]:
    return download_command.make_context("download", ["alice/model", *words]).params


def test_what_options_become() -> None:
    given = parsed(
        "--connections=4", "--limit-rate", "1.5MiB", "--transport=http", "--lock-timeout=2m", "--max-workers=3"
    )
    assert (given["connections"], given["limit_rate"], given["max_workers"]) == (4, 1_572_864, 3)
    assert (given["transport"], given["lock_timeout"]) == ("http", 120.0)
    assert not given["force"]
    assert not given["force_download"]
    assert parsed("--force")["force"]
    assert not parsed("--force")["force_download"]
    assert parsed("--force-download")["force_download"]


def test_what_is_left_open_is_for_the_engine_to_choose() -> None:
    options = parsed()
    for name in ("repo_id", "repo_type", "revision", "token", "filenames"):
        del options[name]
    assert DownloadRequest(Repo("model", "alice/model"), **options) == DownloadRequest(Repo("model", "alice/model"))
    request = DownloadRequest(Repo("model", "alice/model"))
    assert request.transport == "auto"
    assert [request.connections, request.limit_rate, request.lock_timeout, request.max_workers] == [None] * 4


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--connections", "0"], "'--connections': 0 is not in the range 1<=x<=256", "--help"),
        (["--connections", "257"], "'--connections': 257", "--help"),
        (["--connections", "many"], "'many'", "--help"),
        (["--max-workers", "0"], "'--max-workers': 0", "--help"),
        (["--limit-rate", "0"], "invalid value for '--limit-rate': '0'", "20M, 500k or 1.5MiB"),
        (["--limit-rate=-5M"], "invalid value for '--limit-rate': '-5M'", "20M, 500k or 1.5MiB"),
        (["--limit-rate", "20Mbit"], "invalid value for '--limit-rate': '20Mbit'", "20M, 500k or 1.5MiB"),
        (["--lock-timeout", "soon"], "invalid value for '--lock-timeout': 'soon'", "30s, 5m or 10"),
        (["--transport", "carrier-pigeon"], "is named 'carrier-pigeon'", "one of auto, http"),
        (["--transport", "lfs"], "no storage backend to read with is named 'lfs'", "one of auto, http"),
        (["--transport", "xet"], "backend xet comes with the plugin hfcli-xet, which is not", "pip install hfcli-xet"),
    ],
)
def test_values_that_make_no_sense(hub: LiveHub, cli: Cli, arguments: list[str], error: str, hint: str) -> None:
    result = cli("download", "alice/model", *arguments)
    assert result.returncode == 2, result.stderr
    first, second = result.stderr.splitlines()
    assert error in first
    assert first.startswith("Error: ")
    assert second.startswith("Hint: ")
    assert hint in second
    assert len(hub.record) == 0


@pytest.mark.parametrize("name", ["config.json", "README.md"])
def test_an_empty_word_is_refused_wherever_it_stands(name: str) -> None:
    for part in ("filenames", "include", "exclude"):
        with pytest.raises(UsageError, match="empty"):
            DownloadRequest(Repo("model", "alice/model"), **{part: (name, "")})


@pytest.mark.parametrize(
    ("words", "alone"),
    [
        ({"filenames": ("a", "b/c")}, True),
        ({}, False),
        ({"filenames": ("a", "b/")}, False),
        ({"filenames": ("a", "b[1]")}, False),
        ({"filenames": ("a",), "include": ("b",)}, False),
        ({"filenames": ("a",), "exclude": ("b",)}, False),
        ({"include": ("a",)}, False),
    ],
)
def test_names_alone(words: dict[str, Any], alone: bool) -> None:
    assert DownloadRequest(Repo("model", "alice/model"), **words).names_alone is alone


def test_a_named_transport_is_used(hub: LiveHub, cli: Cli, model: Model) -> None:
    result = cli("download", "alice/model", "config.json", "--transport", "http", "--json")
    assert result.json()["bytes"] == len(model.files["config.json"])


def test_a_lock_that_another_process_holds_is_waited_for_as_long_as_said(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Stall(at=100_000), host="content")
    cli.popen("download", "alice/model", "model.safetensors")
    until = time.monotonic() + 20
    while not any(partial.stat().st_size > 50_000 for partial in model.partials):
        assert time.monotonic() < until, "the other process has not begun"
        time.sleep(0.01)
    at = time.monotonic()
    result = cli("download", "alice/model", "model.safetensors", "--lock-timeout", "500ms")
    assert result.returncode == 14, result.stderr
    assert time.monotonic() - at < 20, "the setting is ten minutes"


def everything(home: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in sorted(home.rglob("*"))}


@pytest.mark.parametrize(
    "selection",
    [
        ["config.json"],
        ["config.json", "--include=*.md", "--exclude=onnx/"],
        ["./onnx/", "*.jsn"],
        ["confg.json"],
        ["--include=*.jsn"],
        ["--exclude=*"],
        ["--local-dir=here"],
        ["--local-dir=here", "config.json", "--force"],
        ["--cache-dir=there", "--force-download"],
        ["--revision=nope"],
    ],
    ids=" ".join,
)
def test_a_dry_run_writes_nothing(hub: LiveHub, cli: Cli, model: Model, selection: list[str]) -> None:
    cli("download", "alice/model", "README.md")
    (cli.work / "here").mkdir()
    (cli.work / "here" / "config.json").write_bytes(b"changed")
    hub.record.clear()
    before = everything(cli.home)
    cli("download", "alice/model", *selection, "--dry-run")
    assert everything(cli.home) == before
    assert hub.record.count(path="*/resolve/*") == 0


@pytest.mark.parametrize("where", [[], ["--local-dir=here"]])
def test_a_dry_run_does_not_try_out_the_disk(hub: LiveHub, cli: Cli, where: list[str]) -> None:
    hub.create_repo("alice/case")
    hub.put_files("alice/case", {"a.txt": b"small", "A.txt": b"large"})
    cli("download", "--help")
    before = everything(cli.home)
    assert cli("download", "alice/case", "--dry-run", *where, "--include=?.txt").returncode == 0
    assert everything(cli.home) == before
