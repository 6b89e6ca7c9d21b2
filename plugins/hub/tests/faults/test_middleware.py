"""Faults that HTTP can express, and the record of requests."""

from __future__ import annotations

import gzip
import time

import pytest
from hfcli_hub.faults import (
    Endless,
    ExpiredSignature,
    Gzip,
    Headers,
    IgnoreRange,
    Latency,
    Redirect,
    Status,
    Truncate,
    WrongBytes,
    WrongETag,
    WrongRange,
)


def test_status_with_headers_and_body_in_the_hubs_place(origin):
    origin.faults.add(Status(429, {"Retry-After": "7"}, "slow down"), times=1)
    head, body, _ = origin.get()
    assert head.startswith(b"HTTP/1.1 429")
    assert b"retry-after: 7" in head
    assert body == b"slow down"
    assert origin.get()[1] == origin.body


def test_status_after_the_hub_has_done_what_was_asked(origin):
    origin.faults.add(Status(504, after=True))
    received, _ = origin.talk("POST /upload HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
    assert received.startswith(b"HTTP/1.1 504")
    assert origin.uploads == [b"hi"]


def test_redirect_to_itself_and_elsewhere(origin):
    origin.faults.add(Redirect(), times=1)
    origin.faults.add(Redirect("http://203.0.113.1/x", 307), nth=2)
    assert b"location: /file?a=b" in origin.get("/file?a=b")[0]
    head = origin.get()[0]
    assert head.startswith(b"HTTP/1.1 307")
    assert b"location: http://203.0.113.1/x" in head


def test_expired_signature(origin):
    origin.faults.add(ExpiredSignature())
    head, body, _ = origin.get()
    assert head.startswith(b"HTTP/1.1 403")
    assert b"Request has expired" in body


def test_latency(origin):
    origin.faults.add(Latency(0.3))
    start = time.monotonic()
    origin.get()
    assert time.monotonic() - start > 0.3


def test_headers_are_replaced_added_and_removed(origin):
    origin.faults.add(Headers({"ETag": "../../x", "X-New": "1", "Accept-Ranges": ""}))
    head = origin.get()[0]
    assert b"etag: ../../x" in head
    assert b"x-new: 1" in head
    assert b"accept-ranges" not in head


def test_wrong_etag_replaces_only_what_is_there(origin):
    origin.faults.add(WrongETag('"feed"'))
    head = origin.get()[0]
    assert b'etag: "feed"' in head
    assert b"x-linked-etag" not in head


def test_wrong_bytes_keep_the_length(origin):
    origin.faults.add(WrongBytes(at=70_000, count=3))
    body = origin.get()[1]
    assert len(body) == len(origin.body)
    assert [i for i, (a, b) in enumerate(zip(body, origin.body, strict=True)) if a != b] == [70_000, 70_001, 70_002]


def test_truncated_with_a_length_that_agrees(origin):
    origin.faults.add(Truncate(at=1234))
    head, body, end = origin.get()
    assert b"content-length: 1234" in head
    assert (body, end) == (origin.body[:1234], "closed")


def test_range_ignored(origin):
    origin.faults.add(IgnoreRange())
    head, body, _ = origin.get(headers="Range: bytes=10-\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == origin.body


@pytest.mark.parametrize(("admit", "claimed"), [(True, b"bytes 13-22/262144"), (False, b"bytes 10-19/262144")])
def test_wrong_range(origin, admit, claimed):
    origin.faults.add(WrongRange(shift=3, admit=admit))
    head, body, _ = origin.get(headers="Range: bytes=10-19\r\n")
    assert b"content-range: " + claimed in head
    assert body == origin.body[13:23]


def test_gzip_though_identity_was_asked(origin):
    origin.faults.add(Gzip(padding=3_000_000))
    head, body, _ = origin.get(headers="Accept-Encoding: identity\r\n")
    assert b"content-encoding: gzip" in head
    assert b"content-length" not in head
    data = b"".join(_chunks(body))
    assert len(data) < 300_000
    assert gzip.decompress(data) == origin.body + bytes(3_000_000)


def test_endless_body_stops_when_the_client_leaves(origin):
    origin.faults.add(Endless())
    _, end = origin.talk("GET /file HTTP/1.1\r\nHost: test\r\n\r\n", limit=5_000_000)
    assert end == "limit"
    sent = _settled(lambda: next(iter(origin.record)).sent)
    assert sent < 50_000_000


def test_the_record_has_both_directions_and_keeps_credentials(origin):
    origin.talk(
        "PUT /upload?x=%20y HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer secret\r\nConnection: close\r\n"
        "Content-Length: 4\r\n\r\nbody"
    )
    origin.get("/missing%2Fpath")
    uploaded, missing = origin.record
    assert (uploaded.method, uploaded.path, uploaded.query, uploaded.status) == ("PUT", "/upload", "x=%20y", 200)
    assert (uploaded.received, uploaded.sent) == (4, len('{"received":4}'))
    assert uploaded.headers["authorization"] == "Bearer secret"
    assert "secret" not in repr(uploaded)
    assert (missing.path, missing.status) == ("/missing%2Fpath", 404)
    assert origin.record.credentials_at_content() == [uploaded]
    assert origin.record.count(method="PUT", path="/up*", status=200) == 1
    origin.record.clear()
    assert len(origin.record) == 0


def _chunks(body: bytes):
    while body:
        size, _, body = body.partition(b"\r\n")
        yield body[: int(size, 16)]
        body = body[int(size, 16) + 2 :]


def _settled(read, *, seconds: float = 5.0) -> int:
    """The value once it has stopped changing."""
    value, until = read(), time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.2)
        if value == (value := read()):
            return value
    return value
