"""What clients rely on when they download: wire.md §5.3, §11.1 to §11.3."""

from __future__ import annotations

import hashlib
import os
from urllib.parse import urlsplit

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub

TEXT = b'{"a": 1}\n'
LARGE = os.urandom(3_000_000)
LARGE_SHA256 = hashlib.sha256(LARGE).hexdigest()


def git_oid(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%s" % (len(data), data)).hexdigest()


@pytest.fixture
def commit(hub: LiveHub) -> str:
    hub.create_repo("alice/m")
    return hub.put_files(
        "alice/m", {"config.json": TEXT, "sub/ünï #1.txt": b"odd name", "big.bin": LARGE, "empty": b""}
    )


def location_of(http: httpx.Client, path: str = "/alice/m/resolve/main/big.bin") -> str:
    answer = http.head(path)
    assert answer.status_code == 302
    return answer.headers["location"]


def test_head_of_a_regular_file_has_what_a_client_plans_with(http: httpx.Client, commit: str) -> None:
    for revision in ("main", commit, commit[:8], "refs%2Fheads%2Fmain"):
        answer = http.head(f"/alice/m/resolve/{revision}/config.json")
        assert answer.status_code == 200
        assert answer.headers["x-repo-commit"] == commit
        assert answer.headers["etag"] == f'"{git_oid(TEXT)}"'
        assert answer.headers["content-length"] == str(len(TEXT))
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.content == b""


def test_get_returns_the_bytes_of_any_name(http: httpx.Client, commit: str) -> None:
    assert http.get("/alice/m/resolve/main/config.json").content == TEXT
    assert http.get("/alice/m/resolve/main/sub/%C3%BCn%C3%AF%20%231.txt").content == b"odd name"
    empty = http.get("/alice/m/resolve/main/empty")
    assert (empty.status_code, empty.content, empty.headers["content-length"]) == (200, b"", "0")


def test_ranges_of_a_regular_file(http: httpx.Client, commit: str) -> None:
    url = "/alice/m/resolve/main/config.json"
    part = http.get(url, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, TEXT[2:5])
    assert part.headers["content-range"] == f"bytes 2-4/{len(TEXT)}"
    past = http.get(url, headers={"Range": f"bytes={len(TEXT)}-"})
    assert (past.status_code, past.headers["content-range"]) == (416, f"bytes */{len(TEXT)}")
    changed = http.get(url, headers={"Range": "bytes=2-", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, TEXT)
    known = http.get(url, headers={"If-None-Match": part.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_a_file_never_runs_in_a_browser_as_the_hub(hub: LiveHub, http: httpx.Client) -> None:
    hub.create_repo("alice/page")
    hub.put_files("alice/page", {"index.html": b"<script>alert(1)</script>", "x.dat": b"\0\1"})
    page = http.get("/alice/page/resolve/main/index.html")
    assert page.headers["content-type"].startswith("text/plain")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in page.headers["content-security-policy"]
    assert http.get("/alice/page/resolve/main/x.dat").headers["content-type"] == "application/octet-stream"


def test_download_true_asks_the_browser_to_save(http: httpx.Client, commit: str) -> None:
    inline = http.head("/alice/m/resolve/main/config.json").headers["content-disposition"]
    assert inline == "inline; filename*=UTF-8''config.json; filename=\"config.json\";"
    saved = http.head("/alice/m/resolve/main/sub/%C3%BCn%C3%AF%20%231.txt?download=true")
    assert saved.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%C3%BCn%C3%AF%20%231.txt; filename=\"_n_ #1.txt\";"
    )
    large = httpx.get(location_of(http, "/alice/m/resolve/main/big.bin?download=true"))
    assert large.headers["content-disposition"].startswith("attachment; filename*=UTF-8''big.bin;")


def test_a_large_file_is_a_redirect_to_the_other_origin(hub: LiveHub, http: httpx.Client, commit: str) -> None:
    for method in ("HEAD", "GET"):
        answer = http.request(method, "/alice/m/resolve/main/big.bin")
        assert answer.status_code == 302
        assert answer.headers["x-repo-commit"] == commit
        assert answer.headers["x-linked-etag"] == f'"{LARGE_SHA256}"'
        assert answer.headers["x-linked-size"] == str(len(LARGE))
        assert answer.headers["location"].startswith(hub.content_url + "/")
    assert hub.content_url != hub.endpoint


def test_the_content_origin_serves_ranges_and_validators(http: httpx.Client, commit: str) -> None:
    url = location_of(http)
    whole = httpx.get(url)
    assert (whole.status_code, whole.content) == (200, LARGE)
    assert whole.headers["etag"] == f'"{LARGE_SHA256}"'
    head = httpx.head(url)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(LARGE)), b"")
    for header, start, stop in (
        ("bytes=1000000-", 1_000_000, len(LARGE)),
        ("bytes=0-0", 0, 1),
        ("bytes=-5", len(LARGE) - 5, len(LARGE)),
        ("bytes=1048575-1048577", 1048575, 1048578),
    ):
        part = httpx.get(url, headers={"Range": header, "If-Range": whole.headers["etag"]})
        assert (part.status_code, part.content) == (206, LARGE[start:stop])
        assert part.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(LARGE)}"
    assert httpx.get(url, headers={"Range": "bytes=0-1,5-6"}).content == LARGE
    assert httpx.get(url, headers={"Range": f"bytes={len(LARGE)}-"}).status_code == 416
    assert httpx.get(url, headers={"Range": "bytes=5-", "If-Range": '"x"'}).status_code == 200


