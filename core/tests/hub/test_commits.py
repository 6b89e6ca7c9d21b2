"""A commit is made once, whatever happens to its answer (faults.md U1, U2)."""

from __future__ import annotations

import base64
import json

import pytest
from hfcli_core.errors import ConflictError, HfError, IntegrityError, NetworkError, RateLimitedError, UsageError
from hfcli_core.hub.commits import (
    Addition,
    Deletion,
    FileAddition,
    LfsAddition,
    PreuploadFile,
    create_commit,
    preupload,
)
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.identity import git_blob_sha1
from hostile_server import raw, reply, reset

REPO = Repo("dataset", "alice/demo")
COMMIT, INFO, PATHS, PREUPLOAD = (
    f"/api/datasets/alice/demo/{path}"
    for path in ("commit/main", "revision/main", f"paths-info/{'b' * 40}", "preupload/main")
)
DONE = reply(
    200, {"success": True, "commitOid": "a" * 40, "commitUrl": "https://huggingface.co/datasets/alice/demo/commit/aa"}
)
OPERATIONS = [Addition("a.txt", b"hello"), Deletion("old.txt"), LfsAddition("m.bin", "c" * 64, 3000)]
THERE = [
    {"type": "file", "path": "a.txt", "oid": git_blob_sha1(b"hello"), "size": 5},
    {"type": "file", "path": "m.bin", "oid": "d" * 40, "size": 130, "lfs": {"oid": "c" * 64, "size": 3000}},
]


def commits_sent(server) -> int:
    return sum(request.path.startswith(COMMIT) for request in server.requests)


def test_what_is_sent(server, connect) -> None:
    server.on(COMMIT, DONE)
    made = create_commit(
        connect(server.url), REPO, "main", OPERATIONS, message="Ünicode", description="why", parent="e" * 40
    )
    assert (made.oid, made.url) == ("a" * 40, f"{server.url}/datasets/alice/demo/commit/aa")
    sent = server.requests[0]
    assert sent.headers["content-type"] == "application/x-ndjson"
    assert int(sent.headers["content-length"]) == len(sent.body)
    assert sent.body.endswith(b"\n")
    assert [json.loads(line) for line in sent.body.splitlines()] == [
        {"key": "header", "value": {"summary": "Ünicode", "description": "why", "parentCommit": "e" * 40}},
        {"key": "deletedFile", "value": {"path": "old.txt"}},
        {"key": "file", "value": {"content": "aGVsbG8=", "path": "a.txt", "encoding": "base64"}},
        {"key": "lfsFile", "value": {"path": "m.bin", "algo": "sha256", "oid": "c" * 64, "size": 3000}},
    ]


@pytest.mark.parametrize("content", [b"", b"1", b"12", b"123", b"x" * 10_000])
def test_a_file_is_read_when_the_commit_is_sent(server, connect, content) -> None:
    server.on(COMMIT, DONE)
    reads = []

    def read() -> bytes:
        reads.append(len(server.requests))
        return content

    file = FileAddition("dir/ä.txt", len(content), git_blob_sha1(content), read)
    create_commit(connect(server.url), REPO, "main", [file], message="m")
    sent = server.requests[0]
    assert int(sent.headers["content-length"]) == len(sent.body)
    assert base64.b64decode(json.loads(sent.body.splitlines()[1])["value"]["content"]) == content
    assert reads == [0]


@pytest.mark.parametrize("content", [b"longer than before", b"HELLO", b""])
def test_a_file_that_changed_is_not_committed(server, connect, content) -> None:
    server.on(COMMIT, DONE)
    file = FileAddition("a.txt", 5, git_blob_sha1(b"hello"), lambda: content)
    with pytest.raises(ConflictError, match=r"'a\.txt' changed while it was sent"):
        create_commit(connect(server.url), REPO, "main", [file], message="m")
    # The request had begun when the file was read; what matters is that it never became whole.
    assert all(len(request.body) < int(request.headers["content-length"]) for request in server.requests)


@pytest.mark.parametrize("fault", [reset(), raw(b""), reply(502), reply(504)])
def test_a_lost_answer_of_a_commit_that_was_made(server, connect, fault) -> None:
    server.on(COMMIT, fault)
    server.on(INFO, reply(200, {"id": "alice/demo", "sha": "b" * 40}))
    server.on(PATHS, reply(200, THERE))
    made = create_commit(connect(server.url), REPO, "main", OPERATIONS, message="m")
    assert made.oid == "b" * 40
    assert commits_sent(server) == 1


@pytest.mark.parametrize(
    "there",
    [
        THERE[:1],
        THERE[1:],
        [THERE[0] | {"oid": "f" * 40}, THERE[1]],
        [*THERE, {"type": "file", "path": "old.txt", "oid": "f" * 40, "size": 1}],
    ],
    ids=["a file is missing", "another is missing", "other content", "not yet deleted"],
)
def test_a_lost_answer_of_a_commit_that_was_not_made(server, connect, there) -> None:
    server.on(COMMIT, reset(), DONE)
    server.on(INFO, reply(200, {"id": "alice/demo", "sha": "b" * 40}))
    server.on(PATHS, reply(200, there))
    assert create_commit(connect(server.url), REPO, "main", OPERATIONS, message="m").oid == "a" * 40
    assert commits_sent(server) == 2


