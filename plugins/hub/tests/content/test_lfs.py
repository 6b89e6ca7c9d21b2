"""The LFS batch protocol (wire.md §5.5)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub

BATCH = "/alice/m.git/info/lfs/objects/batch"
DATA = os.urandom(2_500_000)
OID = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(autouse=True)
def repo(hub: LiveHub) -> None:
    hub.create_repo("alice/m")


def batch(
    http: httpx.Client, *, operation: str = "upload", transfers: Any = ("basic",), url: str = BATCH
) -> dict[str, Any]:
    body = {
        "operation": operation,
        "transfers": list(transfers),
        "objects": [{"oid": OID, "size": len(DATA)}],
        "hash_algo": "sha256",
        "ref": {"name": "main"},
    }
    answer = http.post(url, json=body, headers={"Content-Type": "application/vnd.git-lfs+json"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.git-lfs+json"
    result: dict[str, Any] = answer.json()
    return result


def only(answer: dict[str, Any]) -> dict[str, Any]:
    (item,) = answer["objects"]
    assert (item["oid"], item["size"]) == (OID, len(DATA))
    result: dict[str, Any] = item
    return result


def test_an_object_goes_up_and_comes_down(hub: LiveHub, http: httpx.Client, anonymous: httpx.Client) -> None:
    answer = batch(http, transfers=["basic", "multipart"])
    assert answer["transfer"] == "basic"
    actions = only(answer)["actions"]
    assert actions["upload"]["href"].startswith(hub.content_url)
    stored = httpx.put(actions["upload"]["href"], content=DATA)
    assert (stored.status_code, stored.headers["etag"]) == (200, f'"{OID}"')
    assert actions["verify"]["href"].startswith(hub.endpoint)
    assert http.post(actions["verify"]["href"], json={"oid": OID, "size": len(DATA)}).status_code == 200
    assert "actions" not in only(batch(http)), "stored already"
    assert "actions" not in only(batch(http, url="/alice/m/info/lfs/objects/batch")), "without .git in the address"
    hub.put_files("alice/m", {"large.bin": DATA})
    down = only(batch(anonymous, operation="download"))
    assert httpx.get(down["actions"]["download"]["href"]).content == DATA


def test_an_object_is_had_only_through_a_repo_that_refers_to_it(hub: LiveHub, anonymous: httpx.Client) -> None:
    hub.create_repo("alice/secret", private=True)
    hub.put_files("alice/secret", {"large.bin": DATA})
    assert only(batch(anonymous, operation="download"))["error"]["code"] == 404
    hub.put_files("alice/m", {"large.bin": DATA})
    assert "actions" in only(batch(anonymous, operation="download"))


def in_pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 100_000):
        yield data[start : start + 100_000]


def test_a_body_without_a_length_is_taken(hub: LiveHub, http: httpx.Client) -> None:
    href = only(batch(http))["actions"]["upload"]["href"]
    assert httpx.put(href, content=in_pieces(DATA)).status_code == 200
    assert hub.store.objects.path(OID).read_bytes() == DATA


@pytest.mark.parametrize(
    "body", [DATA[:-1] + b"!", DATA[:-1], DATA + b"!", b""], ids=["wrong", "short", "long", "empty"]
)
@pytest.mark.parametrize("chunked", [False, True])
def test_wrong_bytes_are_refused_and_not_kept(hub: LiveHub, http: httpx.Client, body: bytes, chunked: bool) -> None:
    actions = only(batch(http))["actions"]
    answer = httpx.put(actions["upload"]["href"], content=in_pieces(body) if chunked else body)
    assert answer.status_code == 400
    assert not hub.store.objects.has(OID)
    assert not [path for path in hub.store.data.rglob("upload-*") if path.is_file()]
    verify = httpx.post(actions["verify"]["href"], json={"oid": OID, "size": len(DATA)})
    assert (verify.status_code, bool(verify.json()["message"])) == (404, True)
    missing = only(batch(http, operation="download"))
    assert missing["error"]["code"] == 404


def test_an_upload_address_takes_only_what_it_was_signed_for(hub: LiveHub, http: httpx.Client) -> None:
    href = only(batch(http))["actions"]["upload"]["href"]
    assert httpx.get(href).status_code == 403, "it is for PUT"
    unsigned = http.post("/alice/m.git/info/lfs/objects/verify", json={"oid": OID, "size": len(DATA)})
    assert (unsigned.status_code, bool(unsigned.json()["message"])) == (403, True)
    assert httpx.put(href.replace(f"size={len(DATA)}", "size=5"), content=b"12345").status_code == 403
    assert httpx.put(f"{hub.content_url}/lfs/{OID}", content=DATA).status_code == 403
    assert not hub.store.objects.has(OID)


def start_multipart(hub: LiveHub, http: httpx.Client) -> tuple[str, list[str]]:
    """Lower the limits, ask, and return the completion address and those of the parts."""
    hub.store.limits.multipart_threshold = 1_000_000
    hub.store.limits.part_size = 1_000_000
    answer = batch(http, transfers=["basic", "multipart"])
    assert answer["transfer"] == "multipart"
    upload = only(answer)["actions"]["upload"]
    assert upload["header"].pop("chunk_size") == "1000000"
    assert list(upload["header"]) == ["00001", "00002", "00003"]
    assert upload["href"].startswith(hub.endpoint)
    return upload["href"], list(upload["header"].values())


def put_parts(urls: list[str]) -> list[dict[str, Any]]:
    parts = []
    for number, url in enumerate(urls, 1):
        answer = httpx.put(url, content=DATA[(number - 1) * 1_000_000 : number * 1_000_000])
        assert answer.status_code == 200
        parts.append({"partNumber": number, "etag": answer.headers["etag"]})
    return parts


def test_a_large_object_goes_up_in_parts(hub: LiveHub, http: httpx.Client) -> None:
    complete, urls = start_multipart(hub, http)
    assert only(batch(http, transfers=["basic"]))["actions"]["upload"].get("header") is None, "for clients that cannot"
    parts = put_parts(urls)
    for _ in ("first", "repeated after a lost answer"):
        assert httpx.post(complete, json={"oid": OID, "parts": parts}).status_code == 200
    assert hub.store.objects.path(OID).read_bytes() == DATA
    assert not [path for path in (hub.store.data / "objects" / "uploads").rglob("*") if path.is_file()]


def test_the_number_of_parts_is_bounded(http: httpx.Client) -> None:
    body = {"operation": "upload", "transfers": ["multipart"], "objects": [{"oid": OID, "size": 10**15}]}
    upload = http.post(BATCH, json=body).json()["objects"][0]["actions"]["upload"]
    assert upload["header"]["chunk_size"] == str(10**12)
    assert len(upload["header"]) == 1001


def test_completion_checks_every_part(hub: LiveHub, http: httpx.Client) -> None:
    complete, urls = start_multipart(hub, http)
    parts = put_parts(urls)
    bad: list[Any] = [
        parts[:-1],
        [*parts[:-1], {"partNumber": 3, "etag": parts[0]["etag"]}],
        [*parts, {"partNumber": 4, "etag": parts[0]["etag"]}],
        [{"partNumber": 1}],
        None,
        "x",
    ]
    for given in bad:
        answer = httpx.post(complete, json={"oid": OID, "parts": given})
        assert (answer.status_code, bool(answer.json()["message"])) == (400, True)
    assert httpx.post(complete.replace("parts=3", "parts=1"), json={"parts": parts[:1]}).status_code == 403
    assert httpx.put(urls[2], content=b"too short").status_code == 400
    swapped = httpx.put(urls[0], content=bytes(1_000_000))
    parts[0]["etag"] = swapped.headers["etag"]
    answer = httpx.post(complete, json={"oid": OID, "parts": parts})
    assert (answer.status_code, hub.store.objects.has(OID)) == (400, False)


def test_who_may_upload_and_download(hub: LiveHub, anonymous: httpx.Client) -> None:
    hub.create_repo("alice/secret", private=True)

    def status(user: str | None, operation: str, repo: str = "m", role: str = "write") -> tuple[int, str | None]:
        headers = {"Authorization": f"Bearer {hub.token(user, role)}"} if user else {}  # type: ignore[arg-type]
        body = {"operation": operation, "objects": []}
        answer = anonymous.post(f"/alice/{repo}.git/info/lfs/objects/batch", json=body, headers=headers)
        assert answer.status_code == 200 or answer.json()["message"]
        return answer.status_code, answer.headers.get("lfs-authenticate", "")[:5] or None

    assert status("alice", "upload") == status(None, "download") == (200, None)
    assert status("bob", "upload") == (200, None), "for a pull request"
    assert status("bob", "upload", role="read") == (403, None)
    assert status(None, "upload") == status(None, "download", "secret") == (401, "Basic")
    assert status("bob", "download", "secret") == (404, None)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"operation": "steal", "objects": []}, 422),
        ({"operation": "upload"}, 422),
        ({"operation": "upload", "objects": [{"oid": "x", "size": 1}]}, 422),
        ({"operation": "upload", "objects": [{"oid": "../" * 21 + "a", "size": 1}]}, 422),
        ({"operation": "upload", "objects": [{"oid": OID, "size": -1}]}, 422),
        ({"operation": "upload", "objects": ["x"]}, 422),
        ({"operation": "upload", "objects": [], "hash_algo": "sha512"}, 409),
        ({"operation": "upload", "objects": [], "hash_algo": "sha_256"}, 200),
        ({"operation": "upload", "objects": [], "transfers": 5}, 200),
    ],
)
def test_requests_that_cannot_be_granted(http: httpx.Client, body: Any, status: int) -> None:
    answer = http.post(BATCH, json=body)
    assert (answer.status_code, "message" in answer.json()) == (status, status != 200)


@pytest.mark.foreign
def test_the_javascript_client_uploads_in_parts(hub: LiveHub, node_client: Any, tmp_path: Path) -> None:
    hub.store.limits.multipart_threshold = 1_000_000
    hub.store.limits.part_size = 1_000_000
    large = tmp_path / "large"
    large.write_bytes(DATA)
    script = """
import * as client from "@huggingface/hub";
import fs from "node:fs";
const content = new Blob([fs.readFileSync(process.env.LARGE)]);
await client.uploadFile({
  repo: { type: "model", name: "alice/m" }, hubUrl: process.env.HF_ENDPOINT, accessToken: process.env.HF_TOKEN,
  file: { path: "large.bin", content }, useXet: false,
});
"""
    done = node_client.script(script, env={"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token(), "LARGE": str(large)})
    assert done.returncode == 0, done.stderr
    assert hub.read_file("alice/m", "large.bin") == DATA
    assert hub.record.count(host="content", method="PUT", path="/parts/*") == 3
