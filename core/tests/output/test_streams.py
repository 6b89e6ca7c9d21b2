"""Streams of every kind: narrow, colourless, without Unicode, closed, broken, full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hfcli_core.output.formats import Format
from hfcli_core.output.tables import Column

LONG = [{"id": "org/" + "x" * 100, "n": 1}]
COLUMNS = [Column("id"), Column("n")]

SAY = """
import os
from hfcli_core.output.console import Output
from hfcli_core.output.formats import Format
from hfcli_core.output.tables import Column
output = Output(environ=os.environ, format=Format(os.environ.get("FORMAT", "human")))
output.table([{"id": "\\u6a21\\u578b\\u202e/\\u2713", "n": 1}], [Column("id"), Column("n")], quiet="id")
output.warn("\\xe9 \\u2713")
"""


@pytest.mark.parametrize(
    ("terminal", "environ", "truncate", "width"),
    [
        (True, {"COLUMNS": "20"}, True, 20),
        (True, {"COLUMNS": "0"}, True, 80),
        (True, {"COLUMNS": "wide"}, True, 80),
        (True, {}, True, 80),
        (True, {"COLUMNS": "20"}, False, 107),
        (False, {"COLUMNS": "20"}, True, 107),
    ],
)
def test_tables_are_cut_for_a_terminal_only(
    speak: Any, terminal: bool, environ: dict[str, str], truncate: bool, width: int
) -> None:
    spoken = speak(terminal=terminal, environ={"NO_COLOR": "1", **environ}, truncate=truncate)
    spoken.output.table(LONG, COLUMNS, quiet="id")
    assert {len(line) for line in spoken.out.splitlines()} == {width}
    assert spoken.err == ("" if width == 107 else "Hint: --no-truncate or --format json shows whole values\n")


@pytest.mark.parametrize(
    ("terminal", "color", "environ", "colored"),
    [
        (True, "auto", {}, True),
        (True, "auto", {"TERM": "dumb"}, False),
        (True, "auto", {"NO_COLOR": "1"}, False),
        (True, "auto", {"NO_COLOR": ""}, True),
        (True, "never", {"CLICOLOR_FORCE": "1"}, False),
        (False, "auto", {}, False),
        (False, "auto", {"CLICOLOR_FORCE": "1"}, True),
        (False, "auto", {"CLICOLOR_FORCE": "0"}, False),
        (False, "auto", {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        (False, "always", {"NO_COLOR": "1"}, True),
    ],
)
def test_color(speak: Any, terminal: bool, color: str, environ: dict[str, str], colored: bool) -> None:
    spoken = speak(terminal=terminal, color=color, environ=environ)
    spoken.output.warn("careful")
    assert spoken.err == ("\x1b[33m\x1b[1mWarning: \x1b[0mcareful\n" if colored else "Warning: careful\n")


@pytest.mark.parametrize(
    ("encoding", "shown_as", "out"),
    [
        ("cp1252", Format.HUMAN, "é\\u2713\n"),
        ("ascii", Format.HUMAN, "\\xe9\\u2713\n"),
        ("cp1252", Format.JSON, '{"v":"\\u00e9\\u2713"}\n'),
        ("utf-8", Format.JSON, '{"v":"é✓"}\n'),
        ("ascii", Format.CSV, "v\r\n\\xe9\\u2713\r\n"),
    ],
)
def test_an_encoding_without_the_character(speak: Any, encoding: str, shown_as: Format, out: str) -> None:
    spoken = speak(shown_as, encoding=encoding)
    spoken.output.result("é✓", {"v": "é✓"})
    assert spoken.out == out


@pytest.mark.parametrize("environ", [{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "cp1252"}])
def test_a_program_on_an_old_console(on_pipes: Any, environ: dict[str, str]) -> None:
    ran = on_pipes(SAY, environ={"PYTHONUTF8": "0", **environ})
    assert ran.returncode == 0, ran.stderr
    assert b"\\u6a21\\u578b\\u202e/\\u2713" in ran.stdout
    assert ran.stderr.startswith(b"Warning: ")


def test_a_reader_that_leaves_is_no_failure(on_pipes: Any) -> None:
    program = SAY + "\nfor _ in range(1000):\n    output.print('x' * 1000)\nassert output.reader_gone\n"
    read_end, write_end = os.pipe()
    os.close(read_end)
    ran = on_pipes(program, stdout=write_end)
    os.close(write_end)
    assert (ran.returncode, ran.stderr.decode()) == (0, "Warning: é ✓\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("shown_as", ["human", "csv"])
def test_a_full_disk_is_told_once(on_pipes: Any, shown_as: str) -> None:
    program = "from hfcli_core.errors import LocalStorageError\ntry:\n" + "".join(
        f"    {line}\n" for line in SAY.splitlines()
    )
    program += "except LocalStorageError as error:\n    print(error, file=__import__('sys').stderr)\n"
    with Path("/dev/full").open("wb") as full:
        ran = on_pipes(program, stdout=full, environ={"FORMAT": shown_as})
    assert ran.returncode == 0
    assert ran.stderr == b"cannot write to standard output: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes streams")
def test_closed_streams(on_pipes: Any) -> None:
    command = ["/bin/sh", "-c", '"$0" -c "$1" >&- 2>&- <&-; echo $?', sys.executable, SAY]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (ran.stdout, ran.stderr) == ("0\n", "")