def test_our_own_commit_in_the_way(server, connect) -> None:
    """The head is seen too early, the commit is sent again, and its first copy has moved the branch meanwhile."""
    server.on(COMMIT, reset(), reply(412, {"error": "moved"}))
    server.on(INFO, reply(200, {"id": "alice/demo", "sha": "b" * 40}))
    server.on(PATHS, reply(200, []), reply(200, THERE))
    made = create_commit(connect(server.url), REPO, "main", OPERATIONS, message="m", parent="9" * 40)
    assert made.oid == "b" * 40
    assert commits_sent(server) == 2


@pytest.mark.parametrize("status", [409, 412])
def test_somebody_elses_commit_in_the_way(server, connect, status) -> None:
    server.on(COMMIT, reply(status, {"error": "A commit has happened since"}))
    with pytest.raises(ConflictError, match="A commit has happened since") as caught:
        create_commit(connect(server.url), REPO, "main", OPERATIONS, message="m", parent="9" * 40)
    assert caught.value.exit_code == 11
    assert server.paths() == [COMMIT]


def test_attempts_are_bounded(server, connect) -> None:
    server.on(COMMIT, reply(500))
    server.on(INFO, reply(200, {"id": "alice/demo", "sha": "b" * 40}))
    server.on(PATHS, reply(200, []))
    with pytest.raises(RateLimitedError):
        create_commit(connect(server.url), REPO, "main", OPERATIONS, message="m")
    assert commits_sent(server) == 3


def test_a_hub_that_is_gone_leaves_a_doubt(server, connect) -> None:
    server.on(COMMIT, reset())
    server.on(INFO, reply(503))
    with pytest.raises(NetworkError) as caught:
        create_commit(connect(server.url, max_outage=0.2), REPO, "main", OPERATIONS, message="m")
    assert caught.value.hint == "the commit may have been made: look before trying again"
    assert commits_sent(server) == 1


def test_a_pull_request_is_never_opened_twice(server, connect) -> None:
    server.on(COMMIT, reset())
    with pytest.raises(NetworkError) as caught:
        create_commit(connect(server.url), REPO, "main", OPERATIONS, message="m", create_pr=True)
    assert "look before trying again" in caught.value.hint
    assert server.paths() == [f"{COMMIT}?create_pr=1"]


def test_a_commit_that_was_never_sent_leaves_no_doubt(connect) -> None:
    with pytest.raises(NetworkError, match="Cannot connect") as caught:
        create_commit(connect("http://127.0.0.1:9"), REPO, "main", OPERATIONS, message="m")
    assert "may have been made" not in caught.value.hint


def test_an_order_refused_for_its_rate_is_no_lost_answer(server, connect) -> None:
    server.on(COMMIT, reply(429, Retry_After="9999"))
    with pytest.raises(RateLimitedError):
        create_commit(connect(server.url), REPO, "main", OPERATIONS, message="m")
    assert server.paths() == [COMMIT]


@pytest.mark.parametrize("answer", [[], {}, {"commitOid": "../x"}, {"commitOid": 7}])
def test_an_answer_without_a_commit(server, connect, answer) -> None:
    server.on(COMMIT, reply(200, answer))
    with pytest.raises(IntegrityError):
        create_commit(connect(server.url), REPO, "main", OPERATIONS, message="m")


def test_a_commit_needs_a_message(server, connect) -> None:
    with pytest.raises(UsageError):
        create_commit(connect(server.url), REPO, "main", OPERATIONS, message=" ")


def files(count: int) -> list[PreuploadFile]:
    return [PreuploadFile(f"f{n}", n, b"x" * (n if n < 100 else 600)) for n in range(count)]


def answers(*, start: int, stop: int, mode: str = "lfs") -> dict:
    return {"files": [{"path": f"f{n}", "uploadMode": mode, "shouldIgnore": n == 7} for n in range(start, stop)]}


def test_files_are_asked_about_in_batches(server, connect) -> None:
    server.on(PREUPLOAD, reply(502), reply(200, answers(start=0, stop=256)), reply(200, answers(start=256, stop=300)))
    found = preupload(connect(server.url), REPO, "main", files(300), gitignore="*.tmp", create_pr=True)
    bodies = [json.loads(request.body) for request in server.requests]
    assert [len(body["files"]) for body in bodies] == [256, 256, 44]
    assert bodies[0]["files"][3] == {"path": "f3", "sample": "eHh4", "size": 3}
    assert len(bodies[2]["files"][-1]["sample"]) == 684
    assert bodies[0]["gitIgnore"] == "*.tmp"
    assert server.paths()[0] == f"{PREUPLOAD}?create_pr=1"
    assert [answer.path for answer in found] == [f"f{n}" for n in range(300)]
    assert (found[0].mode, found[1].mode) == ("regular", "lfs")
    assert [answer.path for answer in found if answer.ignored] == ["f7"]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"files": "x"},
        {"files": []},
        {"files": [7]},
        {"files": [{"path": "f0", "uploadMode": "carrier pigeon"}]},
        {"files": [{"path": "f0", "uploadMode": "lfs", "oid": "../x"}]},
    ],
)
def test_answers_that_make_no_sense(server, connect, answer) -> None:
    server.on(PREUPLOAD, reply(200, answer))
    with pytest.raises(HfError) as caught:
        preupload(connect(server.url), REPO, "main", files(1))
    assert caught.value.exit_code == 9
