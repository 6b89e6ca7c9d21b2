"""Repos whose listing has several pages: small files are on their way before the last of it has come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hfcli_hub.faults import Latency, Status

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

COUNT = 1100
"""More than a page of the listing has."""

FILES = {f"data/{n:04}.txt": b"content %d" % (n // 2) for n in range(COUNT)}
"""Two files always have the same content."""


@pytest.fixture(autouse=True)
def repo(hub: LiveHub) -> None:
    hub.create_repo("alice/many")
    hub.put_files("alice/many", FILES)


def fetched(hub: LiveHub) -> int:
    return hub.record.count(method="GET", path="*/resolve/*")


def check(folder: Path, names: set[str]) -> None:
    found = {path.relative_to(folder).as_posix() for path in (folder / "data").iterdir()}
    assert found == names
    for name in found:
        assert (folder / name).read_bytes() == FILES[name]


def test_what_came_while_the_listing_failed_is_kept(hub: LiveHub, cli: Cli) -> None:
    hub.faults.add(Status(403), path="*/tree/*", nth=2)
    hub.faults.add(Latency(2.5), path="*/tree/*", nth=2)
    first = cli("download", "alice/many")
    assert first.returncode == 4, first.stderr
    early = fetched(hub)
    assert early > 10
    assert not list(cli.hf_home.glob("hub/*/refs/*")), "what is not complete is not to be taken for it"
    hub.faults.clear()
    second = cli("download", "alice/many", "--json")
    assert second.returncode == 0, second.stderr
    # What was begun and not finished when the run ended is asked for again.
    assert COUNT // 2 <= fetched(hub) - 1 <= COUNT // 2 + 48
    (snapshot,) = cli.hf_home.glob("hub/*/snapshots/*")
    check(snapshot, set(FILES))


@pytest.mark.parametrize("place", [[], ["--local-dir", "here"]])
def test_each_content_is_fetched_once_and_all_of_it_counts(hub: LiveHub, cli: Cli, place: list[str]) -> None:
    hub.faults.add(Latency(0.5), path="*/tree/*", nth=2)
    done = cli("download", "alice/many", "--json", "--exclude", "data/0*0.txt", "--exclude", ".gitattributes", *place)
    assert done.returncode == 0, done.stderr
    wanted = {name for name in FILES if not (name.startswith("data/0") and name.endswith("0.txt"))}
    answer = json.loads(done.stdout)
    assert (answer["files"], answer["cached"]) == (len(wanted), 0)
    contents = len({FILES[name] for name in wanted})
    assert fetched(hub) == (len(wanted) if place else contents)
    (folder,) = [cli.work / "here"] if place else cli.hf_home.glob("hub/*/snapshots/*")
    check(folder, wanted)
    assert "here already" not in done.stderr


def test_an_unsafe_name_at_the_end_never_reaches_the_disk(hub: LiveHub, cli: Cli) -> None:
    hub.put_files("alice/many", {"zoo/con.txt": b"a Windows device"})
    done = cli("download", "alice/many", "--local-dir", "here")
    assert done.returncode == 9, done.stderr
    assert "zoo/con.txt" in done.stderr
    assert not (cli.work / "here/zoo").exists()


def test_a_file_of_the_users_is_not_touched(hub: LiveHub, cli: Cli) -> None:
    (cli.work / "here/data").mkdir(parents=True)
    (cli.work / "here/data/0007.txt").write_text("mine")
    done = cli("download", "alice/many", "--local-dir", "here")
    assert done.returncode == 11, done.stderr
    assert (cli.work / "here/data/0007.txt").read_text() == "mine"


def test_a_dry_run_fetches_nothing(hub: LiveHub, cli: Cli) -> None:
    hub.faults.add(Latency(0.5), path="*/tree/*", nth=2)
    assert cli("download", "alice/many", "--dry-run").returncode == 0
    assert fetched(hub) == 0
