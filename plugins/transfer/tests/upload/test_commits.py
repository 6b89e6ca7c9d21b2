"""How much goes into one commit, and what becomes of more."""

from __future__ import annotations

import pytest
from hfcli_transfer.upload.plan import Large, Small, UploadPlan
from hfcli_transfer.upload.sources import Source


def source(path: str, size: int) -> Source:
    return Source(path, path, size, 0, 0, 0)


def small(path: str, size: int = 10) -> Small:
    return Small(source(path, size), "a" * 40)


@pytest.mark.parametrize(
    ("plan", "counts"),
    [
        (UploadPlan(), [0]),
        (UploadPlan(small=[small(f"{n:05}") for n in range(10_000)]), [10_000]),
        (UploadPlan(small=[small(f"{n:05}") for n in range(10_001)]), [10_000, 1]),
        (UploadPlan(small=[small(f"{n}", 30 << 20) for n in range(5)]), [2, 2, 1]),
        (UploadPlan(large=[Large(source(f"{n}", 30 * 10**9), None) for n in range(3)]), [1, 1, 1]),
        (UploadPlan(large=[Large(source("one", 10**12), None)]), [1]),
    ],
)
def test_files_are_split(plan, counts) -> None:
    parts = plan.commits()
    assert [len(part.small) + len(part.large) for part in parts] == counts
    assert sorted(one.path for part in parts for one in part.sources) == sorted(one.path for one in plan.sources)


def test_what_is_deleted_makes_room_first() -> None:
    plan = UploadPlan(small=[small("b", 60 << 20), small("a", 60 << 20)], deleted=["a/old"])
    first, second = plan.commits()
    assert (first.deleted, second.deleted) == (["a/old"], [])
    assert [one.path for one in first.sources] == ["a"]


@pytest.mark.slow
def test_more_files_than_one_commit_takes(hub, cli, titles) -> None:
    folder = cli.work / "many"
    folder.mkdir()
    for number in range(10_050):
        (folder / f"{number:05}.txt").write_bytes(b"%d" % number)
    result = cli("upload", "many", "./many", "--json", timeout=110)
    assert result.returncode == 0, result.stderr
    assert result.json()["files"] == 10_050
    assert "10050 files go in 2 commits" in result.stderr
    assert titles("alice/many") == [f"Upload folder with hfcli (part {n} of 2)" for n in (2, 1)]
    assert len(hub.list_files("alice/many")) == 10_051
