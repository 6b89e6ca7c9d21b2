"""What a server says of its repositories is checked; success is shown against the embedded Hub (test_with_a_hub.py)."""

from __future__ import annotations

import pytest
from hfcli_core.errors import AuthenticationError, ConflictError, IntegrityError
from hfcli_core.hub.refs import Repo
from hfcli_core.hub.repos import create_repo, list_refs, list_tree, paths_info, repo_info, whoami
from hostile_server import reply

REPO = Repo("model", "alice/demo")
SHA = "a" * 40
TREE = "/api/models/alice/demo/tree/main"
FILE = {"type": "file", "path": "a.txt", "oid": SHA, "size": 3}


@pytest.mark.parametrize("sha", ["../../x", "A" * 40, 7, "", "a" * 41, ["a" * 40]])
def test_a_commit_that_is_none(server, connect, sha) -> None:
    server.on("/api/models/alice/demo", reply(200, {"id": "alice/demo", "sha": sha}))
    with pytest.raises(IntegrityError, match="not one"):
        repo_info(connect(server.url), REPO)


@pytest.mark.parametrize(
    "change",
    [
        {"oid": "../../x"},
        {"oid": None},
        {"path": 7},
        {"path": "x" * 5000},
        {"type": "symlink"},
        {"size": -1},
        {"size": True},
        {"size": "3"},
        {"size": 1.5},
        {"lfs": {"oid": "../x", "size": 3}},
        {"lfs": {"oid": "b" * 64, "size": -3}},
        {"xetHash": "../x"},
    ],
)
def test_an_entry_that_cannot_be(server, connect, change) -> None:
    server.on(TREE, reply(200, [FILE, FILE | change]))
    with pytest.raises(IntegrityError):
        next(list_tree(connect(server.url), REPO, "main"))


def test_an_entry_is_known_by_its_content(server, connect) -> None:
    lfs = {"oid": "b" * 64, "size": 5_000_000_000_000_000_000, "pointerSize": 134}
    server.on(TREE, reply(200, [FILE, FILE | {"path": "b.bin", "lfs": lfs, "xetHash": "c" * 64}]))
    regular, large = list_tree(connect(server.url), REPO, "main")
    assert (regular.etag, regular.size, regular.lfs_sha256) == (SHA, 3, None)
    assert (large.etag, large.size, large.xet_hash) == ("b" * 64, lfs["size"], "c" * 64)


def test_names_are_given_as_they_came(server, connect) -> None:
    """Refusing unsafe names is the planner's job: it must see them to name them."""
    server.on(TREE, reply(200, [FILE | {"path": "../x"}]))
    assert [entry.path for entry in list_tree(connect(server.url), REPO, "main")] == ["../x"]


def test_a_folder_and_a_revision_are_quoted(server, connect) -> None:
    server.on("*", reply(200, []))
    list(list_tree(connect(server.url), REPO, "refs/pr/1", "a b/ü", recursive=False))
    assert server.paths() == ["/api/models/alice/demo/tree/refs%2Fpr%2F1/a%20b/%C3%BC?recursive=false&expand=false"]


def test_many_paths_are_asked_for_in_several_questions(server, connect) -> None:
    server.on("*", reply(200, [FILE]))
    assert len(paths_info(connect(server.url), REPO, "main", [f"f{n}" for n in range(1001)])) == 3
    assert server.requests[0].body.startswith(b"paths=f0&paths=f1&")
    assert server.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("body", [[], "alice", {}, {"name": 7}, None])
def test_whoami_that_names_nobody(server, connect, body) -> None:
    server.on("/api/whoami-v2", reply(200, body))
    with pytest.raises(IntegrityError):
        whoami(connect(server.url))


def test_whoami_with_odd_parts(server, connect) -> None:
    server.on("/api/whoami-v2", reply(200, {"name": "alice", "orgs": [{"name": "acme"}, 7, {}], "auth": "x"}))
    who = whoami(connect(server.url))
    assert (who.name, who.orgs, who.token_role) == ("alice", ("acme",), None)


def test_what_create_sends(server, connect) -> None:
    server.on(
        "/api/repos/create", reply(200, {"url": "https://huggingface.co/spaces/alice/demo", "name": "alice/demo"})
    )
    made = create_repo(connect(server.url), Repo("space", "alice/demo"), private=True, space_sdk="static")
    assert made.url == f"{server.url}/spaces/alice/demo"
    assert server.requests[0].body == (
        b'{"name":"demo","organization":"alice","type":"space","private":true,"sdk":"static"}'
    )


def test_an_id_without_owner_is_completed_by_the_server(server, connect) -> None:
    server.on("/api/repos/create", reply(200, {"url": f"{server.url}/alice/demo", "name": "demo"}))
    assert create_repo(connect(server.url), Repo("model", "demo")).id == "alice/demo"
    assert b'"organization":null' in server.requests[0].body


def test_exists_already(server, connect) -> None:
    server.on("/api/repos/create", reply(409, {"error": "You already created this model repo", "url": server.url}))
    with pytest.raises(ConflictError, match="Model 'alice/demo' exists already"):
        create_repo(connect(server.url), REPO)
    assert create_repo(connect(server.url), REPO, exist_ok=True).existed


def test_further_fields(server, connect) -> None:
    server.on("/api/repos/create", reply(200, {"url": f"{server.url}/alice/demo", "name": "alice/demo"}))
    create_repo(connect(server.url), REPO, further={"region": "eu"})
    assert server.requests[0].body.endswith(b'"type":"model","region":"eu"}')


def test_a_hub_that_is_busy_with_another_creation(server, connect) -> None:
    busy = reply(409, {"error": "Cannot create repo: another conflicting operation is in progress"})
    server.on("/api/repos/create", busy, busy, reply(200, {"url": f"{server.url}/alice/demo", "name": "alice/demo"}))
    assert not create_repo(connect(server.url), REPO, exist_ok=True).existed
    server.on("/api/repos/create", busy)
    with pytest.raises(ConflictError, match="busy"):
        create_repo(connect(server.url), REPO, exist_ok=True)


def test_a_token_that_may_only_write(server, connect) -> None:
    server.on("/api/repos/create", reply(403, {"error": "no"}))
    server.on("/api/models/alice/demo", reply(200, {"id": "alice/demo", "sha": SHA}))
    session = connect(server.url)
    assert create_repo(session, REPO, exist_ok=True).existed
    with pytest.raises(AuthenticationError):
        create_repo(session, REPO)
    server.on("/api/models/alice/demo", reply(404, X_Error_Code="RepoNotFound"))
    with pytest.raises(AuthenticationError, match="may not create"):
        create_repo(session, REPO, exist_ok=True)


def test_references_to_nothing(server, connect) -> None:
    server.on("*", reply(200, {"branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": "../x"}]}))
    with pytest.raises(IntegrityError):
        list_refs(connect(server.url), REPO)
