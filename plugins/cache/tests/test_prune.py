from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from hfcli_cache.store import references
from hfcli_hub.testkit.cached import fill_cache

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli

A, B, C = "a" * 40, "b" * 40, "c" * 40
XET = "ab" + "1" * 62


def share(cache: Path, *repos: Path, size: int = 7_000) -> Path:
    """Put one content into the store that client 2.4.0 shares between repos, linked to from these."""
    store = cache / "blobs" / XET[:2]
    store.mkdir(parents=True, exist_ok=True)
    (cache / "blobs" / ".huggingface-shared-blobs").write_text("1\n")
    payload = store / XET
    with payload.open("wb") as file:
        file.truncate(size)
    payload.chmod(0o444)
    manifest = store / f"{XET}.refs"
    for repo in repos:
        link = repo / "blobs" / ("5" * 64)
        with manifest.open("a") as file:
            file.write(f"{repo.name}/blobs/{link.name}\n")
        link.symlink_to(f"../../blobs/{XET[:2]}/{XET}")
        for snapshot in (repo / "snapshots").iterdir():
            (snapshot / "shared.bin").symlink_to(f"../../blobs/{link.name}")
    return payload


def test_only_what_a_branch_or_tag_reaches_stays(offline: Cli, cache: Path) -> None:
    repo = fill_cache(
        cache,
        "model/org/m",
        {A: {"w": 5_000}, B: {"w": 5_000, "x": 600}, C: {"y": 70}},
        {"main": A, "refs/pr/1": B, "refs/convert/parquet": A},
    )
    dry = offline("cache", "prune", "--dry-run", "--json").json()
    assert (dry["dry_run"], dry["revisions"], dry["size"]) == (True, 2, 670)
    done = offline("cache", "prune", "-y", "--json").json()
    assert (done["revisions_deleted"], done["freed"], done["plan"]) == (2, 670, dry["plan"])
    assert [path.name for path in (repo / "snapshots").iterdir()] == [A]
    assert not (repo / "refs" / "refs" / "pr").exists()
    assert (repo / "refs" / "refs" / "convert" / "parquet").exists()
    assert offline("cache", "prune", "-y").stdout == (
        "No unreferenced revisions, incomplete downloads or shared blobs found. Nothing to prune.\n"
    )
    assert offline("cache", "prune", "--cache-dir", "nowhere").returncode == 5
    fill_cache(cache, "model/org/n", {B: {"z": 1}})
    assert offline("cache", "prune").returncode == 2
    assert offline("cache", "prune", "--cache-dir", cache, "-y", "-q").stdout == "1\n"
    assert not (cache / "models--org--n").exists()


def test_what_downloads_left_goes_too(offline: Cli, cache: Path) -> None:
    """Docs/faults.md, I10."""
    repo = fill_cache(cache, "model/org/m", {A: {"w": 5_000}}, {"main": A})
    first = cache / "models--org--never" / "blobs"
    first.mkdir(parents=True)
    for blobs in (repo / "blobs", first):
        (blobs / f"{B}.12345678.incomplete").write_bytes(b"x" * 4096)
        (blobs / f"{B}.12345678.journal").write_bytes(b"j")
    (repo / "blobs" / f"{C}.incomplete").write_bytes(b"x" * 4096)
    (repo / "blobs" / C).write_bytes(b"orphan")
    (repo / "blobs" / "notes.txt").write_text("mine")
    old, young = repo / "refs" / f".hf-{'0' * 16}.tmp", repo / "refs" / f".hf-{'1' * 16}.tmp"
    for path in (old, young):
        path.write_text(A)
    os.utime(old, (time.time() - 7200,) * 2)
    done = offline("cache", "prune", "-y")
    assert done.stdout.splitlines()[0] == (
        "About to delete 3 incomplete download(s) and 1 unreferenced blob(s) (12.3K total)."
    )
    assert done.lines[-1] == "Deleted 3 incomplete download(s) and 1 unreferenced blob(s); freed 12.3K."
    left = {path.name for path in repo.rglob("*") if path.is_file() and not path.is_symlink()}
    assert left == {"main", "notes.txt", young.name, (repo / "snapshots" / A / "w").resolve().name}
    assert not first.parent.exists()


def test_shared_content_goes_with_its_last_link(offline: Cli, cache: Path) -> None:
    one = fill_cache(cache, "model/org/one", {A: {"w": 10}}, {"main": A})
    other = fill_cache(cache, "model/org/two", {A: {"w": 10}}, {"main": A})
    payload = share(cache, one, other)
    rows = offline("cache", "ls", "--json").json()
    assert [row["size_on_disk"] for row in rows] == [7_010, 7_010]
    assert "and 7.0K on disk" in offline("cache", "ls").stdout
    assert offline("cache", "rm", "model/org/one", "--dry-run", "--json").json()["size"] == 10
    both = offline("cache", "rm", "model/org/*", "--dry-run", "--json").json()
    assert both["size"] == 7_020
    assert offline("cache", "rm", "model/org/one", "-y", "--json").json()["freed"] == 10
    assert payload.exists()
    (other / "refs" / "main").unlink()
    assert offline("cache", "prune", "-y", "--json").json()["freed"] == 7_010
    assert not payload.exists()
    assert not payload.with_name(f"{XET}.refs").exists()


def test_shared_content_that_nobody_links_to(offline: Cli, cache: Path) -> None:
    """It goes where its list of links can be believed, and only there."""
    fill_cache(cache, "model/org/one", {A: {"w": 10}}, {"main": A})
    payload = share(cache)
    manifest = payload.with_name(f"{XET}.refs")
    name = f"{XET[:2]}/{XET}"
    assert references(str(cache), name) is None
    for content in (b"\xff", b"no newline", b"../../x\n", b"models--org--gone/blobs/x\n\n"):
        manifest.write_bytes(content)
        assert references(str(cache), name) is None, content
    assert offline("cache", "prune", "-y", "--json").json()["freed"] == 0
    manifest.write_bytes(b"models--org--gone/blobs/x\n")
    assert offline("cache", "prune", "-y", "--json").json()["freed"] == 7_000
    assert not payload.exists()


def test_a_store_that_is_somebody_elses(offline: Cli, cache: Path) -> None:
    fill_cache(cache, "model/org/one", {A: {"w": 10}}, {"main": A})
    payload = share(cache)
    payload.with_name(f"{XET}.refs").touch()
    (cache / "blobs" / ".huggingface-shared-blobs").write_text("2\n")
    assert offline("cache", "prune", "-y").returncode == 0
    assert payload.exists()
