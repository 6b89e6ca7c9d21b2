"""Create, delete, move, settings, info, lists: bodies, codes and headers of wire.md §5.2 and §11.3."""

from __future__ import annotations

import json

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub

INFO = "/api/models/alice/model"


def create(client: httpx.Client, name: str = "model", **fields: object) -> httpx.Response:
    return client.post("/api/repos/create", content=json.dumps({"name": name, "type": "model", **fields}))


def test_create(hub: LiveHub, alice: httpx.Client) -> None:
    answer = create(alice)
    assert answer.status_code == 200
    assert answer.json() == {"url": f"{hub.endpoint}/alice/model", "name": "alice/model", "id": answer.json()["id"]}
    again = create(alice)
    assert again.status_code == 409
    assert again.json() == {"error": "You already created this model repo", "url": f"{hub.endpoint}/alice/model"}
    assert hub.list_files("alice/model") == [".gitattributes"]


def test_create_every_type_and_visibility(hub: LiveHub, alice: httpx.Client) -> None:
    assert create(alice, "d", type="dataset", private=True).json()["url"] == f"{hub.endpoint}/datasets/alice/d"
    assert create(alice, "s", type="space", sdk="static", visibility="private").status_code == 200
    assert create(alice, "o", organization="acme", visibility="public").json()["name"] == "acme/o"
    assert hub.repo("alice/d", "dataset").private
    assert hub.repo("alice/s", "space").private
    assert hub.repo("alice/s", "space").sdk == "static"
    assert not hub.repo("acme/o").private


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"visibility": "protected"}, 400),
        ({"hardware": "t4-small"}, 400),
        ({"region": "moon"}, 400),
        ({"resourceGroupId": "a" * 24}, 400),
        ({"resourceGroupId": "a", "organization": "acme"}, 400),
        ({"type": "space", "sdk": "static", "secrets": [{"key": "a b", "value": ""}]}, 400),
        ({"type": "space", "sdk": "static", "volumes": [{"type": "model"}]}, 400),
        ({"type": "space", "sdk": "static", "template": "alice/none"}, 404),
        ({"organization": "bob"}, 403),
        ({"organization": "nobody"}, 403),
        ({"type": "kernel"}, 400),
        ({"type": "space"}, 400),
        ({"type": "space", "sdk": "nope"}, 400),
        ({"name": "a--b"}, 400),
        ({"name": ""}, 400),
        ({"name": None}, 400),
        ({"name": 7}, 400),
        ({"name": "\ud800"}, 400),
        ({"private": "yes"}, 400),
        ({"visibility": "secret"}, 400),
    ],
)
def test_create_refused(alice: httpx.Client, fields: dict[str, object], status: int) -> None:
    answer = create(alice, **{"name": "model", **fields})
    assert answer.status_code == status
    assert answer.json()["error"]
    assert answer.headers["x-error-message"].isprintable()


def test_only_writers_create(alice: httpx.Client, anonymous: httpx.Client, as_user: object) -> None:
    assert create(anonymous).status_code == 401
    assert callable(as_user)
    assert create(as_user("alice", "read")).status_code == 403


def test_what_a_new_space_is_given(hub: LiveHub, alice: httpx.Client, bob: httpx.Client) -> None:
    given = {
        "hardware": "t4-small",
        "sleepTimeSeconds": 300,
        "secrets": [{"key": "TOKEN", "value": "secret"}],
        "variables": [{"key": "THEME", "value": "dark"}],
        "volumes": [{"type": "model", "source": "alice/model", "mountPath": "/m"}],
    }
    assert create(alice, "s", type="space", sdk="static", visibility="protected", **given).status_code == 200
    space = hub.repo("alice/s", "space")
    assert (space.private, space.visibility) == (True, "protected")
    assert "secret" not in [*space.details["secrets"], *space.details.values()]
    runtime = bob.get("/api/spaces/alice/s/runtime")
    assert runtime.status_code == 404
    runtime = alice.get("/api/spaces/alice/s/runtime")
    assert (runtime.json()["hardware"]["requested"], runtime.json()["gcTimeout"]) == ("t4-small", 300)
    assert runtime.json()["volumes"] == given["volumes"]
    assert alice.get("/api/spaces/alice/s/variables").json()["THEME"]["value"] == "dark"
    assert list(alice.get("/api/spaces/alice/s/secrets").json()) == ["TOKEN"]
    hub.store.delete_repo(space)
    assert create(alice, "s", type="space", sdk="static").status_code == 200
    assert hub.repo("alice/s", "space").details == {}


