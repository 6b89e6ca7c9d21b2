"""Repos by name: created, found, moved, listed, deleted; what stays when the directory is opened again."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from hfcli_hub.store.errors import AlreadyExists, InvalidName
from hfcli_hub.store.git import Author, PutFile
from hfcli_hub.store.hub import Hub
from hfcli_hub.store.refs import MAIN
from hfcli_hub.store.repos import Repo


def test_everything_is_there_after_a_restart(tmp_path: Path, author: Author) -> None:
    first = Hub(tmp_path)
    first.accounts.create_user("alice")
    token = first.accounts.create_token("alice")
    repo = first.create_repo("dataset", "alice/data", private=True)
    head = repo.git.commit(MAIN, [PutFile("a", b"1")], message="one", author=author)
    repo.create_pull("main", [PutFile("b", b"1")], message="a request", author=author)
    secret = first.secret
    first.close()
    second = Hub(tmp_path)
    found = second.find_repo("dataset", "alice/data")
    assert found is not None
    assert found.repo.private
    assert found.repo.git.resolve("main") == head
    assert [pull.title for pull in found.repo.pulls()] == ["a request"]
    identity = second.accounts.identify(token)
    assert identity is not None
    assert identity.name == "alice"
    assert second.secret == secret
    second.close()


def test_no_secret_is_stored_in_the_clear(store: Hub) -> None:
    token = store.accounts.create_token("alice")
    assert stat.S_IMODE((store.data / "secret").stat().st_mode) == 0o600
    store.close()
    for path in store.data.rglob("*"):
        assert path.is_dir() or token.encode() not in path.read_bytes()


def test_a_name_is_taken_once_per_type(store: Hub, repo: Repo) -> None:
    with pytest.raises(AlreadyExists):
        store.create_repo("model", "alice/model")
    with pytest.raises(AlreadyExists):
        store.create_repo("model", "Alice/Model")
    assert store.create_repo("dataset", "alice/model").uid != repo.uid


@pytest.mark.parametrize(
    "repo_id",
    ["model", "a/b/c", "a/", "/b", "-a/b", "a/b.", "a/b--c", "a/b..c", "a/b.git", "a/" + "b" * 97, "a/é", "a/refs"],
)
def test_names_that_are_refused(store: Hub, repo_id: str) -> None:
    with pytest.raises(InvalidName):
        store.create_repo("model", repo_id)


def test_canonical_repos_have_no_namespace_and_no_owner(store: Hub) -> None:
    store.accounts.create_user("gpt2")
    repo = store.create_repo("model", "gpt2", canonical=True)
    assert repo.namespace == ""
    identity = store.accounts.identify(store.accounts.create_token("gpt2"))
    assert identity is not None
    assert not identity.can_write(repo)


def test_a_moved_repo_is_found_by_both_names(store: Hub, repo: Repo) -> None:
    head = repo.git.resolve("main")
    store.move_repo(repo, "acme/renamed")
    store.move_repo(store.repo_by_uid(repo.uid), "acme/again")
    for name, moved in {"alice/model": True, "acme/renamed": True, "acme/again": False, "ACME/again": True}.items():
        found = store.find_repo("model", name)
        assert found is not None
        assert (found.repo.id, found.moved) == ("acme/again", moved)
        assert found.repo.git.resolve("main") == head


def test_a_new_repo_takes_over_a_former_name(store: Hub, repo: Repo) -> None:
    store.move_repo(repo, "alice/other")
    new = store.create_repo("model", "alice/model")
    found = store.find_repo("model", "alice/model")
    assert found is not None
    assert (found.repo.uid, found.moved) == (new.uid, False)
    with pytest.raises(AlreadyExists):
        store.move_repo(new, "alice/other")


def test_a_repo_can_move_back(store: Hub, repo: Repo) -> None:
    store.move_repo(store.move_repo(repo, "alice/other"), "alice/model")
    found = store.find_repo("model", "alice/model")
    assert found is not None
    assert not found.moved


def test_aliases(store: Hub, repo: Repo) -> None:
    store.add_alias(repo, "model")
    found = store.find_repo("model", "model")
    assert found is not None
    assert (found.repo.id, found.moved) == ("alice/model", True)
    store.delete_repo(repo)
    assert store.find_repo("model", "model") is None


def test_lists(store: Hub) -> None:
    for name in ("alice/one", "alice/two", "alicex/three", "acme/one"):
        store.create_repo("model", name)
    assert {repo.id for repo in store.list_repos("model", author="alice")} == {"alice/one", "alice/two"}
    assert {repo.id for repo in store.list_repos("model", search="ONE")} == {"alice/one", "acme/one"}
    assert {repo.id for repo in store.list_repos("model", search="%")} == set()
    assert store.list_repos("space") == []


def test_a_deleted_repo_leaves_nothing(store: Hub, repo: Repo) -> None:
    store.delete_repo(repo)
    assert store.find_repo("model", "alice/model") is None
    assert list((store.data / "repos").iterdir()) == []
    assert store.create_repo("model", "alice/model").uid != repo.uid


def test_what_kills_left_behind_is_swept_when_it_is_old(store: Hub, repo: Repo) -> None:
    orphan = store.data / "repos" / "0123.git"
    orphan.mkdir()
    old, new = store.data / "tmp" / "old", store.data / "tmp" / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    lost, going_on = (store.objects.part(upload, 1) for upload in ("lost", "going-on"))
    for path in (lost, going_on):
        path.parent.mkdir()
        path.write_bytes(b"part")
    yesterday = time.time() - 90_000
    for path in (orphan, old, repo.git.path, lost.parent):
        os.utime(path, (yesterday, yesterday))
    Hub(store.data).close()
    assert not orphan.exists()
    assert not old.exists()
    assert not lost.parent.exists()
    assert new.exists()
    assert going_on.exists()
    assert repo.git.path.exists()
