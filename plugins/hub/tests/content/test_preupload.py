from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import httpx
import pytest
from hfcli_hub.store.git import Author, PutFile
from hfcli_hub.testkit.hub import LiveHub

URL = "/api/models/alice/m/preupload/main"


def ask(
    http: httpx.Client, files: dict[str, bytes], *, size: int | None = None, **more: Any
) -> dict[str, dict[str, Any]]:
    body = {
        "files": [
            {"path": path, "size": len(data) if size is None else size, "sample": base64.b64encode(data[:512]).decode()}
            for path, data in files.items()
        ],
        **more,
    }
    answer = http.post(URL, json=body)
    assert answer.status_code == 200, answer.text
    return {file["path"]: file for file in answer.json()["files"]}


@pytest.fixture(autouse=True)
def repo(hub: LiveHub) -> None:
    hub.create_repo("alice/m")


def test_attributes_then_size_then_content_decide(hub: LiveHub, http: httpx.Client) -> None:
    files = {
        "model.safetensors": b"text by content",
        "deep/in/a/saved_model/v/x": b"text",
        "empty.bin": b"",
        "README.md": "héllo".encode() * 200,
        "cut.txt": b"a" + "é".encode() * 300,
        "unknown": b"\0\1\2",
        "latin1.csv": b"caf\xe9;1\n",
    }
    modes = {path: answer["uploadMode"] for path, answer in ask(http, files).items()}
    assert modes == {
        "model.safetensors": "lfs",
        "deep/in/a/saved_model/v/x": "regular",
        "empty.bin": "regular",
        "README.md": "regular",
        "cut.txt": "regular",
        "unknown": "lfs",
        "latin1.csv": "lfs",
    }
    limit = hub.store.limits.max_regular
    assert ask(http, {"a.txt": b"text"}, size=limit)["a.txt"]["uploadMode"] == "regular"
    assert ask(http, {"a.txt": b"text"}, size=limit + 1)["a.txt"]["uploadMode"] == "lfs"


def test_the_attributes_of_the_revision_count(hub: LiveHub, http: httpx.Client) -> None:
    hub.put_files("alice/m", {".gitattributes": b"*.txt filter=lfs\n", "sub/.gitattributes": b"a.txt -filter\n"})
    modes = {path: answer["uploadMode"] for path, answer in ask(http, {"a.txt": b"x", "sub/a.txt": b"x"}).items()}
    assert modes == {"a.txt": "lfs", "sub/a.txt": "regular"}


def test_what_the_gitignore_leaves_out(hub: LiveHub, http: httpx.Client) -> None:
    hub.put_files("alice/m", {".gitignore": b"*.log\n"})
    files = {"a.log": b"x", "keep.log": b"x", "build/x.txt": b"x", "a.txt": b"x"}
    ignored = {path for path, answer in ask(http, files).items() if answer["shouldIgnore"]}
    assert ignored == {"a.log", "keep.log"}
    given = ask(http, files, gitIgnore="build/\n*.log\n!keep.log\n")
    assert {path for path, answer in given.items() if answer["shouldIgnore"]} == {"a.log", "build/x.txt"}


def test_the_oid_of_what_is_there(hub: LiveHub, http: httpx.Client) -> None:
    hub.put_files("alice/m", {"a.txt": b"old", "b.bin": b"old large", "dir/c.txt": b"x"})
    answers = ask(http, {"a.txt": b"new", "b.bin": b"new", "dir": b"x", "none.txt": b"x"})
    assert answers["a.txt"]["oid"] == hashlib.sha1(b"blob 3\0old").hexdigest()
    assert answers["b.bin"]["oid"] == hashlib.sha256(b"old large").hexdigest()
    assert "oid" not in answers["dir"]
    assert "oid" not in answers["none.txt"]


def test_only_writers_may_ask_or_whoever_opens_a_pull_request(hub: LiveHub, anonymous: httpx.Client) -> None:
    def status(user: str | None, query: str = "", role: str = "write") -> int:
        headers = {"Authorization": f"Bearer {hub.token(user, role)}"} if user else {}  # type: ignore[arg-type]
        return anonymous.post(URL + query, json={"files": []}, headers=headers).status_code

    assert [status("alice"), status("alice", role="read"), status("bob"), status(None)] == [200, 403, 403, 401]
    assert [status("bob", "?create_pr=1"), status("bob", "?create_pr=1", "read")] == [200, 403]


def test_the_author_of_a_pull_request_may_ask_for_its_ref(hub: LiveHub, anonymous: httpx.Client) -> None:
    repo = hub.repo("alice/m")
    author = Author("bob", "bob@example.com")
    pull, _ = repo.create_pull("main", [PutFile("new.txt", b"new")], message="Add one", author=author)
    url = URL.replace("/main", f"/refs%2Fpr%2F{pull.num}")
    hub.store.accounts.create_user("eve")
    asked = {
        user: anonymous.post(
            url, json={"files": []}, headers={"Authorization": f"Bearer {hub.token(user)}"}
        ).status_code
        for user in ("alice", "bob", "eve")
    }
    assert asked == {"alice": 200, "bob": 200, "eve": 403}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"files": {}},
        {"files": [1]},
        {"files": [{"path": "a"}]},
        {"files": [{"path": "", "size": 1}]},
        {"files": [{"path": "../up", "size": 1}]},
        {"files": [{"path": "\ud800", "size": 1}]},
        {"files": [{"path": "a", "size": -1}]},
        {"files": [{"path": "a", "size": 1, "sample": "%"}]},
        {"files": [{"path": "a", "size": 1, "sample": 5}]},
        {"files": [{"path": "a", "size": 1}] * 257},
    ],
)
def test_bad_requests_are_refused(http: httpx.Client, body: Any) -> None:
    answer = http.post(URL, content=json.dumps(body))
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_unknown_revision_is_named(http: httpx.Client) -> None:
    answer = http.post("/api/models/alice/m/preupload/refs%2Fpr%2F9", json={"files": []})
    assert (answer.status_code, answer.headers["x-error-code"]) == (404, "RevisionNotFound")
    assert answer.json()["error"] == "Invalid rev id: refs/pr/9"
