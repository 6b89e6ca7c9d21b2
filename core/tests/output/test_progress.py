"""Progress: what it says is sane, what it costs is little, and no terminal is left broken."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
import unicodedata
from contextlib import suppress
from typing import Any

import pytest
from hfcli_core.output.formats import Format
from hfcli_core.output.progress import ActiveFile, Progress, RateMeter, Snapshot, estimate
from hfcli_core.output.progress_displays import choose_style
from hfcli_core.output.progress_text import live_lines, plain_line, summary_line
from hfcli_core.output.tables import cell_width
from hypothesis import given, strategies as st

SNAPSHOT = Snapshot(
    title="Downloading alice/model",
    done=1_200_000_000,
    total=4_900_000_000,
    files_done=3,
    total_files=12,
    active=(ActiveFile("a.safetensors", 1_000_000, 2_000_000), ActiveFile("b\x1b[2J.bin", 0, None)),
    status="waiting 12 s (rate limited)",
    rate=35_000_000.0,
    eta=105.7,
    elapsed=34.0,
    moved=1_190_000_000,
)

TRANSFER = """
import os, time
from hfcli_core.output.console import Output
from hfcli_core.output.formats import Format
output = Output(environ=os.environ, progress=os.environ.get("MODE", "auto"))
with output.progress("Downloading alice/model", total_bytes=4_000_000, total_files=2) as progress:
    progress.start("a\\u202e.bin", 3_000_000)
    progress.skip(1_000_000)
    for _ in range(3):
        progress.advance(1_000_000, "a\\u202e.bin")
        time.sleep(0.25)
    output.warn("in between")
    {then}
    progress.finish("a\\u202e.bin")
    progress.finish("b.bin")
