"""Packs stay few, and joining them loses nothing, whoever reads meanwhile."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hfcli_hub.store.git import Author, GitRepo, PutFile
from hfcli_hub.store.hub import Hub
from hfcli_hub.store.packs import MOST_PACKS
from hfcli_hub.store.refs import MAIN
from hfcli_hub.store.repos import Repo
from hfcli_hub.testkit.hub import running_hub


def commit_many(git: GitRepo, commits: int, name: str = "d") -> None:
    """Each commit is large enough for a pack of its own."""
    for number in range(commits):
        files = [PutFile(f"{name}{number}/{n}", f"{number} {n}".encode()) for n in range(30)]
        git.commit(MAIN, files, message=f"{number}", author=Author("a", "a@b"))


def packs(git: GitRepo) -> list[Path]:
    return list((git.path / "objects" / "pack").glob("*.pack"))


def git_says(git: GitRepo, *args: str) -> str:
    result = subprocess.run(["git", "-C", git.path, *args], capture_output=True, text=True, check=True, timeout=60)
    return result.stdout + result.stderr


def test_many_large_commits(repo: Repo) -> None:
    git = repo.git
    commit_many(git, 60)
    assert len(packs(git)) <= MOST_PACKS + 1
    assert git_says(git, "fsck", "--full", "--strict") == ""
    head = git.resolve("main")
    assert git.read_file(head, "d3/7") == b"3 7"
    assert len(list(git.walk(head))) == 1 + 60 * 31


def test_deltas_of_git_survive(repo: Repo) -> None:
    git = repo.git
    lines = [f"line {n}" for n in range(500)]
    for number in range(10):
        lines[number] = f"changed {number}"
        git.commit(MAIN, [PutFile("text", "\n".join(lines).encode())], message=f"{number}", author=Author("a", "a@b"))
    git_says(git, "repack", "-a", "-d", "-f")
    (packed,) = packs(git)
    assert "chain length" in git_says(git, "verify-pack", "-v", str(packed.with_suffix(".idx")))
    commit_many(git, MOST_PACKS + 1)
    assert not packed.exists()
    assert git_says(git, "fsck", "--full", "--strict") == ""
    assert git.read_file(git.resolve("main"), "text") == "\n".join(lines).encode()


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_open_files_are_bounded(store: Hub, author: Author) -> None:
    repos = [store.create_repo("model", f"alice/m{number}") for number in range(20)]
    for repo in repos:
        commit_many(repo.git, 3)
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    for repo in repos:
        assert len(list(repo.git.walk(repo.git.resolve("main")))) == 94
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors + 100


@pytest.mark.foreign
def test_clones_during_joins(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub", relay=False) as hub:
        git = hub.create_repo("alice/model").git
        commit_many(git, MOST_PACKS)
        writer = threading.Thread(target=commit_many, args=(git, 40, "later"))
        writer.start()
        clones = 0
        while writer.is_alive() or clones == 0:
            target = tmp_path / f"clone{clones}"
            command = ["git", "clone", "--quiet", f"{hub.endpoint}/alice/model", target]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, done.stderr
            assert (target / "d3" / "7").read_text() == "3 7"
            clones += 1
        writer.join(60)
