"""Who sees, gets and changes what, as the real Hub words its refusals (wire.md §11.3)."""

from __future__ import annotations

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub

from .conftest import As, Body

API = "/api/models/alice/model"
READS = ["", "/revision/main", "/tree/main", "/refs", "/commits/main"]


@pytest.mark.parametrize("below", READS)
def test_a_private_repo_looks_like_none(hub: LiveHub, as_user: As, below: str) -> None:
    hub.create_repo("alice/model", private=True)
    assert as_user("alice", "read").get(f"{API}{below}").status_code == 200
    for user, status in (("bob", 404), (None, 401)):
        hidden = as_user(user).get(f"{API}{below}")
        missing = as_user(user).get(f"/api/models/alice/missing{below}")
        assert (hidden.status_code, hidden.headers["x-error-code"]) == (status, "RepoNotFound")
        assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())


def test_a_private_repo_of_an_organization_is_its_members(hub: LiveHub, as_user: As) -> None:
    hub.create_repo("acme/model", private=True)
    assert as_user("alice").get("/api/models/acme/model").status_code == 200
    assert as_user("bob").get("/api/models/acme/model").status_code == 404
    hub.store.accounts.set_member("acme", "bob", "read")
    assert as_user("bob").get("/api/models/acme/model").status_code == 200
    assert as_user("bob").post("/api/models/acme/model/branch/dev").status_code == 403


def writes(client: httpx.Client, body: str) -> list[httpx.Response]:
    return [
        client.post(f"{API}/commit/main", content=body),
        client.get(f"{API}/auth-check/write"),
        client.post(f"{API}/branch/dev"),
        client.request("DELETE", f"{API}/branch/dev"),
        client.post(f"{API}/tag/main", json={"tag": "v1"}),
        client.request("DELETE", f"{API}/tag/v1"),
    ]


def test_only_writers_write(hub: LiveHub, as_user: As, body: Body) -> None:
    hub.create_repo("alice/model")
    before = hub.repo("alice/model").git.all_refs()
    for user, role, status in (("bob", "write", 403), ("alice", "read", 403), (None, "", 401)):
        answers = writes(as_user(user, role), body({"a": b"1"}))
        assert {answer.status_code for answer in answers} == {status}
    assert hub.repo("alice/model").git.all_refs() == before
    assert {answer.status_code for answer in writes(as_user("alice"), body({"a": b"1"}))} == {200}


def test_a_refused_commit_names_the_way_out(hub: LiveHub, bob: httpx.Client, body: Body) -> None:
    hub.create_repo("alice/model")
    assert "create_pr=1" in bob.post(f"{API}/commit/main", content=body({"a": b"1"})).headers["x-error-message"]


def test_strangers_may_propose(hub: LiveHub, as_user: As, body: Body) -> None:
    hub.create_repo("alice/model")
    opened = as_user("bob").post(f"{API}/commit/main?create_pr=1", content=body({"a": b"1"}))
    assert opened.json()["pullRequestUrl"] == f"{hub.endpoint}/alice/model/discussions/1"
    for user, status in (("bob", 200), ("alice", 200)):
        answer = as_user(user).post(f"{API}/commit/refs%2Fpr%2F1", content=body({user: b"1"}))
        assert answer.status_code == status
    hub.store.accounts.create_user("carol")
    assert as_user("carol").post(f"{API}/commit/refs%2Fpr%2F1", content=body({"c": b"1"})).status_code == 403
    assert as_user("bob", "read").post(f"{API}/commit/main?create_pr=1", content=body({"b": b"1"})).status_code == 403
    assert as_user(None).post(f"{API}/commit/main?create_pr=1", content=body({"b": b"1"})).status_code == 401
    assert hub.list_files("alice/model", revision="refs/pr/1") == [".gitattributes", "a", "alice", "bob"]
    assert hub.list_files("alice/model") == [".gitattributes"]


def test_gated_content(hub: LiveHub, as_user: As) -> None:
    hub.create_repo("alice/model", gated=True)
    hub.put_files("alice/model", {"a": b"1"})
    for user, status in (("bob", 403), (None, 401)):
        client = as_user(user)
        assert client.get(f"{API}/tree/main").status_code == 200
        assert client.get(f"{API}/auth-check").headers["x-error-code"] == "GatedRepo"
        answer = client.head("/alice/model/resolve/main/a")
        assert (answer.status_code, answer.headers["x-error-code"], answer.content) == (status, "GatedRepo", b"")
        assert answer.headers["x-error-message"].startswith("Access to model alice/model is restricted")
    assert as_user("alice").get("/alice/model/resolve/main/a").status_code == 200
    assert as_user("alice").get(f"{API}/auth-check").status_code == 200


def test_access_is_asked_for_and_granted(hub: LiveHub, as_user: As) -> None:
    hub.create_repo("alice/model", gated=True)
    hub.put_files("alice/model", {"a": b"1"})
    alice, bob, requests = as_user("alice"), as_user("bob"), f"{API}/user-access-request"
    assert bob.post("/alice/model/ask-access").json() == {"status": "pending"}
    assert bob.get("/alice/model/resolve/main/a").status_code == 403
    assert bob.get(f"{requests}/pending").status_code == 403
    assert [each["user"]["user"] for each in alice.get(f"{requests}/pending").json()] == ["bob"]
    assert alice.post(f"{requests}/handle", json={"user": "bob", "status": "accepted"}).status_code == 200
    assert bob.get("/alice/model/resolve/main/a").content == b"1"
    assert alice.post(f"{requests}/handle", json={"user": "bob", "status": "rejected"}).status_code == 200
    assert bob.post("/alice/model/ask-access").json() == {"status": "rejected"}
    assert alice.post(f"{requests}/grant", json={"user": "bob"}).status_code == 200
    assert bob.get("/alice/model/resolve/main/a").status_code == 200
    assert alice.post(f"{requests}/grant", json={"user": "nobody"}).status_code == 404


def test_automatic_gating_answers_at_once(hub: LiveHub, bob: httpx.Client) -> None:
    hub.create_repo("alice/data", "dataset").update(gated="auto")
    hub.put_files("alice/data", {"a": b"1"}, "dataset")
    assert bob.get("/datasets/alice/data/resolve/main/a").status_code == 403
    assert bob.post("/datasets/alice/data/ask-access").json() == {"status": "accepted"}
    assert bob.get("/datasets/alice/data/resolve/main/a").status_code == 200
