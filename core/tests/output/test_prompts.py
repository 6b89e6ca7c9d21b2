"""Questions on a real terminal, and none where there is no terminal."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from hfcli_core.errors import UsageError
from hfcli_core.output.formats import Format

ASK = """
import os
from hfcli_core.errors import HfError
from hfcli_core.output.console import Output
from hfcli_core.output.formats import Format
output = Output(environ=os.environ, format=Format(os.environ.get("FORMAT", "human")))
try:
    {call}
    print("went on")
except HfError as error:
    output.error(error)
    raise SystemExit(error.exit_code)
"""
CONFIRM = ASK.format(call='output.confirm("Delete \\x1b[2Jit?")')
SECRET = ASK.format(call='print("got", len(output.ask("Token", flag="--token", hidden=True)))')
NAME = ASK.format(call='print("got", output.ask("Name", flag="--name"))')
QUESTION = "Delete \\x1b[2Jit? [y/N]: "


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("what\nyes\n", 0)])
def test_confirm(on_terminal: Any, answer: str, code: int) -> None:
    ran = on_terminal(CONFIRM, answers={QUESTION: answer})
    assert QUESTION in ran.shown
    assert ran.code == code
    assert ran.shown.endswith("went on\n" if code == 0 else "Aborted.\n")


def test_the_end_of_input_aborts(on_terminal: Any) -> None:
    ran = on_terminal(CONFIRM, answers={QUESTION: "\x04"})
    assert (ran.code, ran.shown.splitlines()[-1]) == (1, "Aborted.")


def test_three_answers_that_are_none_abort(on_terminal: Any) -> None:
    ran = on_terminal(CONFIRM, answers={QUESTION: "what\nwhat\nwhat\n"})
    assert (ran.code, ran.shown.count(QUESTION)) == (1, 3)


def test_an_empty_answer_takes_the_default(on_terminal: Any) -> None:
    ran = on_terminal(ASK.format(call='output.confirm("Go on?", default=True)'), answers={"Go on? [Y/n]: ": "\n"})
    assert ran.code == 0


def test_an_interruption_is_not_swallowed(on_terminal: Any) -> None:
    ran = on_terminal(CONFIRM, answers={QUESTION: "\x03"})
    assert ran.code == -2
    assert "KeyboardInterrupt" in ran.shown


def test_a_secret_is_not_shown(on_terminal: Any) -> None:
    ran = on_terminal(SECRET, answers={"Token: ": "hf_secret\n"})
    assert ran.code == 0
    assert "got 9" in ran.shown
    assert "hf_secret" not in ran.shown


def test_an_answer_is_stripped_and_asked_for_again_when_empty(on_terminal: Any) -> None:
    ran = on_terminal(NAME, answers={"Name: ": "\n  alice \n"})
    assert "got alice\n" in ran.shown


def test_an_agent_is_never_asked(on_terminal: Any) -> None:
    ran = on_terminal(CONFIRM, environ={"FORMAT": "agent", "NO_COLOR": "1"})
    assert ran.code == 2
    assert "Hint: pass --yes" in ran.shown


@pytest.mark.parametrize(("program", "flag"), [(CONFIRM, "--yes"), (SECRET, "--token"), (NAME, "--name")])
@pytest.mark.parametrize("stdin", [subprocess.PIPE, subprocess.DEVNULL])
def test_without_a_terminal_nothing_waits(on_pipes: Any, program: str, flag: str, stdin: int) -> None:
    started = time.monotonic()
    if stdin == subprocess.PIPE:
        # A pipe that nobody ever writes to or closes.
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
            assert other.stdin
            ran = on_pipes(program, stdin=other.stdin)
            other.kill()
    else:
        ran = on_pipes(program, stdin=stdin)
    assert time.monotonic() - started < 10
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode().splitlines()[1] == f"Hint: pass {flag}"


def test_what_is_assumed_is_not_asked(speak: Any) -> None:
    spoken = speak(Format.JSON)
    spoken.output.confirm("Delete it?", assume=True)
    assert (spoken.out, spoken.err) == ("", "")
    with pytest.raises(UsageError, match="Delete it"):
        spoken.output.confirm("Delete it?", flag="--force")
