"""Heads of answers: what is read, and what is refused because it could be read in two ways (RFC 9112)."""

from __future__ import annotations

import io
from http.client import parse_headers

import pytest
from hfcli_core.hub.heads import Headers, parse_head
from hfcli_core.hub.transport_errors import ProtocolError
from hypothesis import given, strategies as st

NAMES = st.text("abcXYZ019-_!#$%&'*+.^`|~", min_size=1, max_size=20)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=40)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=20), st.sampled_from(["\r\n", "\n"]))
def test_the_standard_library_reads_the_same(fields: list[tuple[str, str]], newline: str) -> None:
    lines = [f"{name}:{value}" for name, value in fields]
    data = newline.join([*lines, "", ""]).encode("iso-8859-1")
    theirs = parse_headers(io.BytesIO(data))
    ours = parse_head(b"HTTP/1.1 200 OK\r\n" + data)
    assert ours.fields == [(name, value.strip()) for name, value in theirs.raw_items()]


@pytest.mark.parametrize(
    ("line", "minor", "status", "reason"),
    [
        (b"HTTP/1.1 200 OK", 1, 200, "OK"),
        (b"HTTP/1.0 404 Not Found", 0, 404, "Not Found"),
        (b"HTTP/1.1 206", 1, 206, ""),
        (b"HTTP/1.1 206 ", 1, 206, ""),
    ],
)
def test_status_lines(line: bytes, minor: int, status: int, reason: str) -> None:
    head = parse_head(line + b"\r\n\r\n")
    assert (head.minor, head.status, head.reason, head.fields) == (minor, status, reason, [])


@pytest.mark.parametrize(
    "line",
    [b"", b"HTTP/1.1", b"HTTP/2 200", b"HTTP/1.1 2000 OK", b"HTTP/1.1 099 No", b"HTTP/1.1  200 OK", b"ICY 200 OK"],
)
def test_what_is_no_status_line(line: bytes) -> None:
    with pytest.raises(ProtocolError, match="illegal status line"):
        parse_head(line + b"\r\nX: y\r\n\r\n")


@pytest.mark.parametrize(
    "line", [b"no colon", b": no name", b"name with space: x", b"Content-Length : 3", b" folded: first", b"caf\xe9: x"]
)
def test_what_is_no_header(line: bytes) -> None:
    with pytest.raises(ProtocolError, match="illegal header line"):
        parse_head(b"HTTP/1.1 200 OK\r\n" + line + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (b"X:  spaced\t", "spaced"),
        (b"X: one\r\n  two\r\n\tthree", "one two three"),
        (b"X: caf\xc3\xa9", "café"),
        (b"X: caf\xe9", "café"),
        (b"X:", ""),
        (b"X: a:b", "a:b"),
    ],
)
def test_values(sent: bytes, value: str) -> None:
    assert parse_head(b"HTTP/1.1 200 OK\r\n" + sent + b"\r\n\r\n").fields == [("X", value)]


def test_headers_are_found_in_any_case_and_joined() -> None:
    headers = Headers([("ETag", "one"), ("etag", "two"), ("X", "y")])
    assert (headers["ETAG"], headers.get("x"), headers.get("z", "?"), "eTag" in headers) == ("one, two", "y", "?", True)
    assert dict(headers) == {"etag": "one, two", "x": "y"}