def test_templates(hub: LiveHub, alice: httpx.Client) -> None:
    hub.store.accounts.create_org("SpacesExamples")
    hub.create_repo("SpacesExamples/chatbot", "space", sdk="gradio")
    hub.put_files("SpacesExamples/chatbot", {"app.py": b"app", "big.bin": b"x" * 5000}, "space")
    (template,) = alice.get("/api/spaces/templates").json()["templates"]
    assert (template["name"], template["repoId"], template["sdk"]) == ("chatbot", "SpacesExamples/chatbot", "gradio")
    assert create(alice, "s", type="space", sdk="gradio", template=template["repoId"]).status_code == 200
    assert hub.read_file("alice/s", "app.py", "space") == b"app"
    assert hub.read_file("alice/s", "big.bin", "space") == b"x" * 5000


def test_regions_and_resource_groups(hub: LiveHub, alice: httpx.Client) -> None:
    group = "0123456789abcdef01234567"
    assert create(alice, "m", organization="acme", region="eu", resourceGroupId=group).status_code == 200
    assert hub.repo("acme/m").details == {"region": "eu", "resourceGroupId": group}
    assert alice.get("/api/models/acme/m").json()["resourceGroup"] == {"id": group}


def test_a_namespace_can_be_full(hub: LiveHub, alice: httpx.Client) -> None:
    hub.create_repo("alice/one")
    hub.create_repo("acme/two")
    hub.store.limits.max_repos = 1
    assert create(alice, "one").status_code == 409
    refused = create(alice, "three")
    assert (refused.status_code, "limit of 1" in refused.json()["error"]) == (403, True)
    move = {"fromRepo": "alice/one", "toRepo": "acme/one", "type": "model"}
    assert alice.post("/api/repos/move", json=move).status_code == 403
    assert alice.post("/api/repos/move", json={**move, "toRepo": "alice/other"}).status_code == 200


@pytest.mark.parametrize("content", [b"[]", b"{", b'"x"', b"\xff"])
def test_a_body_that_is_no_object(alice: httpx.Client, content: bytes) -> None:
    answer = alice.post("/api/repos/create", content=content)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]


def test_delete(hub: LiveHub, alice: httpx.Client, bob: httpx.Client) -> None:
    hub.create_repo("alice/model")
    request = {"name": "model", "organization": "alice", "type": "model"}
    assert bob.request("DELETE", "/api/repos/delete", json=request).status_code == 403
    assert alice.request("DELETE", "/api/repos/delete", json=request).status_code == 200
    gone = alice.request("DELETE", "/api/repos/delete", json=request)
    assert (gone.status_code, gone.headers["x-error-code"]) == (404, "RepoNotFound")
    assert alice.get(INFO).status_code == 404


def test_a_moved_repo_redirects(hub: LiveHub, alice: httpx.Client) -> None:
    hub.create_repo("alice/model")
    hub.create_repo("alice/taken")
    move = {"fromRepo": "alice/model", "toRepo": "acme/moved", "type": "model"}
    assert alice.post("/api/repos/move", json={**move, "toRepo": "alice/taken"}).status_code == 409
    assert alice.post("/api/repos/move", json={**move, "toRepo": "bob/model"}).status_code == 403
    assert alice.post("/api/repos/move", json=move).status_code == 200
    for old, new in {
        f"{INFO}?blobs=1": "/api/models/acme/moved?blobs=1",
        f"{INFO}/tree/refs%2Fheads%2Fmain/": "/api/models/acme/moved/tree/refs%2Fheads%2Fmain/",
        "/alice/model/resolve/main/a%20b": "/acme/moved/resolve/main/a%20b",
    }.items():
        answer = alice.get(old)
        assert (answer.status_code, answer.headers["location"]) == (307, new)
        assert "x-error-message" not in answer.headers
    renamed = alice.request("DELETE", "/api/repos/delete", json={"name": "model", "type": "model"})
    assert renamed.status_code == 404


