"""Commits as NDJSON (wire.md §5.4)."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub

from .conftest import Body

API = "/api/models/alice/model"
DATA = b"large" * 1000
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(autouse=True)
def first(hub: LiveHub) -> str:
    return hub.create_repo("alice/model").git.resolve("main")


def lfs(path: str, **fields: object) -> dict[str, object]:
    return {"key": "lfsFile", "value": {"path": path, "algo": "sha256", "oid": SHA, **fields}}


def test_every_kind_of_line(hub: LiveHub, alice: httpx.Client, body: Body) -> None:
    hub.put_files("alice/model", {"old.txt": b"1", "dir/a": b"1", "dir/b": b"1", "kept": b"1"})
    with hub.store.objects.open_write() as upload:
        upload.write(DATA)
        upload.commit(SHA)
    hub.repo("alice/model").add_large(SHA)
    lines = [
        {"key": "deletedFile", "value": {"path": "old.txt"}},
        {"key": "deletedFolder", "value": {"path": "dir/"}},
        lfs("big.bin", size=len(DATA)),
        lfs("copy.bin"),
        {"key": "file", "value": {"path": "plain.txt", "content": "plain é", "encoding": "utf-8"}},
    ]
    answer = alice.post(
        f"{API}/commit/main",
        content=body({"a/é.txt": b"\x00\xff"}, *lines, summary="Title", description="More"),
        headers={"Content-Type": "application/x-ndjson"},
    )
    oid = hub.repo("alice/model").git.resolve("main")
    assert answer.json() == {
        "success": True,
        "hookOutput": "",
        "commitOid": oid,
        "commitUrl": f"{hub.endpoint}/alice/model/commit/{oid}",
    }
    assert hub.list_files("alice/model") == [".gitattributes", "a/é.txt", "big.bin", "copy.bin", "kept", "plain.txt"]
    assert hub.read_file("alice/model", "a/é.txt") == b"\x00\xff"
    assert hub.read_file("alice/model", "copy.bin") == DATA
    assert hub.read_file("alice/model", "plain.txt").decode() == "plain é"
    info = next(hub.repo("alice/model").git.log(oid))
    assert (info.title, info.message, info.author, info.email) == ("Title", "More", "alice", "alice@example.com")


def test_a_gzipped_body(hub: LiveHub, alice: httpx.Client, body: Body) -> None:
    import gzip

    content = gzip.compress(body({"a": b"1"}).encode())
    assert alice.post(f"{API}/commit/main", content=content, headers={"Content-Encoding": "gzip"}).status_code == 200
    assert hub.read_file("alice/model", "a") == b"1"


def test_commits_to_other_branches(hub: LiveHub, alice: httpx.Client, body: Body) -> None:
    alice.post(f"{API}/branch/dev%2Fx")
    assert alice.post(f"{API}/commit/dev%2Fx", content=body({"a": b"1"})).status_code == 200
    assert hub.list_files("alice/model", revision="dev/x") == [".gitattributes", "a"]
    assert hub.list_files("alice/model") == [".gitattributes"]


def test_parent_commit(alice: httpx.Client, body: Body, first: str) -> None:
    fine = alice.post(f"{API}/commit/main", content=body({"a": b"1"}, parentCommit=first))
    assert fine.status_code == 200
    late = alice.post(f"{API}/commit/main", content=body({"a": b"2"}, parentCommit=first))
    assert late.status_code == 412
    assert late.headers["x-error-message"] == late.json()["error"]
    pull = alice.post(f"{API}/commit/main?create_pr=1", content=body({"b": b"2"}, parentCommit=first))
    assert pull.status_code == 200


REFUSED = {
    "no header": (lambda body: json.dumps({"key": "file", "value": {}}), 400),
    "empty": (lambda body: "", 400),
    "no JSON": (lambda body: body() + "nonsense\n", 400),
    "no value": (lambda body: body() + '{"key": "file"}\n', 400),
    "unknown key": (lambda body: body({}, {"key": "copyFile", "value": {"path": "a"}}), 400),
    "empty summary": (lambda body: body({"a": b""}, summary=" "), 400),
    "no path": (lambda body: body({}, {"key": "file", "value": {"content": ""}}), 400),
    "bad base64": (
        lambda body: body({}, {"key": "file", "value": {"path": "a", "content": "*", "encoding": "base64"}}),
        400,
    ),
    "half a character": (lambda body: body({}, {"key": "deletedFile", "value": {"path": "\ud800"}}), 400),
    "path above": (lambda body: body({"../a": b""}), 400),
    "path into git": (lambda body: body({"x/.git/hooks/y": b""}), 400),
    "file below a file": (lambda body: body({".gitattributes/a": b""}), 400),
    "missing file deleted": (lambda body: body({}, {"key": "deletedFile", "value": {"path": "no"}}), 404),
    "object never uploaded": (lambda body: body({}, lfs("big.bin", size=len(DATA))), 400),
    "not a hash": (lambda body: body({}, {"key": "lfsFile", "value": {"path": "a", "oid": "../../secret"}}), 400),
    "other hash": (lambda body: body({}, lfs("big.bin", algo="md5")), 400),
    "endless line": (lambda body: body() + "x" * (61 * 2**20), 400),
    "too large for git": (lambda body: body({"large.txt": b"x" * (10 * 2**20 + 1)}), 400),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_refused(hub: LiveHub, alice: httpx.Client, body: Body, first: str, name: str) -> None:
    make, status = REFUSED[name]
    answer = alice.post(f"{API}/commit/main", content=make(body))
    assert answer.status_code == status
    assert answer.json()["error"]
    assert hub.repo("alice/model").git.resolve("main") == first


@pytest.mark.parametrize("revision", ["nobranch", "refs%2Fpr%2F1", "v1", "refs%2Ftags%2Fv1", "refs%2Fheads%2F..%2Fx"])
def test_what_is_no_branch(alice: httpx.Client, body: Body, revision: str) -> None:
    alice.post(f"{API}/tag/main", json={"tag": "v1"})
    answer = alice.post(f"{API}/commit/{revision}", content=body({"a": b"1"}))
    assert (answer.status_code, answer.headers["x-error-code"]) == (404, "RevisionNotFound")


def test_no_pull_request_against_one(alice: httpx.Client, body: Body) -> None:
    alice.post(f"{API}/commit/main?create_pr=1", content=body({"a": b"1"}))
    assert alice.post(f"{API}/commit/refs%2Fpr%2F1?create_pr=1", content=body({"b": b"1"})).status_code == 400


def test_a_pull_request_is_against_a_branch(alice: httpx.Client, body: Body, first: str) -> None:
    answer = alice.post(f"{API}/commit/{first}?create_pr=1", content=body({"b": b"1"}))
    assert (answer.status_code, answer.headers["x-error-code"]) == (404, "RevisionNotFound")


def test_several_thousand_files_in_one_commit(hub: LiveHub, alice: httpx.Client, body: Body) -> None:
    files = {f"d{n % 40}/{n}.txt": f"content {n}".encode() for n in range(4000)}
    answer = alice.post(f"{API}/commit/main", content=body(files))
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() < 10
    assert len(hub.list_files("alice/model")) == 4001


@pytest.mark.parametrize(
    ("readme", "kind", "errors", "warnings"),
    [
        ("---\nlicense: mit\ntags:\n- a\n- b: c\n---\n# Title\n", "model", 0, 0),
        ("---\r\nlicense: mit\r\n---\r\n", "model", 0, 0),
        ("---\ntext: |\n  key: a\n  key: b\n---\n", "model", 0, 0),
        ("---\na: [1, 2\n---\n", "model", 1, 0),
        ("---\nlicense: mit\nlicense: apache\n---\n", "dataset", 1, 0),
        ("---\na:\n\tb: c\n---\n", "model", 1, 0),
        ("---\njust a sentence\n---\n", "model", 1, 0),
        ("---\nsdk: word\n---\n", "space", 1, 0),
        ("---\nsdk: static\n---\n", "space", 0, 0),
        ("---\nsdk: [static]\n---\n", "space", 1, 0),
        ("---\n? [1, 2]\n: a\n---\n", "model", 1, 0),
        ("---\na: " + "[" * 20_000 + "\n---\n", "model", 1, 0),
        ("---\na: &a [*a]\n---\n", "model", 1, 0),
        (
            "---\na: &a [1, 1, 1, 1]\nb: &b [*a, *a, *a, *a]\n"
            + "".join(f"{n}: &{n} [*{p}, *{p}, *{p}, *{p}]\n" for p, n in pairwise("bcdefghijklmnopq"))
            + "---\n",
            "model",
            1,
            0,
        ),
        ("---\na: 1\n" + "#" * 300_000 + "\n---\n", "model", 1, 0),
        ("---\ndate: 2026-01-31\nscore: .nan\n---\n", "model", 0, 0),
        ("# Title\n\n---\n", "model", 0, 1),
        ("", "model", 0, 1),
    ],
)
def test_validate_yaml(anonymous: httpx.Client, readme: str, kind: str, errors: int, warnings: int) -> None:
    answer = anonymous.post("/api/validate-yaml", json={"content": readme, "repoType": kind})
    assert answer.status_code == (400 if errors else 200)
    assert (len(answer.json()["errors"]), len(answer.json()["warnings"])) == (errors, warnings)
    assert all(set(item) == {"message"} for item in answer.json()["errors"] + answer.json()["warnings"])
