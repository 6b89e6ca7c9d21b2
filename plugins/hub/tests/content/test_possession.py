"""Whoever knows a sha256 has not its content yet: a repo may name an object that was sent to it, or that it names."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hfcli_hub.store.pointer import pointer_text
from hfcli_hub.testkit.hub import LiveHub

from .conftest import Git

DATA = os.urandom(2_500_000)
OID = hashlib.sha256(DATA).hexdigest()
POINTER = pointer_text(OID, len(DATA))
BATCH = "/alice/m.git/info/lfs/objects/batch"


@pytest.fixture(autouse=True)
def secret(hub: LiveHub) -> None:
    """bob's private repo has the object; alice knows its hash."""
    hub.create_repo("alice/m")
    hub.create_repo("bob/secret", private=True)
    hub.put_files("bob/secret", {"large.bin": DATA})


def commit(http: httpx.Client, key: str, **value: Any) -> httpx.Response:
    lines = [{"key": "header", "value": {"summary": "Mine"}}, {"key": key, "value": {"path": "large.bin", **value}}]
    return http.post("/api/models/alice/m/commit/main", content="".join(f"{json.dumps(line)}\n" for line in lines))


def upload(http: httpx.Client, *transfers: str) -> dict[str, Any]:
    body = {"operation": "upload", "transfers": list(transfers), "objects": [{"oid": OID, "size": len(DATA)}]}
    (item,) = http.post(BATCH, json=body).json()["objects"]
    actions: dict[str, Any] = item.get("actions", {})
    return actions


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("lfsFile", {"oid": OID, "size": len(DATA)}),
        ("lfsFile", {"oid": OID}),
        ("file", {"content": base64.b64encode(POINTER).decode(), "encoding": "base64"}),
    ],
)
def test_a_commit_cannot_name_it(hub: LiveHub, http: httpx.Client, key: str, value: dict[str, Any]) -> None:
    answer = commit(http, key, **value)
    assert (answer.status_code, "does not exist" in answer.json()["error"]) == (400, True)
    assert hub.list_files("alice/m") == [".gitattributes"]


@pytest.mark.foreign
def test_a_push_cannot_name_it(hub: LiveHub, git: Git, remote: Callable[..., str], tmp_path: Path) -> None:
    git("clone", "-q", remote("alice/m"), "work")
    (tmp_path / "work" / "large.bin").write_bytes(POINTER)
    git("-c", "filter.lfs.clean=cat", "-c", "filter.lfs.required=false", "add", "-A", cwd=tmp_path / "work")
    git("commit", "-q", "-m", "Mine", cwd=tmp_path / "work")
    pushed = git("push", cwd=tmp_path / "work", check=False)
    assert pushed.returncode == 1
    assert "large.bin" in pushed.stderr
    assert hub.list_files("alice/m") == [".gitattributes"]


def test_it_can_after_the_content_was_sent(hub: LiveHub, http: httpx.Client) -> None:
    actions = upload(http, "basic")
    assert http.post(actions["verify"]["href"], json={"oid": OID, "size": len(DATA)}).status_code == 404
    assert httpx.put(actions["upload"]["href"], content=DATA).status_code == 200
    assert http.post(actions["verify"]["href"], json={"oid": OID, "size": len(DATA)}).status_code == 200
    assert upload(http, "basic") == {}
    assert commit(http, "lfsFile", oid=OID, size=len(DATA)).status_code == 200
    assert hub.read_file("alice/m", "large.bin") == DATA


def test_completion_takes_no_parts_that_were_not_sent(hub: LiveHub, http: httpx.Client) -> None:
    hub.store.limits.multipart_threshold = hub.store.limits.part_size = 2_000_000
    target = upload(http, "multipart")["upload"]
    parts = [DATA[:2_000_000], DATA[2_000_000:]]
    proof = [{"partNumber": n, "etag": hashlib.sha256(part).hexdigest()} for n, part in enumerate(parts, 1)]
    assert http.post(target["href"], json={"oid": OID, "parts": proof}).status_code == 400
    for number, part in enumerate(parts, 1):
        assert httpx.put(target["header"][f"{number:05d}"], content=part).status_code == 200
    assert http.post(target["href"], json={"oid": OID, "parts": proof}).status_code == 200
    assert commit(http, "lfsFile", oid=OID, size=len(DATA)).status_code == 200


def test_an_upload_for_a_repo_that_is_gone_meanwhile(hub: LiveHub, http: httpx.Client) -> None:
    href = upload(http, "basic")["upload"]["href"]
    hub.store.delete_repo(hub.repo("alice/m"))
    answer = httpx.put(href, content=DATA)
    assert (answer.status_code, answer.headers["x-error-code"]) == (404, "RepoNotFound")
