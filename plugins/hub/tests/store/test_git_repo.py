"""Commits, trees, refs and history of one repository, with git itself as the judge of what is on the disk."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable

import pytest
from hfcli_hub.store.errors import (
    AlreadyExists,
    InvalidChange,
    InvalidName,
    ParentMismatch,
    UnknownPath,
    UnknownRevision,
)
from hfcli_hub.store.git import Author, Change, DeleteFile, DeleteFolder, GitRepo, PutFile, PutLfs
from hfcli_hub.store.pointer import LfsPointer
from hfcli_hub.store.refs import MAIN
from hfcli_hub.store.repos import Repo

Commit = Callable[..., str]


@pytest.fixture
def git(repo: Repo) -> GitRepo:
    return repo.git


@pytest.fixture
def commit(git: GitRepo, author: Author) -> Commit:
    def make(*changes: Change, ref: str = MAIN, message: str = "change", **options: str) -> str:
        return git.commit(ref, changes, message=message, author=author, **options)

    return make


def git_says(git: GitRepo, *args: str) -> str:
    result = subprocess.run(["git", "-C", git.path, *args], capture_output=True, text=True, check=True, timeout=60)
    return result.stdout + result.stderr


def paths(git: GitRepo, revision: str = "main") -> list[str]:
    return [entry.path for entry in git.walk(git.resolve(revision)) if entry.type == "file"]


def test_a_new_repo_has_one_commit_with_gitattributes(git: GitRepo) -> None:
    assert paths(git) == [".gitattributes"]
    assert [info.title for info in git.log(git.resolve("main"))] == ["initial commit"]
    attributes = git.read_file(git.resolve("main"), ".gitattributes")
    assert attributes is not None
    assert b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n" in attributes


def test_git_reads_what_was_committed(git: GitRepo, commit: Commit) -> None:
    head = commit(
        PutFile("a/b.txt", b"one"),
        PutFile("a.txt", b"two"),
        PutFile("a-b", b""),
        PutFile("ü/日本.txt", b"three"),
        PutLfs("big.bin", "ab" * 32, 12345),
        message="A title\n\nA body",
    )
    assert git_says(git, "fsck", "--full", "--strict") == ""
    assert git_says(git, "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "main").splitlines() == paths(
        git
    )
    assert git_says(git, "show", f"{head}:a/b.txt") == "one"
    assert (
        git_says(git, "log", "-1", "--format=%an|%ae|%s|%b", "main").strip() == "alice|alice@example.com|A title|A body"
    )


def test_a_pointer_has_the_size_of_its_content(git: GitRepo, commit: Commit) -> None:
    entry = git.entry(commit(PutLfs("big.bin", "ab" * 32, 5_000_000_000)), "big.bin")
    assert entry is not None
    assert (entry.size, entry.lfs) == (5_000_000_000, LfsPointer("ab" * 32, 5_000_000_000, 135))


def test_a_large_commit_is_one_pack(git: GitRepo, commit: Commit) -> None:
    head = commit(*(PutFile(f"d{n % 7}/f{n}", f"{n}".encode()) for n in range(300)), *[PutFile("copy", b"7")] * 2)
    assert len(list((git.path / "objects" / "pack").glob("*.pack"))) == 1
    assert git_says(git, "fsck", "--full", "--strict") == ""
    assert len(paths(git)) == 302
    copy, original = git.entry(head, "copy"), git.entry(head, "d0/f7")
    assert copy is not None
    assert original is not None
    assert copy.oid == original.oid


def test_only_what_is_named_changes(git: GitRepo, commit: Commit) -> None:
    commit(PutFile("keep/x", b"1"), PutFile("gone/y", b"2"), PutFile("gone/deep/z", b"3"), PutFile("w", b"4"))
    commit(DeleteFolder("gone/"), DeleteFile("w"), PutFile("keep/new", b"5"))
    assert paths(git) == [".gitattributes", "keep/new", "keep/x"]


def test_a_folder_without_files_is_gone(git: GitRepo, commit: Commit) -> None:
    commit(PutFile("only/deep/file", b"1"))
    head = commit(DeleteFile("only/deep/file"))
    assert git.entry(head, "only") is None


def test_everything_can_be_deleted(git: GitRepo, commit: Commit) -> None:
    commit(DeleteFile(".gitattributes"))
    assert paths(git) == []
    commit(PutFile("again", b""))
    assert paths(git) == ["again"]


def test_a_file_may_become_a_folder_in_one_commit(git: GitRepo, commit: Commit) -> None:
    commit(PutFile("x", b"file"))
    commit(DeleteFile("x"), PutFile("x/y", b"in a folder"))
    assert "x/y" in paths(git)


def test_the_executable_bit_survives_a_change(git: GitRepo, commit: Commit) -> None:
    blob = subprocess.run(
        ["git", "-C", git.path, "hash-object", "-w", "--stdin"], input="#!", capture_output=True, text=True, check=True
    ).stdout.strip()
    tree = subprocess.run(
        ["git", "-C", git.path, "mktree"],
        input=f"100755 blob {blob}\trun\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    made = git_says(git, *identity, "commit-tree", tree, "-p", "main", "-m", "executable").strip()
    git_says(git, "update-ref", MAIN, made)
    commit(PutFile("run", b"#!/bin/sh"))
    assert git_says(git, "ls-tree", "main", "run").startswith("100755")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ([DeleteFile("nope")], UnknownPath),
        ([DeleteFile("folder")], UnknownPath),
        ([DeleteFile("file/below")], UnknownPath),
        ([DeleteFile("nope/below")], UnknownPath),
        ([DeleteFolder("file")], UnknownPath),
        ([DeleteFolder("nope/")], UnknownPath),
        ([PutFile("folder", b"")], InvalidChange),
        ([PutFile("file/below", b"")], InvalidChange),
        ([PutFile("../up", b"")], InvalidChange),
        ([PutFile("/absolute", b"")], InvalidChange),
        ([PutFile("a//b", b"")], InvalidChange),
        ([PutFile("a/", b"")], InvalidChange),
        ([PutFile("", b"")], InvalidChange),
        ([PutFile("a/.GIT/config", b"")], InvalidChange),
        ([PutFile("new\nline", b"")], InvalidChange),
        ([PutFile("x" * 256, b"")], InvalidChange),
    ],
)
def test_a_refused_change_leaves_the_branch_alone(
    git: GitRepo, commit: Commit, changes: list[Change], error: type[Exception]
) -> None:
    before = commit(PutFile("folder/inner", b"1"), PutFile("file", b"2"))
    with pytest.raises(error):
        commit(PutFile("innocent", b""), *changes)
    assert git.resolve("main") == before


def test_a_commit_may_insist_on_its_parent(git: GitRepo, commit: Commit) -> None:
    first = commit(PutFile("a", b"1"))
    second = commit(PutFile("a", b"2"), parent=first[:8])
    with pytest.raises(ParentMismatch):
        commit(PutFile("a", b"3"), parent=first)
    assert git.resolve("main") == second


def test_no_concurrent_commit_is_lost(git: GitRepo, commit: Commit) -> None:
    def work(name: str) -> None:
        for n in range(10):
            commit(PutFile(f"{name}/{n}", b"x"))

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(paths(git)) == 41
    assert len(list(git.log(git.resolve("main")))) == 41


def test_a_lock_left_by_a_kill_does_not_block(git: GitRepo, commit: Commit) -> None:
    (git.path / "refs/heads/main.lock").touch()
    (git.path / "packed-refs.lock").touch()
    commit(PutFile("a", b"1"))
    git.create_branch("dev", "main")
    git.delete_branch("dev")
    assert "a" in paths(git)


def test_revisions(git: GitRepo, commit: Commit, author: Author) -> None:
    head = commit(PutFile("a", b"1"))
    git.create_branch("dev/x", "main")
    git.create_tag("v1", head)
    git.create_tag("v2", "dev/x", message="annotated", author=author)
    for revision in ("main", "refs/heads/main", "dev/x", "v1", "v2", "refs/tags/v2", head, head[:7]):
        assert git.resolve(revision) == head
    assert git.all_refs().tags == {"v1": head, "v2": head}
    assert "annotated" in git_says(git, "cat-file", "tag", "v2")
    tree = git.objects.commit(head).tree
    for revision in (
        "nope",
        "HEAD",
        "",
        "refs/heads/nope",
        "a" * 40,
        head[:6],
        tree,
        tree[:10],
        "refs/heads/../heads/main",
    ):
        with pytest.raises(UnknownRevision):
            git.resolve(revision)


def test_refs_that_cannot_be(git: GitRepo) -> None:
    git.create_branch("dev", "main")
    git.create_tag("v1", "main")
    with pytest.raises(AlreadyExists):
        git.create_branch("dev", "main")
    with pytest.raises(AlreadyExists):
        git.create_branch("dev/below", "main")
    with pytest.raises(AlreadyExists):
        git.create_tag("v1", "main")
    with pytest.raises(UnknownRevision):
        git.create_branch("other", "nope")
    with pytest.raises(UnknownRevision):
        git.delete_tag("nope")
    with pytest.raises(InvalidChange):
        git.delete_branch("main")
    for name in ("refs/pr/1", "a..b", "-x", "a b", "x.lock", "a/.b", "x/", "/x", "a~1", "HEAD", "a" * 40, "\ud800"):
        with pytest.raises(InvalidName):
            git.create_branch(name, "main")


def test_a_deleted_branch_makes_room(git: GitRepo) -> None:
    git.create_branch("dev", "main")
    git.delete_branch("dev")
    git.create_branch("dev/below", "main")
    assert sorted(git.all_refs().branches) == ["dev/below", "main"]


def test_who_last_changed_what(git: GitRepo, commit: Commit) -> None:
    commit(PutFile("a/x", b"1"), PutFile("b", b"1"), message="first")
    commit(PutFile("a/y", b"1"), message="second")
    head = commit(PutFile("b", b"2"), message="third")
    titles = {path: info.title for path, info in git.last_commits(head, ["a", "a/x", "a/y", "b", "nope"]).items()}
    assert titles == {"a": "second", "a/x": "first", "a/y": "second", "b": "third"}
    assert [info.title for info in git.log(head)] == ["third", "second", "first", "initial commit"]


def test_pull_requests_are_numbered_refs(repo: Repo, author: Author) -> None:
    base = repo.git.resolve("main")
    pull, first = repo.create_pull("main", [PutFile("a", b"1")], message="Title\n\nBody", author=author)
    second = repo.git.commit("refs/pr/1", [PutFile("b", b"1")], message="more", author=author)
    other, _ = repo.create_pull("main", [PutFile("c", b"1")], message="Other", author=author)
    assert (pull.num, pull.title, pull.description, pull.base, other.num) == (1, "Title", "Body", MAIN, 2)
    assert [info.id for info in repo.git.log(second)] == [second, first, base]
    assert repo.git.resolve("main") == base
    assert repo.git.resolve("refs/pr/1") == second
    assert [each.num for each in repo.pulls()] == [1, 2]
    with pytest.raises(UnknownRevision):
        repo.git.commit("refs/pr/9", [PutFile("d", b"1")], message="nowhere", author=author)
