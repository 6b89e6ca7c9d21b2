"""The same calls against the embedded Hub, where they succeed."""

from __future__ import annotations

import hashlib

import pytest
from hfcli_core.auth.provider import Token
from hfcli_core.errors import AuthenticationError, ConflictError, RepoNotFoundError, RevisionNotFoundError
from hfcli_core.hub.commits import Addition, Deletion, PreuploadFile, create_commit, preupload
from hfcli_core.hub.refs import Repo
from hfcli_core.hub.repos import (
    create_branch,
    create_repo,
    list_refs,
    list_tree,
    paths_info,
    repo_info,
    whoami,
)
from hfcli_core.hub.session import HubSession
from hfcli_core.storage.identity import git_blob_sha1

REPO = Repo("dataset", "alice/demo")


@pytest.fixture
def session(hub):
    with HubSession(hub.endpoint, credentials=lambda: Token(hub.token("alice"), "the test")) as opened:
        yield opened


def test_identity(session) -> None:
    who = whoami(session)
    assert (who.name, who.type, who.token_role) == ("alice", "user", "write")
    assert "acme" in who.orgs


def test_a_repository_from_creation_to_a_commit(hub, session) -> None:
    made = create_repo(session, REPO, private=True)
    assert made.url == f"{hub.endpoint}/datasets/alice/demo"
    assert not made.existed
    assert create_repo(session, REPO, exist_ok=True).existed
    with pytest.raises(ConflictError):
        create_repo(session, REPO)

    info = repo_info(session, REPO)
    assert (info.id, info.private, info.gated) == ("alice/demo", True, False)
    first = create_commit(session, REPO, "main", [Addition("a.txt", b"one"), Addition("d/b.txt", b"")], message="First")
    assert repo_info(session, REPO, "main").sha == first.oid
    second = create_commit(
        session, REPO, "main", [Deletion("a.txt"), Addition("ü.txt", b"two")], message="Second", parent=first.oid
    )
    with pytest.raises(ConflictError):
        create_commit(session, REPO, "main", [Addition("c", b"")], message="Late", parent=first.oid)

    entries = {entry.path: entry for entry in list_tree(session, REPO, second.oid)}
    assert {path for path, entry in entries.items() if entry.type == "file"} == {".gitattributes", "d/b.txt", "ü.txt"}
    assert entries["ü.txt"].etag == git_blob_sha1(b"two")
    assert [entry.path for entry in paths_info(session, REPO, "main", ["ü.txt", "missing"])] == ["ü.txt"]
    assert [entry.path for entry in list_tree(session, REPO, "main", "d")] == ["d/b.txt"]
    assert hub.list_files("alice/demo", "dataset") == [".gitattributes", "d/b.txt", "ü.txt"]


def test_branches_and_pull_requests(hub, session) -> None:
    hub.create_repo("alice/demo", "dataset")
    create_branch(session, REPO, "feature/x")
    create_branch(session, REPO, "feature/x", exist_ok=True)
    with pytest.raises(ConflictError):
        create_branch(session, REPO, "feature/x")
    made = create_commit(session, REPO, "main", [Addition("a", b"x")], message="PR", create_pr=True)
    assert made.pr_url is not None
    assert made.pr_url.startswith(f"{hub.endpoint}/datasets/alice/demo/discussions/")
    refs = list_refs(session, REPO, include_prs=True)
    assert {ref.name for ref in refs.branches} == {"main", "feature/x"}
    assert [ref.commit for ref in refs.pull_requests] == [made.oid]
    on_branch = create_commit(session, REPO, "feature/x", [Addition("b", b"y")], message="On a branch")
    assert repo_info(session, REPO, "feature/x").sha == on_branch.oid


def test_large_files_are_told_apart(hub, session) -> None:
    hub.create_repo("alice/demo", "dataset")
    hub.put_files("alice/demo", {"there.txt": b"known"}, "dataset")
    files = [PreuploadFile("w.safetensors", 3000, b"\0" * 512), PreuploadFile("there.txt", 5, b"known")]
    large, small = preupload(session, REPO, "main", files)
    assert (large.mode, small.mode) == ("lfs", "regular")
    assert (large.oid, small.oid) == (None, git_blob_sha1(b"known"))


def test_content_comes_from_the_other_origin_without_the_token(hub, session) -> None:
    hub.create_repo("alice/demo", "dataset")
    data = bytes(range(256)) * 400
    hub.put_files("alice/demo", {"w.safetensors": data}, "dataset")
    with session.stream("GET", "datasets/alice/demo/resolve/main/w.safetensors", repo=REPO) as answer:
        assert b"".join(answer.iter_raw()) == data
        assert answer.first_response_headers["x-linked-etag"].strip('"') == hashlib.sha256(data).hexdigest()
        assert answer.url.startswith(hub.content_url)
    assert hub.record.count(host="content") == 1
    assert hub.record.credentials_at_content() == []


def test_pages_of_a_large_tree(hub, session) -> None:
    hub.create_repo("alice/demo", "dataset")
    hub.put_files("alice/demo", {f"f{n:04}": b"" for n in range(2500)}, "dataset")
    assert sum(1 for _ in list_tree(session, REPO, "main")) == 2501


def test_what_is_missing_private_or_forbidden(hub, session) -> None:
    hub.create_repo("alice/secret", "dataset", private=True)
    with pytest.raises(RepoNotFoundError) as missing:
        repo_info(session, Repo("model", "alice/nothing"))
    assert missing.value.exit_code == 5
    with pytest.raises(RevisionNotFoundError, match="Revision 'nobranch' not found"):
        repo_info(session, Repo("dataset", "alice/secret"), "nobranch")
    with HubSession(hub.endpoint) as stranger, pytest.raises(RepoNotFoundError) as private:
        repo_info(stranger, Repo("dataset", "alice/secret"))
    assert private.value.exit_code == 4
    unknown = Token("hf_" + "x" * 34, "HF_TOKEN")
    with (
        HubSession(hub.endpoint, credentials=lambda: unknown) as expired,
        pytest.raises(AuthenticationError) as invalid,
    ):
        repo_info(expired, Repo("dataset", "alice/secret"))
    assert "The token from HF_TOKEN was refused" in invalid.value.message
    reader = Token(hub.token("alice", "read"), "HF_TOKEN")
    with HubSession(hub.endpoint, credentials=lambda: reader) as reading, pytest.raises(AuthenticationError) as refused:
        create_repo(reading, Repo("model", "alice/new"))
    assert "needs write" in (refused.value.hint or "")