def test_the_new_name_of_a_private_repo_is_not_told(hub: LiveHub, bob: httpx.Client, anonymous: httpx.Client) -> None:
    hub.store.move_repo(hub.create_repo("alice/model", private=True), "alice/secret-name")
    for client, status in ((bob, 404), (anonymous, 401)):
        answer = client.get(INFO)
        assert (answer.status_code, answer.headers["x-error-code"]) == (status, "RepoNotFound")
        assert "secret-name" not in f"{answer.headers}{answer.text}"


def test_settings(hub: LiveHub, alice: httpx.Client, bob: httpx.Client) -> None:
    hub.create_repo("alice/model")
    answers = [
        ({"private": True}, {"private": True, "gated": False}),
        ({"gated": "auto"}, {"private": True, "gated": "auto"}),
        ({"visibility": "public"}, {"private": False, "gated": "auto"}),
        ({"gated": False}, {"private": False, "gated": False}),
        ({}, {"private": False, "gated": False}),
    ]
    for change, result in answers:
        assert alice.put(f"{INFO}/settings", json=change).json() == result
    assert alice.put(f"{INFO}/settings", json={"gated": "maybe"}).status_code == 400
    assert bob.put(f"{INFO}/settings", json={"private": True}).status_code == 403
    assert alice.put(f"{INFO}/settings", json={"visibility": "protected"}).status_code == 400
    space = hub.create_repo("alice/space", "space", sdk="static")
    for visibility in ("protected", "private", "public", "protected"):
        alice.put(f"/{space.api_path}/settings", json={"visibility": visibility})
        assert alice.get(f"/{space.api_path}").json()["visibility"] == visibility


def test_info(hub: LiveHub, alice: httpx.Client) -> None:
    hub.create_repo("alice/model")
    head = hub.put_files("alice/model", {"a/b.txt": b"text", "big.bin": b"x" * 5000})
    info = alice.get(INFO).json()
    assert (info["id"], info["modelId"], info["author"], info["sha"]) == ("alice/model", "alice/model", "alice", head)
    assert (info["private"], info["gated"], info["disabled"]) == (False, False, False)
    assert [sibling["rfilename"] for sibling in info["siblings"]] == [".gitattributes", "a/b.txt", "big.bin"]
    assert set(info["siblings"][0]) == {"rfilename"}
    text, big = alice.get(INFO, params={"blobs": True}).json()["siblings"][1:]
    assert (text["size"], len(text["blobId"]), "lfs" in text) == (4, 40, False)
    assert (big["size"], big["lfs"]["size"], len(big["lfs"]["sha256"]), big["lfs"]["pointerSize"]) == (
        5000,
        5000,
        64,
        129,
    )
    narrow = alice.get(INFO, params=[("expand", "sha"), ("expand", "private")]).json()
    assert set(narrow) == {"_id", "id", "modelId", "sha", "private"}


CARD = b"""---
license: mit
library_name: transformers
pipeline_tag: text-generation
language: [en, fr]
tags: [tiny, 7]
datasets: alice/data
date: 2026-01-31
score: .nan
---
# A model
"""


