from __future__ import annotations

import pytest
from hfcli_hub.server.ranges import ByteRange, RangeNotSatisfiableError, is_not_modified, requested_range

ETAG = '"abc"'


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-99", (0, 100)),
        ("bytes=10-", (10, 100)),
        ("bytes=99-", (99, 100)),
        ("bytes=90-5000", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-5000", (0, 100)),
        ("Bytes = 3-4", (3, 5)),
    ],
)
def test_a_range_within_the_content_is_honoured(header: str, expected: tuple[int, int]) -> None:
    assert requested_range({"range": header}, size=100, etag=ETAG) == expected


@pytest.mark.parametrize(
    "header",
    [
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "items=0-5",
        "bytes=0-1,5-6",
        "bytes",
        "bytes=--5",
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_what_is_malformed_or_not_supported_asks_for_the_whole(header: str) -> None:
    assert requested_range({"range": header}, size=100, etag=ETAG) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=100-200", 100), ("bytes=-0", 100), ("bytes=0-", 0)]
)
def test_a_range_past_the_end_cannot_be_satisfied(header: str, size: int) -> None:
    with pytest.raises(RangeNotSatisfiableError):
        requested_range({"range": header}, size=size, etag=ETAG)


@pytest.mark.parametrize("validator", ['"other"', 'W/"abc"', "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_if_range_that_is_not_exactly_the_etag_asks_for_the_whole(validator: str) -> None:
    assert requested_range({"range": "bytes=5-", "if-range": validator}, size=100, etag=ETAG) is None


def test_if_range_with_the_etag_keeps_the_range() -> None:
    assert requested_range({"range": "bytes=5-", "if-range": ETAG}, size=100, etag=ETAG) == ByteRange(5, 100)


@pytest.mark.parametrize(
    ("header", "expected"),
    [(ETAG, True), ('W/"abc"', True), ('"x", "abc"', True), ("*", True), ('"x"', False), ("abc", False), ("", False)],
)
def test_if_none_match(header: str, expected: bool) -> None:
    assert is_not_modified({"if-none-match": header}, etag=ETAG) is expected