def test_a_content_address_cannot_be_changed_and_expires(hub: LiveHub, http: httpx.Client, commit: str) -> None:
    url = location_of(http)
    path, query = urlsplit(url).path, urlsplit(url).query
    other = "0" * 64
    for bad in (f"{path}?{query[:-1]}x", path, f"{path.replace(LARGE_SHA256, other)}?{query}"):
        refused = httpx.get(hub.content_url + bad)
        assert refused.status_code == 403
        assert "<Code>AccessDenied</Code>" in refused.text
    hub.store.limits.link_lifetime = -1
    expired = httpx.get(location_of(http))
    assert (expired.status_code, "expired" in expired.text) == (403, True)


def test_raw_serves_the_pointer_of_a_large_file(http: httpx.Client, commit: str) -> None:
    pointer = http.get("/alice/m/raw/main/big.bin")
    assert pointer.text.splitlines()[1:] == [f"oid sha256:{LARGE_SHA256}", f"size {len(LARGE)}"]
    assert http.get("/alice/m/raw/main/config.json").content == TEXT


@pytest.mark.parametrize(
    ("path", "code", "has_commit"),
    [
        ("/alice/m/resolve/main/missing.txt", "EntryNotFound", True),
        ("/alice/m/resolve/main/sub", "EntryNotFound", True),
        ("/alice/m/resolve/nobranch/config.json", "RevisionNotFound", False),
        ("/alice/missing/resolve/main/config.json", "RepoNotFound", False),
        ("/datasets/alice/m/resolve/main/config.json", "RepoNotFound", False),
    ],
)
def test_what_is_not_there(http: httpx.Client, commit: str, path: str, code: str, has_commit: bool) -> None:
    for method in ("HEAD", "GET"):
        answer = http.request(method, path)
        assert answer.status_code == 404
        assert answer.headers["x-error-code"] == code
        assert answer.headers.get("x-repo-commit") == (commit if has_commit else None)
        assert bool(answer.content) == (method == "GET")


@pytest.mark.parametrize("kind", ["dataset", "space"])
def test_datasets_and_spaces_have_a_prefix(hub: LiveHub, http: httpx.Client, kind: str) -> None:
    hub.create_repo("alice/d", kind)  # type: ignore[arg-type]  # parametrize knows no literals
    hub.put_files("alice/d", {"a.txt": b"text"}, kind)  # type: ignore[arg-type]
    assert http.get(f"/{kind}s/alice/d/resolve/main/a.txt").content == b"text"


def test_former_and_short_names_lead_on(hub: LiveHub, http: httpx.Client) -> None:
    repo = hub.create_repo("acme/old")
    hub.put_files("acme/old", {"a.txt": b"text"})
    hub.store.move_repo(repo, "acme/new")
    hub.store.add_alias(hub.repo("acme/new"), "short")
    for name in ("acme/old", "short"):
        answer = http.head(f"/{name}/resolve/main/a.txt?download=true")
        assert answer.status_code == 307
        assert answer.headers["location"] == "/acme/new/resolve/main/a.txt?download=true"
    assert http.get("/short/resolve/main/a.txt", follow_redirects=True).content == b"text"


def test_private_and_gated_repos(hub: LiveHub, http: httpx.Client, anonymous: httpx.Client) -> None:
    hub.create_repo("alice/secret", private=True)
    hub.put_files("alice/secret", {"a.txt": b"text"})
    hub.create_repo("alice/gated", gated=True)
    hub.put_files("alice/gated", {"a.txt": b"text"})
    bob = {"Authorization": f"Bearer {hub.token('bob')}"}
    secret, gated = "/alice/secret/resolve/main/a.txt", "/alice/gated/resolve/main/a.txt"
    assert http.get(secret).content == http.get(gated).content == b"text"
    for url, by_nobody, by_bob, code in ((secret, 401, 404, "RepoNotFound"), (gated, 401, 403, "GatedRepo")):
        for answer, status in ((anonymous.get(url), by_nobody), (anonymous.get(url, headers=bob), by_bob)):
            assert (answer.status_code, answer.headers["x-error-code"]) == (status, code)
            assert b"text" not in answer.content