def test_the_card(hub: LiveHub, alice: httpx.Client) -> None:
    hub.create_repo("alice/other")
    hub.create_repo("alice/model")
    first = hub.put_files("alice/model", {"README.md": CARD})
    hub.put_files("alice/model", {"README.md": b"---\nnot: [valid\n---\n"})
    info = alice.get(f"{INFO}/revision/{first}").json()
    tags = ["transformers", "text-generation", "tiny", "en", "fr", "dataset:alice/data", "license:mit"]
    assert info["tags"] == tags
    assert (info["pipeline_tag"], info["library_name"]) == ("text-generation", "transformers")
    assert (info["cardData"]["date"], info["cardData"]["score"], info["cardData"]["tags"]) == (
        "2026-01-31",
        "nan",
        ["tiny", 7],
    )
    head = alice.get(INFO).json()
    assert (head["tags"], head["cardData"]) == ([], {})
    hub.put_files("alice/model", {"README.md": CARD})
    for parameters, found in [
        ([("filter", "tiny")], ["alice/model"]),
        ([("filter", "tiny"), ("filter", "fr")], ["alice/model"]),
        ([("filter", "tiny"), ("filter", "de")], []),
        ([("pipeline_tag", "text-generation")], ["alice/model"]),
    ]:
        assert [repo["id"] for repo in alice.get("/api/models", params=parameters).json()] == found
    assert alice.get("/api/models", params={"filter": "tiny"}).json()[0]["tags"] == tags


def test_info_at_a_revision(hub: LiveHub, alice: httpx.Client) -> None:
    git = hub.create_repo("alice/model").git
    first = git.resolve("main")
    git.create_branch("dev/x", first)
    hub.put_files("alice/model", {"a": b"1"})
    for revision in ("dev%2Fx", "refs%2Fheads%2Fdev%2Fx", first):
        assert alice.get(f"{INFO}/revision/{revision}").json()["sha"] == first
    missing = alice.get(f"{INFO}/revision/nobranch")
    assert (missing.status_code, missing.headers["x-error-code"]) == (404, "RevisionNotFound")
    assert missing.json() == {"error": "Invalid rev id: nobranch"}
    head = alice.head(f"{INFO}/revision/nobranch")
    assert (head.status_code, head.headers["x-error-code"], head.content) == (404, "RevisionNotFound", b"")


def test_canonical_repos(hub: LiveHub, anonymous: httpx.Client) -> None:
    repo = hub.create_repo("gpt2")
    assert anonymous.get("/api/models/gpt2").json()["id"] == "gpt2"
    assert anonymous.get("/api/models/gpt2/refs").json()["branches"][0]["targetCommit"] == repo.git.resolve("main")
    assert len(anonymous.get("/api/models/gpt2/tree/main").json()) == 1


def test_lists_are_paged_and_hide_what_is_private(hub: LiveHub, alice: httpx.Client, anonymous: httpx.Client) -> None:
    for number in range(5):
        hub.create_repo(f"alice/m{number}", private=number == 0)
    hub.create_repo("acme/other")
    address: str | None = "/api/models?author=alice&limit=2"
    sizes, seen = [], set()
    while address:
        page = alice.get(address)
        sizes.append(len(page.json()))
        seen |= {repo["id"] for repo in page.json()}
        address = page.links.get("next", {}).get("url")
        assert address is None or address.startswith(hub.endpoint)
    assert sizes == [2, 2, 1]
    assert seen == {f"alice/m{number}" for number in range(5)}
    assert len(anonymous.get("/api/models", params={"author": "alice"}).json()) == 4
    assert [repo["id"] for repo in anonymous.get("/api/models", params={"search": "OTH"}).json()] == ["acme/other"]
    hub.repo("acme/other").update(gated="auto")
    assert [repo["id"] for repo in anonymous.get("/api/models?gated=true").json()] == ["acme/other"]
    assert len(anonymous.get("/api/models?gated=false").json()) == 4
    for order in ("createdAt", "downloads", "lastModified"):
        assert len(anonymous.get("/api/models", params={"sort": order}).json()) == 5
    assert anonymous.get("/api/models?sort=size").status_code == 400
    assert anonymous.get("/api/models?cursor=%00").status_code == 400
    assert anonymous.get("/api/models?limit=0").status_code == 400