"""


def test_lines() -> None:
    assert plain_line(SNAPSHOT) == (
        "Downloading alice/model: 1.2G of 4.9G (24%), 35.0M/s, 1m 46s left, 3 of 12 files (waiting 12 s (rate limited))"
    )
    assert summary_line(SNAPSHOT, failed=False) == "Downloading alice/model: done, 1.2G in 34s (35.0M/s), 3 files"
    assert summary_line(SNAPSHOT, failed=True) == (
        "Downloading alice/model: stopped at 1.2G of 4.9G (24%), 3 of 12 files"
    )
    assert live_lines(SNAPSHOT, width=90, height=23, ascii_only=True) == [
        "Downloading alice/model  ###------------  24%  1.2G/4.9G  35.0M/s  1m 46s left  3/12 files",
        "  waiting 12 s (rate limited)",
        "  a.safetensors  1.0M of 2.0M",
        "  b\\x1b[2J.bin",
    ]


def test_lines_without_totals() -> None:
    snapshot = Snapshot(title="Hashing", done=5_000, rate=1_000.0, files_done=1, elapsed=5.0, moved=5_000)
    assert plain_line(snapshot) == "Hashing: 5.0K, 1.0K/s, 1 file"
    assert live_lines(snapshot, width=79, height=23, ascii_only=False) == ["Hashing  5.0K  1.0K/s"]


def test_at_most_five_active_files_and_what_the_terminal_has_room_for() -> None:
    active = tuple(ActiveFile(f"f{number}", 0, 10) for number in range(32))
    snapshot = Snapshot(title="t", active=active)
    assert [line.split()[0] for line in live_lines(snapshot, width=79, height=23, ascii_only=False)] == (
        ["t", "f0", "f1", "f2", "f3", "f4", "and"]
    )
    assert len(live_lines(snapshot, width=79, height=3, ascii_only=False)) == 3


@given(
    st.builds(
        Snapshot,
        title=st.text(),
        done=st.integers(0, 2**63),
        total=st.none() | st.integers(0, 2**63),
        active=st.lists(st.builds(ActiveFile, st.text(), st.integers(0, 2**63), st.none()), max_size=7).map(tuple),
        status=st.text(),
        rate=st.floats(0, 1e12),
        eta=st.none() | st.floats(0, 3.6e5),
    ),
    st.integers(1, 200),
)
def test_live_lines_fit(snapshot: Snapshot, width: int) -> None:
    lines = live_lines(snapshot, width=width, height=23, ascii_only=False)
    assert all(cell_width(line) <= width for line in lines)
    assert not [c for line in lines for c in line if unicodedata.category(c) == "Cc"]


def test_a_fast_beginning_does_not_promise_a_fast_end() -> None:
    meter = RateMeter(0.0)
    moved = 0
    for second in range(1, 11):
        moved += 100_000_000
        rate = meter.add(float(second), moved)
    assert rate == pytest.approx(100_000_000)
    for second in range(11, 31):
        moved += 1_000
        rate = meter.add(float(second), moved)
    assert rate == pytest.approx(1_000)
    assert estimate(10_000, rate) == pytest.approx(10)
    assert estimate(10_000_000_000, rate) is None


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(-(10**12), 10**12)), max_size=50))
def test_rate_and_eta_are_always_sane(steps: list[tuple[float, int]]) -> None:
    meter = RateMeter(0.0)
    now, moved = 0.0, 0
    for step, size in steps:
        now, moved = now + step, moved + size
        rate = meter.add(now, moved)
        assert rate >= 0
        eta = estimate(10**12, rate)
        assert eta is None or 0 <= eta < 360_000


def test_counts_of_many_threads_add_up() -> None:
    progress = Progress("t", None, total_bytes=320_000, total_files=32)

    def work(number: int) -> None:
        progress.start(f"f{number}", 10_000)
        for _ in range(10_000):
            progress.advance(1, f"f{number}")
        progress.finish(f"f{number}")

    with progress:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
    snapshot = progress.snapshot()
    assert (snapshot.done, snapshot.files_done, snapshot.active, snapshot.eta) == (320_000, 32, (), 0.0)


def test_what_was_there_before_counts_as_done_but_not_as_speed() -> None:
    times = iter([0.0, 0.0, 10.0])
    progress = Progress("t", None, total_bytes=2_000, clock=lambda: next(times))
    with progress:
        progress.skip(1_000)
        progress.advance(100)
    snapshot = progress.snapshot()
    assert (snapshot.done, snapshot.rate, snapshot.eta) == (1_100, 10.0, 90.0)


class Recorder:
    """A display that keeps what it is given."""

    interval = 0.01

    def __init__(self) -> None:
        self.shown: list[Snapshot] = []
        self.closed: list[bool] = []

    def show(self, snapshot: Snapshot) -> None:
        self.shown.append(snapshot)

    def close(self, snapshot: Snapshot, *, failed: bool) -> None:
        self.closed.append(failed)


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, ValueError])
def test_the_timer_ends_with_the_block(error: type[BaseException] | None) -> None:
    display = Recorder()
    with suppress(KeyboardInterrupt, ValueError), Progress("t", display):
        time.sleep(0.1)
        if error is not None:
            raise error
    assert display.shown
    assert display.closed == [error is not None]
    assert "hf-progress" not in {thread.name for thread in threading.enumerate()}


STYLES = [
    ("auto", None, Format.HUMAN, True, "bar"),
    ("auto", None, Format.HUMAN, False, "plain"),
    ("auto", None, Format.QUIET, True, "none"),
    ("auto", None, Format.AGENT, True, "none"),
    ("auto", None, Format.JSON, True, "bar"),
    ("auto", None, Format.CSV, False, "none"),
    ("auto", True, Format.HUMAN, True, "none"),
    ("auto", False, Format.QUIET, True, "bar"),
    ("auto", False, Format.JSON, False, "plain"),
    ("bar", True, Format.QUIET, True, "bar"),
    ("bar", None, Format.HUMAN, False, "plain"),
    ("plain", True, Format.HUMAN, True, "plain"),
    ("json", True, Format.QUIET, True, "json"),
    ("none", False, Format.HUMAN, True, "none"),
]


@pytest.mark.parametrize(("mode", "disabled", "shown_as", "live", "style"), STYLES)
def test_the_style(mode: Any, disabled: bool | None, shown_as: Format, live: bool, style: str) -> None:
    assert choose_style(mode, disabled=disabled, format=shown_as, can_move_cursor=live) == style


def test_on_a_pipe_one_line_at_the_end(on_pipes: Any) -> None:
    ran = on_pipes(TRANSFER.format(then=""))
    warning, end = ran.stderr.decode().splitlines()
    assert warning == "Warning: in between"
    assert end.startswith("Downloading alice/model: done, 3.0M in 1s (")
    assert end.endswith("2 files")
    assert ran.stdout == b""


def test_on_a_pipe_a_failure_says_how_far_it_came(on_pipes: Any) -> None:
    ran = on_pipes(TRANSFER.format(then="raise SystemExit(3)"))
    assert ran.returncode == 3
    assert (
        ran.stderr.decode().splitlines()[1] == "Downloading alice/model: stopped at 4.0M of 4.0M (100%), 0 of 2 files"
    )


def test_json_objects(on_pipes: Any) -> None:
    ran = on_pipes(TRANSFER.format(then="time.sleep(0.5)"), environ={"MODE": "json"})
    events = [json.loads(line) for line in ran.stderr.decode().splitlines() if line.startswith("{")]
    assert [event["event"] for event in events] == ["progress", "done"]
    assert events[0]["active"] == [{"name": "a\u202e.bin", "bytes": 3_000_000, "size": 3_000_000}]
    assert (events[1]["bytes"], events[1]["total_bytes"], events[1]["files"]) == (4_000_000, 4_000_000, 2)


def test_none_is_silent(on_pipes: Any) -> None:
    ran = on_pipes(TRANSFER.format(then=""), environ={"MODE": "none"})
    assert ran.stderr == b"Warning: in between\n"


def test_on_a_terminal_it_is_live_and_leaves_one_line(on_terminal: Any) -> None:
    ran = on_terminal(TRANSFER.format(then="time.sleep(0.25)"))
    assert ran.code == 0
    assert "  a\\u202e.bin  2.0M of 3.0M" in ran.shown
    assert "50%  2.0M/4.0M" in ran.shown
    visible = screen(ran.shown)
    assert len(visible) == 2
    assert visible[0].endswith("Warning: in between")
    assert visible[1].startswith("Downloading alice/model: done, 3.0M in ")
    assert "\x1b[?25l" not in ran.shown


def test_a_dumb_terminal_gets_plain_lines(on_terminal: Any) -> None:
    ran = on_terminal(TRANSFER.format(then=""), environ={"TERM": "dumb"})
    assert "\x1b" not in ran.shown
    assert ran.shown.splitlines()[-1].startswith("Downloading alice/model: done")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_the_terminal_usable(on_terminal: Any, number: int) -> None:
    ran = on_terminal(TRANSFER.format(then=f"time.sleep(0.25); os.kill(os.getpid(), {int(number)}); time.sleep(5)"))
    assert ran.code == -number
    # The cursor is visible and stands at the start of a line of its own.
    assert "\x1b[?25l" not in ran.shown
    assert ran.shown.endswith("\n")
    if number == signal.SIGINT:
        assert "Downloading alice/model: stopped at 4.0M of 4.0M" in ran.shown


CHATTER = """
import os, threading
from hfcli_core.output.console import Output
output = Output(environ=os.environ)
with output.progress("Downloading alice/model", total_bytes=1) as progress:
    def talk(number):
        for line in range(25):
            output.warn(f"{number}-{line}")
            progress.advance(1)
    threads = [threading.Thread(target=talk, args=(number,)) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with output.progress("a second one") as inner:
        inner.advance(1)
"""


def test_what_many_threads_say_stays_whole(on_terminal: Any) -> None:
    ran = on_terminal(CHATTER, environ={"NO_COLOR": "1"})
    *warnings, summary = screen(ran.shown)
    assert sorted(warnings) == sorted(f"Warning: {number}-{line}" for number in range(8) for line in range(25))
    assert summary.startswith("Downloading alice/model: done, 200.0 in ")


def screen(shown: str) -> list[str]:
    """The lines that a terminal shows after these characters, of which only three move the cursor."""
    lines, row = [""], 0
    for part in re.findall(r"\n|\r|\x1b\[[0-9;?]*[A-Za-z]|[^\n\r\x1b]+", shown):
        if part == "\n":
            row += 1
            if row == len(lines):
                lines.append("")
        elif part == "\x1b[1A":
            row -= 1
        elif part == "\x1b[2K":
            lines[row] = ""
        elif not part.startswith("\x1b") and part != "\r":
            lines[row] += part
    return [line for line in lines if line]
