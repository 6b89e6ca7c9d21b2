"""An output whose streams can be read, and a Python program run on a terminal or on pipes."""

from __future__ import annotations

import io
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hfcli_core.output.console import Output
from hfcli_core.output.formats import Format

BOUND = 20.0


class Stream(io.TextIOWrapper):
    """A text stream in memory, with the encoding and the kind of a real one."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


@dataclass
class Spoken:
    """An output and what it wrote."""

    output: Output
    _stdout: Stream
    _stderr: Stream

    @property
    def out(self) -> str:
        return self._stdout.text

    @property
    def err(self) -> str:
        return self._stderr.text


@pytest.fixture
def speak() -> Callable[..., Spoken]:
    """Make an output in a format; ``terminal`` makes its streams terminals, ``columns`` wide."""

    def make(
        shown_as: Format = Format.HUMAN,
        *,
        encoding: str = "utf-8",
        terminal: bool = False,
        environ: dict[str, str] | None = None,
        **options: Any,
    ) -> Spoken:
        stdout, stderr = (Stream(encoding, terminal=terminal) for _ in range(2))
        output = Output(
            format=shown_as, environ=environ or {}, stdin=io.StringIO(), stdout=stdout, stderr=stderr, **options
        )
        return Spoken(output, stdout, stderr)

    return make


@dataclass(frozen=True)
class Ran:
    code: int
    shown: str


@pytest.fixture
def on_terminal() -> Callable[..., Ran]:
    """Run a Python program on a pseudo-terminal of 80 columns; each of ``answers`` is typed when its text is shown."""
    if sys.platform == "win32":
        pytest.skip("no pseudo-terminals")

    def run(program: str, *, answers: dict[str, str] | None = None, environ: dict[str, str] | None = None) -> Ran:
        import pty

        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(sys.executable, [sys.executable, "-c", program], _environ(environ))
        waiting = dict(answers or {})
        shown = b""
        ends = time.monotonic() + BOUND
        while time.monotonic() < ends:
            readable, _, _ = select.select([terminal], [], [], 0.2)
            if not readable:
                continue
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
            for prompt in [prompt for prompt in waiting if prompt.encode() in shown]:
                os.write(terminal, waiting.pop(prompt).encode())
        else:
            os.kill(pid, 9)
            pytest.fail(f"still running after {BOUND} s: {shown!r}")
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
        return Ran(os.waitstatus_to_exitcode(status), shown.decode(errors="replace").replace("\r\n", "\n"))

    return run


@pytest.fixture
def on_pipes() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a Python program with pipes for its streams."""

    def run(
        program: str, *, environ: dict[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[bytes]:
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run(
            [sys.executable, "-c", program],
            env=_environ(environ),
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            timeout=BOUND,
            check=False,
            **options,
        )

    return run


def _environ(further: dict[str, str] | None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    return {"TERM": "xterm", "PYTHONUTF8": "1", **kept, **(further or {})}
