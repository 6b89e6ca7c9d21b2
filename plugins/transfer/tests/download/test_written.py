"""The journal of an unfinished file: what it says is what was written, to this run and to the next."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hfcli_core.api import FileSink
from hfcli_transfer.download.spans import GRAIN
from hfcli_transfer.download.written import Written, read_total
from hypothesis import given, settings, strategies as st


def journal_in(folder: Path) -> FileSink:
    return FileSink(os.open(folder / "journal", os.O_RDWR | os.O_CREAT))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journals")


SIZES = st.integers(1, 12 * GRAIN)


@given(SIZES, st.lists(st.tuples(st.integers(0, 11), st.integers(1, 4 * GRAIN)), max_size=30))
@settings(deadline=None)
def test_gaps_are_what_was_not_written(folder: Path, size: int, writes: list[tuple[int, int]]) -> None:
    (folder / "journal").unlink(missing_ok=True)
    written = Written(size, journal_in(folder))
    there = bytearray(size)
    for number, count in writes:
        start = number * GRAIN
        if start >= size:
            continue
        start += next((n for n in range(0, GRAIN, GRAIN // 4) if not all(there[start : start + n + 1])), 0)
        while start < size and start % GRAIN and not there[start - 1]:
            start -= 1  # a part begins where its mebibyte begins, or where that is written to
        stop = min(size, start + count)
        there[start:stop] = b"\x01" * (stop - start)
        written.record(start, stop)
    expected = bytearray(b"\x01" * size)
    for start, stop in written.gaps():
        expected[start:stop] = bytes(stop - start)
    assert expected == there
    assert written.total == sum(there)
    assert written.prefix == (there + b"\x00").index(0)
    written.flush(0, size)
    written.close()
    again = Written(size, journal_in(folder))
    assert list(again.gaps()) == list(written.gaps())
    assert read_total(folder / "journal", size) == sum(there)
    again.close()


def test_a_kill_loses_less_than_a_mebibyte(tmp_path: Path) -> None:
    written = Written(4 * GRAIN, journal_in(tmp_path))
    written.record(0, GRAIN - 1)
    assert read_total(tmp_path / "journal", 4 * GRAIN) == 0
    written.record(GRAIN - 1, GRAIN + 10)
    assert read_total(tmp_path / "journal", 4 * GRAIN) == GRAIN + 10


def test_what_the_file_is_too_short_for_is_not_written(tmp_path: Path) -> None:
    written = Written(4 * GRAIN, journal_in(tmp_path))
    written.record(0, 4 * GRAIN)
    written.forget_after(GRAIN + 5)
    assert list(written.gaps()) == [(GRAIN + 5, 4 * GRAIN)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hfparts1",
        b"hfparts2" + bytes(8),
        b"hfparts1" + b"\xff" * 8,
        b"hfparts1" + bytes(12),
        b"\x00" * 16,
        b"{}" * 8,
    ],
)
def test_a_damaged_journal_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal").write_bytes(content)
    assert read_total(tmp_path / "journal", 2 * GRAIN) is None
    written = Written(2 * GRAIN, journal_in(tmp_path))
    assert list(written.gaps()) == [(0, 2 * GRAIN)]
    written.record(GRAIN, 2 * GRAIN)
    assert read_total(tmp_path / "journal", 2 * GRAIN) == GRAIN, "it is a good journal from then on"


@given(st.binary(max_size=64), SIZES)
def test_no_journal_claims_more_than_there_can_be(folder: Path, content: bytes, size: int) -> None:
    (folder / "garbage").write_bytes(b"hfparts1" + content)
    total = read_total(folder / "garbage", size)
    assert total is None or 0 <= total <= size
