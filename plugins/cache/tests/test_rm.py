from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from hfcli_cache.removal.carry_out import carry_out
from hfcli_cache.scan import scan_cache
from hfcli_cache.targets import find_targets
from hfcli_core.api import UsageError
from hfcli_hub.testkit.cached import fill_cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli

A, B, C, D = "a1" + "a" * 38, "b" * 40, "c" * 40, "a2" + "d" * 38


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}


def size_of(folder: Path) -> int:
    """Bytes of all contents below a folder, each once."""
    stats = [path.lstat() for path in folder.glob("**/blobs/**/*") if path.is_file() and not path.is_symlink()]
    return sum({stat.st_ino: stat.st_size for stat in stats}.values())


@pytest.fixture
def filled(cache: Path) -> Path:
    """Two revisions that share a file, and another repo."""
    fill_cache(
        cache,
        "model/org/big",
        {A: {"w": 5_000, "sub/c": b"{}"}, B: {"w": 5_000, "x": 1_000}},
        {"main": A, "refs/pr/1": B},
    )
    (cache / "models--org--big" / "trees").mkdir()
    (cache / "models--org--big" / "trees" / f"{B}.json").write_text("{}")
    fill_cache(cache, "dataset/gpt2", {C: {"d": 2_500}, D: {"d": 2_500}}, {"main": C})
    return cache