def test_an_owners_repos(hub: LiveHub, alice: httpx.Client, bob: httpx.Client, anonymous: httpx.Client) -> None:
    hub.create_repo("alice/model", private=True)
    hub.create_repo("acme/data", "dataset")
    hub.put_files("alice/model", {"big.bin": b"x" * 5000})
    (own,) = alice.get("/api/settings/repositories").json()
    assert (own["id"], own["type"], own["visibility"], own["storagePercent"]) == (
        "alice/model",
        "model",
        "private",
        100,
    )
    assert 5000 < own["storage"] < 8000
    shared = "/api/organizations/acme/settings/repositories"
    assert [repo["id"] for repo in alice.get(shared).json()] == ["acme/data"]
    assert (bob.get(shared).status_code, anonymous.get(shared).status_code) == (403, 401)


def test_a_duplicate_has_the_files_and_the_right_to_them(
    hub: LiveHub, alice: httpx.Client, bob: httpx.Client, anonymous: httpx.Client
) -> None:
    hub.create_repo("alice/model")
    files = {"a/b.txt": b"text", "big.bin": b"x" * 5000}
    hub.put_files("alice/model", files)
    answer = bob.post(f"{INFO}/duplicate", json={"repository": "bob/copy", "visibility": "private"})
    assert answer.json() == {"url": f"{hub.endpoint}/bob/copy", "filesCopyPending": False}
    assert {path: hub.read_file("bob/copy", path) for path in files} == files
    assert hub.repo("bob/copy").private
    assert alice.post("/api/models/alice/model/duplicate", json={"repository": "acme/copy"}).status_code == 200
    assert not hub.repo("acme/copy").private
    (big,) = (entry for entry in hub.repo("bob/copy").git.walk(hub.repo("bob/copy").git.resolve("main")) if entry.lfs)
    assert big.lfs is not None
    assert hub.repo("bob/copy").has_large(big.lfs.sha256, 5000)
    assert bob.post(f"{INFO}/duplicate", json={"repository": "bob/copy"}).status_code == 409
    assert bob.post(f"{INFO}/duplicate", json={"repository": "alice/copy"}).status_code == 403
    assert anonymous.post(f"{INFO}/duplicate", json={"repository": "bob/other"}).status_code == 401
    alice.put(f"{INFO}/settings", json={"gated": "auto"})
    assert bob.post(f"{INFO}/duplicate", json={"repository": "bob/other"}).status_code == 403


def test_whoami(alice: httpx.Client, anonymous: httpx.Client, hub: LiveHub) -> None:
    me = alice.get("/api/whoami-v2").json()
    assert (me["type"], me["name"], me["email"]) == ("user", "alice", "alice@example.com")
    assert [(org["name"], org["type"], org["roleInOrg"]) for org in me["orgs"]] == [("acme", "org", "admin")]
    assert me["auth"]["type"] == "access_token"
    assert me["auth"]["accessToken"]["role"] == "write"
    for headers, message in [
        ({}, "Invalid username or password."),
        ({"Authorization": "Bearer hf_wrong"}, "Invalid credentials in Authorization header"),
        ({"Authorization": "Bearer"}, "Invalid credentials in Authorization header"),
        ({"Authorization": "Basic !"}, "Invalid credentials in Authorization header"),
        ({"Authorization": "Digest x"}, "Invalid credentials in Authorization header"),
    ]:
        answer = anonymous.get("/api/whoami-v2", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, message)
        assert answer.headers["x-error-message"] == message
    assert anonymous.get("/api/whoami-v2", auth=("any", hub.token("bob"))).json()["name"] == "bob"


def test_every_answer_has_a_request_id(anonymous: httpx.Client) -> None:
    ids = [anonymous.get(path).headers["x-request-id"] for path in ("/api/models", "/nowhere/at/all", "/api/whoami-v2")]
    assert len(set(ids)) == 3
    nowhere = anonymous.get("/nowhere/at/all")
    assert (nowhere.status_code, "error" in nowhere.json()) == (404, True)
    assert anonymous.post("/api/whoami-v2").status_code == 405
