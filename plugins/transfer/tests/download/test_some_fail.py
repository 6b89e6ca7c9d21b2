"""A file that cannot be had holds up no other, and is told of in the end (faults.md N7)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hfcli_hub.faults import Close, Status, WrongBytes

if TYPE_CHECKING:
    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

MIB = 1 << 20
LARGE = random.Random(5).randbytes(12 * MIB)
OTHER = random.Random(6).randbytes(9 * MIB)
FILES = {"a.txt": b"a" * 100, "b.txt": b"b" * 100, "c.txt": b"c" * 100, "large.bin": LARGE, "other.bin": OTHER}


@pytest.fixture(autouse=True)
def repo(hub: LiveHub) -> None:
    hub.create_repo("alice/model")
    hub.put_files("alice/model", FILES)


def here(folder: Path) -> set[str]:
    found = {path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")}
    for name in found:
        assert (folder / name).read_bytes() == FILES[name]
    return found


@pytest.mark.parametrize("words", [[], ["--max-workers", "1"]])
def test_a_small_file_with_wrong_bytes(hub: LiveHub, cli: Cli, words: list[str]) -> None:
    hub.faults.add(WrongBytes(), path="*/resolve/*/b.txt")
    done = cli("download", "alice/model", "--local-dir", "here", "--json", *words)
    assert done.returncode == 9
    assert "wrong bytes, twice: b.txt" in done.stderr
    assert "the other 5 of 6 files are here" in done.stderr
    assert done.stdout == ""
    assert here(cli.work / "here") == FILES.keys() - {"b.txt"}
    hub.faults.clear()
    hub.record.clear()
    assert cli("download", "alice/model", "--local-dir", "here").returncode == 0
    assert hub.record.count(path="*/resolve/*") == 1
    assert here(cli.work / "here") == FILES.keys()


def test_a_large_file_that_the_hub_does_not_have(hub: LiveHub, cli: Cli) -> None:
    hub.faults.add(Status(404, headers={"X-Error-Code": "EntryNotFound"}), path="*/resolve/*/large.bin")
    done = cli("download", "alice/model", "--local-dir", "here")
    assert done.returncode == 5, done.stderr
    assert "large.bin" in done.stderr
    assert here(cli.work / "here") == FILES.keys() - {"large.bin"}
    hub.faults.clear()
    assert cli("download", "alice/model", "--local-dir", "here").returncode == 0
    assert here(cli.work / "here") == FILES.keys()


def test_large_files_with_wrong_bytes(hub: LiveHub, cli: Cli) -> None:
    hub.faults.add(WrongBytes(), host="content")
    done = cli("download", "alice/model", "--local-dir", "here", "--json")
    assert done.returncode == 9, done.stderr
    assert {name for name in FILES if f"wrong bytes, twice: {name}" in done.stderr} == {"large.bin", "other.bin"}
    assert here(cli.work / "here") == FILES.keys() - {"large.bin", "other.bin"}


def test_failures_of_several_kinds_are_told_together(hub: LiveHub, cli: Cli) -> None:
    hub.faults.add(Status(404, headers={"X-Error-Code": "EntryNotFound"}), path="*/resolve/*/large.bin")
    hub.faults.add(WrongBytes(), path="*/resolve/*/b.txt")
    done = cli("download", "alice/model", "--local-dir", "here")
    assert done.returncode == 3, done.stderr
    assert "2 of 6 files failed" in done.stderr
    assert "wrong bytes, twice: b.txt" in done.stderr
    assert "large.bin" in done.stderr
    assert here(cli.work / "here") == FILES.keys() - {"b.txt", "large.bin"}


def test_a_branch_is_not_remembered_where_a_file_is_missing(hub: LiveHub, cli: Cli) -> None:
    hub.faults.add(WrongBytes(), path="*/resolve/*/b.txt")
    assert cli("download", "alice/model").returncode == 9
    assert not list(cli.hf_home.glob("hub/*/refs/*"))
    assert cli("download", "alice/model", env={"HF_HUB_OFFLINE": "1"}).returncode == 12


def test_the_only_file_fails_as_it_is(hub: LiveHub, cli: Cli) -> None:
    hub.faults.add(WrongBytes(), path="*/resolve/*/b.txt")
    done = cli("download", "alice/model", "b.txt")
    assert done.returncode == 9
    assert "the other" not in done.stderr


def test_a_network_that_fails_ends_the_run(hub: LiveHub, cli: Cli) -> None:
    hub.faults.add(Close(at="start"), path="*/resolve/*/*.txt")
    done = cli("download", "alice/model", env={"HFCLI_MAX_OUTAGE": "1"})
    assert done.returncode in (6, 7), done.stderr
    assert "files are here" not in done.stderr
