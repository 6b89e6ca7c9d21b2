"""A program on a pseudo-terminal, with somebody who types answers to what it shows (POSIX only)."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ECHO_OFF = 0.05


@dataclass(frozen=True)
class Shown:
    """What a terminal showed, and how the program on it ended."""

    returncode: int
    text: str


Answers = Mapping[str, str] | Sequence[tuple[str, str]]
"""What is typed once a text is shown: by that text, or in pairs, where one text comes more than once."""


def on_terminal(command: Sequence[Any], answers: Answers, *, timeout: float, **options: Any) -> Shown:
    """Run ``command``; each answer is typed once its question is shown, in their order.

    ``AssertionError`` when a question never comes, or when the program goes on after ``timeout`` seconds.
    """
    import fcntl
    import pty
    import termios

    master, slave = pty.openpty()
    process = subprocess.Popen(  # noqa: S603  the caller's program
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        # Ctrl-C is for the program whose terminal it is.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  nothing else runs before exec
        **options,
    )
    os.close(slave)
    pairs = answers.items() if isinstance(answers, Mapping) else answers
    shown, answered, waiting, until = b"", 0, list(pairs), time.monotonic() + timeout
    try:
        while time.monotonic() < until:
            if select.select([master], [], [], 0.05)[0]:
                try:
                    data = os.read(master, 65536)
                except OSError:  # Linux says so when the last writer has gone
                    break
                if not data:
                    break
                shown += data
            if waiting and waiting[0][0].encode() in shown[answered:]:
                answered = len(shown)
                # getpass throws away what was typed before it turned the echo off.
                time.sleep(_ECHO_OFF)
                os.write(master, waiting.pop(0)[1].encode())
        returncode = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"it does not end: {shown.decode(errors='replace')}") from None
    finally:
        process.kill()
        process.wait()
        os.close(master)
    text = shown.decode(errors="replace").replace("\r\n", "\n")
    assert not waiting, f"never asked: {waiting[0][0]!r} in {text}"
    return Shown(returncode, text)
