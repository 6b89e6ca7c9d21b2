from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hfcli_cache.collect import CollectRequest, make_plan
from hfcli_cache.scan import scan_cache
from hfcli_hub.testkit.cached import fill_cache

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli

A, B, C = "a" * 40, "b" * 40, "c" * 40
DAY = 86400.0


@pytest.fixture
def filled(cache: Path) -> Path:
    """Used 10, 20 and 30 days ago; the second has a revision that nothing reaches. 1,000 bytes a revision."""
    for number, commits in enumerate([[A], [A, B], [A]], start=1):
        when = time.time() - 10 * number * DAY
        revisions = {commit: {f"{number}{commit[0]}": 1_000} for commit in commits}
        fill_cache(cache, f"model/org/m{number}", revisions, {"main": A}, accessed=when, modified=when)
    return cache


def test_what_goes(filled: Path) -> None:
    for size, age, left in [
        (None, None, ["m1", "m2", "m2", "m3"]),
        (None, 25, ["m1", "m2", "m2"]),
        (3_000, None, ["m1", "m2", "m3"]),
        (2_000, None, ["m1", "m2"]),
        (1e9, 14, ["m1"]),
        (0, None, []),
    ]:
        request = CollectRequest(str(filled), max_size=size, max_age=age and age * DAY)
        plan = make_plan(scan_cache(str(filled)), request, time.time())
        gone = sorted(removal.repo.name.id[4:] for removal in plan.removals for _ in removal.snapshots)
        assert sorted([*left, *gone]) == ["m1", "m2", "m2", "m3"]
        assert plan.freed() == 1_000 * len(gone)


def test_the_command_line(offline: Cli, filled: Path) -> None:
    assert offline("cache", "gc", "-y").stdout == "Nothing to collect.\n"
    words = ("cache", "gc", "--max-age", "25d", "--max-size", "2kb")
    dry = offline(*words, "--dry-run", "--json").json()
    assert (dry["dry_run"], dry["size"], dry["left"], dry["revisions"]) == (True, 2_000, 2_000, 2)
    done = offline(*words, "-y", "--json").json()
    assert (done["freed"], done["repos_deleted"], done["revisions_deleted"]) == (2_000, 1, 2)
    assert done["plan"] == dry["plan"]
    left = sorted(path.parts[-3].rpartition("--")[2] + path.name[0] for path in filled.glob("*/snapshots/*"))
    assert left == ["m1a", "m2a"]


def test_leftovers_always_go(offline: Cli, filled: Path) -> None:
    """Docs/faults.md, I10."""
    partial = filled / "models--org--m1" / "blobs" / f"{C}.12345678.incomplete"
    partial.write_bytes(b"x" * 4096)
    assert offline("cache", "gc").returncode == 2
    assert partial.exists()
    done = offline("cache", "gc", "--cache-dir", filled, "-y")
    assert done.lines[-1] == "Deleted 1 incomplete download(s); freed 4.1K."
    assert not partial.exists()
    for words in (("--max-size", "many"), ("--max-age", "3 moons")):
        assert offline("cache", "gc", *words).returncode == 2


def test_who_owns_the_bytes(offline: Cli, filled: Path) -> None:
    repo = filled / "models--org--m1"
    (repo / "blobs" / f"{C}.12345678.incomplete").write_bytes(b"x" * 4096)
    (repo / "blobs" / C).write_bytes(b"o" * 30)
    (repo / "trees").mkdir()
    (repo / "trees" / f"{A}.json").write_bytes(b"t" * 50)
    (filled / ".locks" / "models--org--m1").mkdir(parents=True)
    (filled / ".locks" / "models--org--m1" / f"{C}.lock").write_bytes(b"p" * 7)
    (filled / "notes.txt").write_bytes(b"n" * 11)
    for place, size in (("xet/a/chunk", 300), ("assets/lib/x", 500)):
        path = filled.parent / place
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * size)
    rows = {row["owner"]: row for row in offline("cache", "du", "--json").json()}
    assert {owner: row["size"] for owner, row in rows.items()} == {
        "repos": 4_000,
        "unused blobs": 30,
        "partials": 4096,
        "listings": 50 + 3 * 40,
        "locks": 7,
        "other": 11,
        "xet": 300,
        "assets": 500,
    }
    assert (rows["repos"]["files"], rows["xet"]["path"]) == (4, str(filled.parent / "xet"))
    shown = offline("cache", "du", "--cache-dir", filled).lines
    assert shown[0].split() == ["OWNER", "SIZE", "FILES", "PATH"]
    assert shown[-1] == "9.1K in all."
    elsewhere = {"HF_XET_CACHE": str(filled / "none"), "HF_ASSETS_CACHE": str(filled / "none")}
    rows = {row["owner"]: row for row in offline("cache", "du", "--json", env=elsewhere).json()}
    assert (rows["xet"]["size"], rows["assets"]["size"]) == (0, 0)
    assert offline("cache", "du", "--cache-dir", "nowhere").returncode == 5
