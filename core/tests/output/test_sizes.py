"""Sizes, durations and ages as the official client prints them (wire.md §10, surface.md §6.1)."""

from __future__ import annotations

import pytest
from hfcli_core.output.sizes import format_age, format_bytes_exact, format_duration, format_size, parse_size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0.0"),
        (9, "9.0"),
        (999, "999.0"),
        (1000, "1.0K"),
        (3_200_000, "3.2M"),
        (35_500_000_000, "35.5G"),
        (2**53 + 1, "9.0P"),
        (10**27, "1000.0Y"),
    ],
)
def test_sizes_are_decimal(size: int, text: str) -> None:
    assert format_size(size) == text


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("500", 500),
        ("500B", 500),
        ("500k", 500_000),
        ("500K", 500_000),
        ("20M", 20_000_000),
        ("20 MB", 20_000_000),
        ("1.5MiB", 1_572_864),
        ("1.5mi", 1_572_864),
        (".5G", 500_000_000),
        ("2.Ki", 2048),
        ("3T", 3_000_000_000_000),
        ("2TiB", 2**41),
        (" 7k ", 7000),
    ],
)
def test_sizes_that_people_write(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "M", "-1", "+1", "1e3", "20Mb", "20mbit", "1P", "1iB", "5 5", "1.2.3", ".", "inf", "nan", "\u0663", "9" * 99],
)
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text of this error is never shown
        parse_size(text)


@pytest.mark.parametrize(("size", "text"), [(0, "0 bytes"), (1, "1 byte"), (1_048_576, "1,048,576 bytes")])
def test_exact_sizes(size: int, text: str) -> None:
    assert format_bytes_exact(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "--"), (0, "0s"), (45, "45s"), (59.6, "1m 0s"), (92, "1m 32s"), (8100, "2h 15m"), (200_000, "55h 33m")],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "a few seconds ago"),
        (19.9, "a few seconds ago"),
        (20, "20 seconds ago"),
        (59, "59 seconds ago"),
        (60, "1 minute ago"),
        (3600, "1 hour ago"),
        (2 * 86400, "2 days ago"),
        (6.6 * 86400, "1 week ago"),
        (40 * 86400, "6 weeks ago"),
        (60 * 86400, "2 months ago"),
        (350 * 86400, "1 year ago"),
        (3 * 365 * 86400, "3 years ago"),
    ],
)
def test_ages(seconds: float, text: str) -> None:
    assert format_age(seconds) == text
