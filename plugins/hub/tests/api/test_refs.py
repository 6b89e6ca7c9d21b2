"""Branches, tags and pull request refs (wire.md §5.2, §11.3)."""

from __future__ import annotations

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub

API = "/api/models/alice/model"


@pytest.fixture(autouse=True)
def first(hub: LiveHub) -> str:
    return hub.create_repo("alice/model").git.resolve("main")


def test_branches(hub: LiveHub, alice: httpx.Client, first: str) -> None:
    head = hub.put_files("alice/model", {"a": b"1"})
    assert alice.post(f"{API}/branch/dev%2Fx", json={}).status_code == 200
    assert alice.post(f"{API}/branch/old", json={"startingPoint": first}).status_code == 200
    again = alice.post(f"{API}/branch/old")
    assert (again.status_code, again.json()["error"]) == (409, "Reference already exists")
    refs = alice.get(f"{API}/refs").json()
    assert refs == {
        "branches": [
            {"name": "main", "ref": "refs/heads/main", "targetCommit": head},
            {"name": "dev/x", "ref": "refs/heads/dev/x", "targetCommit": head},
            {"name": "old", "ref": "refs/heads/old", "targetCommit": first},
        ],
        "converts": [],
        "tags": [],
    }
    assert alice.delete(f"{API}/branch/dev%2Fx").status_code == 200
    gone = alice.delete(f"{API}/branch/dev%2Fx")
    assert (gone.status_code, gone.headers["x-error-code"]) == (404, "RevisionNotFound")
    assert alice.delete(f"{API}/branch/main").status_code == 400


def test_tags(alice: httpx.Client, first: str) -> None:
    assert alice.post(f"{API}/tag/main", json={"tag": "v1.0", "message": "first"}).status_code == 200
    again = alice.post(f"{API}/tag/main", json={"tag": "v1.0"})
    assert (again.status_code, again.json()["error"]) == (409, "Tag reference exists already")
    assert alice.get(f"{API}/refs").json()["tags"] == [{"name": "v1.0", "ref": "refs/tags/v1.0", "targetCommit": first}]
    assert alice.get(f"{API}/revision/v1.0").json()["sha"] == first
    assert alice.delete(f"{API}/tag/v1.0").status_code == 200
    assert alice.delete(f"{API}/tag/v1.0").headers["x-error-code"] == "RevisionNotFound"


@pytest.mark.parametrize("name", ["a..b", "x.lock", "%20", "refs%2Fheads%2Fx", "-x", "%00", "a%7Eb"])
def test_names_that_git_refuses(alice: httpx.Client, name: str) -> None:
    assert alice.post(f"{API}/branch/{name}").status_code == 400


def test_unknown_starting_points(alice: httpx.Client) -> None:
    for answer in (
        alice.post(f"{API}/branch/dev", json={"startingPoint": "nope"}),
        alice.post(f"{API}/tag/nope", json={"tag": "v1"}),
    ):
        assert (answer.status_code, answer.headers["x-error-code"]) == (404, "RevisionNotFound")
    assert alice.post(f"{API}/tag/main", json={}).status_code == 400


def test_pull_requests_are_listed_when_asked_for(hub: LiveHub, alice: httpx.Client, body: object) -> None:
    assert callable(body)
    oid = alice.post(f"{API}/commit/main?create_pr=1", content=body({"a": b"1"})).json()["commitOid"]
    assert "pullRequests" not in alice.get(f"{API}/refs").json()
    pulls = alice.get(f"{API}/refs?include_prs=1").json()["pullRequests"]
    assert pulls == [{"name": "refs/pr/1", "ref": "refs/pr/1", "targetCommit": oid}]
    assert alice.get(f"{API}/revision/refs%2Fpr%2F1").json()["sha"] == oid


def test_tags_are_listed_from_the_newest_version(hub: LiveHub, alice: httpx.Client) -> None:
    git = hub.repo("alice/model").git
    for tag in ("v1.9", "v1.10", "v0.2", "beta", "v1.9-rc1"):
        git.create_tag(tag, "main")
    listed = [tag["name"] for tag in alice.get("/api/models/alice/model/refs").json()["tags"]]
    assert listed == ["v1.10", "v1.9-rc1", "v1.9", "v0.2", "beta"]
