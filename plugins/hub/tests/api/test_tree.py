"""Listings: tree pages, paths-info, commits (wire.md §5.2)."""

from __future__ import annotations

import time

import httpx
import pytest
from hfcli_hub.store.git import Author, PutFile
from hfcli_hub.store.refs import MAIN
from hfcli_hub.testkit.hub import LiveHub

API = "/api/datasets/alice/data"


@pytest.fixture
def head(hub: LiveHub) -> str:
    hub.create_repo("alice/data", "dataset")
    hub.put_files("alice/data", {"a/b/c.txt": b"abc", "a.txt": b"", "é %/x": b"1"}, "dataset", message="Many")
    return hub.put_files("alice/data", {"big.bin": b"y" * 3000}, "dataset", message="Big")


def pages(client: httpx.Client, address: str) -> list[list[dict[str, object]]]:
    found = []
    following: str | None = address
    while following:
        answer = client.get(following)
        assert answer.status_code == 200
        found.append(answer.json())
        following = answer.links.get("next", {}).get("url")
    return found


def test_entries(head: str, alice: httpx.Client) -> None:
    entries = {entry["path"]: entry for entry in alice.get(f"{API}/tree/main?recursive=true&expand=false").json()}
    assert list(entries) == [".gitattributes", "a.txt", "a", "a/b", "a/b/c.txt", "big.bin", "é %", "é %/x"]
    text, big, folder = entries["a/b/c.txt"], entries["big.bin"], entries["a"]
    # The oid of b"abc" is what `git hash-object` says.
    oid = "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f"
    assert text == {"type": "file", "oid": oid, "size": 3, "path": "a/b/c.txt"}
    assert folder == {"type": "directory", "oid": folder["oid"], "size": 0, "path": "a"}
    assert (big["size"], big["lfs"]["size"], big["lfs"]["pointerSize"]) == (3000, 3000, 129)
    assert len(big["lfs"]["oid"]) == 64


def test_one_level(head: str, alice: httpx.Client) -> None:
    def names(below: str) -> list[str]:
        return [entry["path"] for entry in alice.get(f"{API}/tree/{below}").json()]

    assert names("main") == [".gitattributes", "a.txt", "a", "big.bin", "é %"]
    assert names(f"{head}/a") == ["a/b"]
    assert names("main/%C3%A9%20%25") == ["é %/x"]
    assert names("refs%2Fheads%2Fmain/a/b/") == ["a/b/c.txt"]


@pytest.mark.parametrize("path", ["nope", "a.txt", "a/nope", "a.txt/x"])
def test_what_is_no_folder(head: str, alice: httpx.Client, path: str) -> None:
    answer = alice.get(f"{API}/tree/main/{path}")
    assert (answer.status_code, answer.headers["x-error-code"]) == (404, "EntryNotFound")
    assert answer.headers["x-repo-commit"] == head


def test_expand_adds_the_last_commit(head: str, alice: httpx.Client) -> None:
    entries = {entry["path"]: entry for entry in alice.get(f"{API}/tree/main?expand=1").json()}
    assert entries["a"]["lastCommit"]["title"] == "Many"
    assert entries["big.bin"]["lastCommit"]["id"] == head
    assert entries[".gitattributes"]["lastCommit"]["title"] == "initial commit"
    assert "securityFileStatus" in entries["big.bin"]
    assert "securityFileStatus" not in entries["a"]


def test_a_listing_is_of_one_commit(head: str, hub: LiveHub, alice: httpx.Client) -> None:
    first = alice.get(f"{API}/tree/main?recursive=true&limit=3")
    hub.put_files("alice/data", {"0": b"shifts every entry by one"}, "dataset")
    following = first.links["next"]["url"]
    assert following.startswith(hub.endpoint)
    rest = [entry["path"] for page in pages(alice, following) for entry in page]
    assert [entry["path"] for entry in first.json()] + rest == [
        *(".gitattributes", "a.txt", "a", "a/b", "a/b/c.txt", "big.bin", "é %", "é %/x")
    ]


def test_page_sizes(hub: LiveHub, alice: httpx.Client) -> None:
    repo = hub.create_repo("alice/data", "dataset")
    files = [PutFile(f"d{n % 3}/{n:04}", f"{n}".encode()) for n in range(2100)]
    repo.git.commit(MAIN, files, message="many", author=Author("a", "a@b"))
    assert [len(page) for page in pages(alice, f"{API}/tree/main?recursive=1")] == [1000, 1000, 104]
    assert [len(page) for page in pages(alice, f"{API}/tree/main/d0?limit=300")] == [300, 300, 100]
    assert len(alice.get(f"{API}/tree/main/d0?limit=100000").json()) == 700
    assert len(alice.get(f"{API}/tree/main/d0?expand=true").json()) == 50


def test_a_large_tree_is_listed_in_seconds(hub: LiveHub, alice: httpx.Client) -> None:
    repo = hub.create_repo("alice/data", "dataset")
    files = (PutFile(f"d{n % 100}/{n}", f"{n}".encode()) for n in range(20_000))
    repo.git.commit(MAIN, files, message="many", author=Author("a", "a@b"))
    started = time.monotonic()
    assert sum(len(page) for page in pages(alice, f"{API}/tree/main?recursive=1")) == 20_101
    assert time.monotonic() - started < 15


@pytest.mark.parametrize("encoding", ["form", "json"])
def test_paths_info(head: str, alice: httpx.Client, encoding: str) -> None:
    payload = {"paths": ["a", "big.bin", "nope", "é %/x", "a"], "expand": True}
    options = {"data": payload} if encoding == "form" else {"json": payload}
    entries = alice.post(f"{API}/paths-info/main", **options).json()
    assert [(entry["path"], entry["type"]) for entry in entries] == [
        ("a", "directory"),
        ("big.bin", "file"),
        ("é %/x", "file"),
    ]
    assert entries[1]["lastCommit"]["title"] == "Big"
    assert entries[1]["lfs"]["size"] == 3000


@pytest.mark.parametrize("options", [{}, {"data": {"path": "a"}}, {"json": {"paths": 7}}, {"json": []}, {"json": [1]}])
def test_paths_info_without_paths(head: str, alice: httpx.Client, options: dict[str, object]) -> None:
    assert alice.post(f"{API}/paths-info/main", **options).status_code == 400  # type: ignore[arg-type]  as httpx takes them


def test_commits(head: str, alice: httpx.Client) -> None:
    commits = alice.get(f"{API}/commits/main").json()
    assert [commit["title"] for commit in commits] == ["Big", "Many", "initial commit"]
    assert commits[0]["id"] == head
    assert set(commits[0]) >= {"id", "title", "message", "authors", "date"}
    assert [len(page) for page in pages(alice, f"{API}/commits/main?limit=2")] == [2, 1]
    formatted = alice.get(f"{API}/commits/{head}?formatted=1").json()[0]["formatted"]
    assert formatted == {"title": "Big", "message": ""}
