from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_BOUND = 30.0


@dataclass(frozen=True)
class Shown:
    """What a terminal showed, and how the program on it ended."""

    code: int
    text: str


@pytest.fixture
def person(cli: Any) -> Callable[..., Shown]:
    """``person("auth", "login", answers={"Token": "…"})``: somebody at a terminal, who types after what is shown."""
    pytest.importorskip("pty", reason="needs POSIX terminals")

    def type_at_terminal(
        *args: str, answers: Mapping[str, str] | None = None, env: Mapping[str, str | None] | None = None
    ) -> Shown:
        import fcntl
        import pty
        import termios

        master, slave = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "hfcli_core", *args],
            env=cli.environ({"HF_TOKEN": None, "TERM": "dumb", **(env or {})}),
            cwd=cli.work,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            # Ctrl-C is for the program whose terminal it is.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        shown, waiting, until = b"", list((answers or {}).items()), time.monotonic() + _BOUND
        while time.monotonic() < until:
            if select.select([master], [], [], 0.05)[0]:
                try:
                    data = os.read(master, 65536)
                except OSError:  # Linux says so when the last writer has gone
                    break
                if not data:
                    break
                shown += data
            if waiting and waiting[0][0].encode() in shown:
                # getpass throws away what was typed before it turned the echo off.
                time.sleep(0.05)
                os.write(master, waiting.pop(0)[1].encode())
        else:
            process.kill()
        code = process.wait(timeout=10)
        os.close(master)
        assert not waiting, f"never asked: {waiting} in {shown.decode()}"
        return Shown(code, shown.decode().replace("\r\n", "\n"))

    return type_at_terminal


@pytest.fixture
def files(cli: Any) -> Callable[[], dict[str, str]]:
    """Every file below the home of ``cli``: name → content."""

    def read() -> dict[str, str]:
        root: Path = cli.home
        found = [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        return {path.relative_to(root).as_posix(): path.read_text(errors="replace") for path in found}

    return read