@contextmanager
def locked(cache: Path, folder: str, etag: str) -> Iterator[None]:
    """As a client that is downloading this content."""
    place = cache / ".locks" / folder / f"{etag}.lock"
    place.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(place, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def test_a_revision_by_a_prefix_goes_with_its_ref_and_its_own_blobs(offline: Cli, filled: Path) -> None:
    before = size_of(filled)
    done = offline("cache", "rm", "bbbb", "--json", "-y")
    assert done.returncode == 0, done.stderr
    data = done.json()
    assert (data["repos_deleted"], data["revisions_deleted"], data["freed"]) == (0, 1, 1_000)
    assert before - size_of(filled) == 1_000
    assert f"Delete snapshot: ~/hf/hub/models--org--big/snapshots/{B}" in done.stderr
    assert "Delete ref: ~/hf/hub/models--org--big/refs/refs/pr/1" in done.stderr
    left = {name for name in everything(filled) if not name.startswith(".locks")}
    assert not any(B in name or "pr/1" in name for name in left)
    assert (filled / "models--org--big" / "snapshots" / A / "w").stat().st_size == 5_000
    assert not (filled / "models--org--big" / "refs" / "refs").exists()


def test_what_words_mean(filled: Path) -> None:
    scan = scan_cache(str(filled))

    def found(*words: str) -> tuple[list[str], list[str], dict[str, list[str]]]:
        targets = find_targets(scan, words)
        repos = [str(repo.name) for repo in targets.repos.values()]
        files = {commit: paths for one in targets.files.values() for commit, paths in one.items()}
        return repos, list(targets.named), files

    for words, repos, revisions in [
        (["model/org/big"], ["model/org/big"], []),
        (["Model/Org/BIG"], ["model/org/big"], []),
        (["models/org/big", "gpt2"], ["model/org/big", "dataset/gpt2"], []),
        (["*/gpt*"], ["dataset/gpt2"], []),
        (["org/*"], ["model/org/big"], []),
        (["hf://datasets/gpt2"], ["dataset/gpt2"], []),
        ([A, "BBBB"], [], [A, B]),
        (["hf://org/big@main"], [], [A]),
        (["hf://org/big@refs/pr/1"], [], [B]),
        (["aaaa", "model/none"], [], []),
    ]:
        assert found(*words)[:2] == (repos, revisions), words
    assert found("hf://org/big/w")[2] == {A: ["w"], B: ["w"]}
    assert found("hf://org/big@refs/pr/1/w")[2] == {B: ["w"]}
    assert found("hf://org/big/sub")[2] == {A: ["sub/c"]}
    assert found("hf://org/big/*")[2] == {A: ["w", "sub/c"], B: ["w", "x"]}
    assert found("hf://datasets/gpt2/d")[2] == {C: ["d"], D: ["d"]}
    with pytest.raises(UsageError, match="begins the hash of 2 revisions"):
        find_targets(scan_cache(str(twins(filled))), ["feed"])


def twins(cache: Path) -> Path:
    fill_cache(cache, "model/twins", {"feed1".ljust(40, "0"): {}, "feed2".ljust(40, "0"): {}})
    return cache


def test_a_file_goes_from_every_revision(offline: Cli, filled: Path) -> None:
    done = offline("cache", "rm", "hf://org/big/w", "hf://org/big/sub/c", "-y", "--json")
    assert (done.json()["files_deleted"], done.json()["freed"]) == (3, 5_002)
    left = everything(filled / "models--org--big" / "snapshots")
    assert left == {f"{B}/x"}
    assert not (filled / "models--org--big" / "snapshots" / A / "sub").exists()


def test_a_whole_repo_leaves_nothing(offline: Cli, filled: Path) -> None:
    repo = filled / "models--org--big"
    (repo / "blobs" / "foreign.txt").write_text("mine")
    (repo / "blobs" / f"{C}.12345678.incomplete").write_bytes(b"1234")
    (repo / "blobs" / f"{C}.12345678.journal").write_bytes(b"j")
    (repo / "snapshots" / "odd").write_text("x")
    (repo / "anything" / "else").mkdir(parents=True)
    freed = size_of(repo) - len(b"j")
    plan = offline("cache", "rm", "model/org/big", "--dry-run", "--json").json()
    assert (plan["dry_run"], plan["size"], plan["repos"]) == (True, freed, 1)
    done = offline("cache", "rm", "-", "--json", "-y", stdin="model/org/big\n\n")
    assert (done.returncode, done.json()["freed"], done.json()["plan"]) == (0, freed, plan["plan"])
    assert not repo.exists()
    assert (filled / "datasets--gpt2").exists()
    assert offline("cache", "rm", "dataset/*", "-y").returncode == 0
    assert {path.name for path in filled.iterdir()} == {".locks"}


def test_content_with_other_names_is_not_freed(offline: Cli, cache: Path) -> None:
    """Where links are impossible, ours are hard links: as many bytes as go with the last of them."""
    repo = fill_cache(cache, "model/org/hard", {A: {"w": 5_000}, B: {"w": 5_000}}, {"main": A})
    for commit in (A, B):
        pointer = repo / "snapshots" / commit / "w"
        blob = pointer.resolve()
        pointer.unlink()
        pointer.hardlink_to(blob)
    assert offline("cache", "ls", "--json").json()[0]["size_on_disk"] == 5_000
    assert offline("cache", "rm", B, "-y", "--json").json()["freed"] == 0
    assert (repo / "snapshots" / A / "w").stat().st_nlink == 2
    assert offline("cache", "rm", "model/org/hard", "-y", "--json").json()["freed"] == 5_000


def test_nothing_to_delete(offline: Cli, filled: Path) -> None:
    done = offline("cache", "rm", "-y")
    assert (done.returncode, done.stdout) == (0, "Nothing to delete.\n")
    done = offline("cache", "rm", "-", "--yes", stdin="\n")
    assert (done.returncode, done.stdout) == (0, "Nothing to delete.\n")
    for words, code, says in [
        ((), 2, "nothing is named"),
        (("model/org/bag", "-y"), 5, "did you mean model/org/big"),
        (("nothing/*", "-y"), 15, "nothing in the cache matches"),
        (("model/org/big",), 2, "pass --yes"),
        (("hf://", "-y"), 2, "Invalid"),
        (("model/x", "--cache-dir", "nowhere", "-y"), 5, "Cache directory not found"),
    ]:
        done = offline("cache", "rm", *words)
        assert done.returncode == code, words
        assert says in done.stderr
    assert size_of(filled) == 8_502
    done = offline("cache", "rm", "model/none", C, "-y")
    assert done.returncode == 0
    assert "Warning: not in the cache: model/none" in done.stderr


def test_a_repo_that_is_being_downloaded_is_left(offline: Cli, filled: Path) -> None:
    """Docs/faults.md, C4."""
    before = everything(filled)
    with locked(filled, "models--org--big", "f" * 40):
        done = offline("cache", "rm", "model/org/big", "-y")
        assert (done.returncode, "in use by another process" in done.stderr) == (14, True)
        assert everything(filled) >= before
        done = offline("cache", "rm", B, "dataset/gpt2", "-y", "--json")
        assert done.returncode == 3
        assert not (filled / "datasets--gpt2").exists()
        assert (filled / "models--org--big" / "snapshots" / B / "w").is_file()
        assert offline("cache", "prune", "-y").returncode == 0
    assert offline("cache", "rm", "model/org/big", "-y").returncode == 0


def test_what_came_while_a_question_was_answered_stays(filled: Path) -> None:
    scan = scan_cache(str(filled))
    plan = find_targets(scan, [B]).plan(scan)
    (filled / "models--org--big" / "refs" / "v2").write_text(B)
    outcome = carry_out(plan, lambda _line: None, lambda _line: None)
    assert (outcome.revisions, [one.reason.partition(";")[0] for one in outcome.skipped]) == (
        0,
        ["its refs have changed meanwhile"],
    )
    scan = scan_cache(str(filled))
    plan = find_targets(scan, [B]).plan(scan)
    pointer = filled / "models--org--big" / "snapshots" / A / "late"
    pointer.symlink_to(f"../../blobs/{(filled / 'models--org--big' / 'snapshots' / B / 'x').resolve().name}")
    outcome = carry_out(plan, lambda _line: None, lambda _line: None)
    assert (outcome.revisions, outcome.freed, pointer.stat().st_size) == (1, 0, 1_000)


def test_no_link_is_followed_out_of_the_cache(offline: Cli, filled: Path, tmp_path: Path) -> None:
    """Docs/faults.md, S18: whatever is planted, what it leads to stays."""
    outside = tmp_path / "outside"
    (outside / "sub").mkdir(parents=True)
    for name in ("precious", "sub/precious", "snapshots"):
        (outside / name).write_text("precious") if name != "snapshots" else (outside / name).mkdir()
    fill_cache(outside, "model/away", {A: {"w": b"precious"}}, {"main": A})
    before = everything(outside)
    repo = filled / "models--org--big"
    (repo / "snapshots" / A / "out").symlink_to(outside / "precious")
    (repo / "snapshots" / A / "folder").symlink_to(outside / "sub")
    (repo / "snapshots" / C).symlink_to(outside / "sub")
    (repo / "blobs" / ("e" * 40)).symlink_to(outside / "precious")
    (repo / "refs" / "folder").symlink_to(outside / "sub")
    (repo / "trees" / "x").symlink_to(outside / "sub")
    (filled / "models--away").symlink_to(outside / "models--away")
    (filled / "models--hollow").mkdir()
    for name in ("snapshots", "blobs", "refs"):
        (filled / "models--hollow" / name).symlink_to(outside / "sub")
    assert "model/away" in offline("cache", "ls", "-q").lines
    assert offline("cache", "prune", "-y").returncode == 0
    assert offline("cache", "rm", "model/away", "-y").returncode == 10
    assert offline("cache", "rm", "model/org/big", "model/hollow", "-y").returncode == 0
    assert everything(outside) == before
    assert not repo.exists()
    assert not (filled / "models--hollow").exists()


def test_what_cannot_be_removed_is_told(offline: Cli, filled: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may do anything")
    (filled / "models--org--big" / "refs").chmod(0o500)
    try:
        done = offline("cache", "rm", "model/org/big", "-y")
    finally:
        (filled / "models--org--big" / "refs").chmod(0o700)
    assert done.returncode == 10
    assert "permission denied" in done.stderr


WIDE = {"COLUMNS": "200"}


def test_the_old_way_to_choose(offline: Cli, filled: Path) -> None:
    done = offline.on_terminal("delete-cache", answers=[(": ", "bbbb dataset/gpt2\n"), (": ", "y\n")], env=WIDE)
    assert done.returncode == 0
    assert f"model/org/big {B}" in done.text
    assert done.text.endswith("Deleted 1 repo(s) and 3 revision(s); freed 3.5K.\n")
    done = offline.on_terminal("delete-cache", "--dir", filled, answers=[(": ", f"{A}\n"), (": ", "n\n")])
    assert (done.returncode, done.text.splitlines()[-1]) == (1, "Aborted.")
    assert (filled / "models--org--big" / "snapshots" / A).exists()
    done = offline("delete-cache")
    assert (done.returncode, "hf cache rm" in done.stderr) == (2, True)
