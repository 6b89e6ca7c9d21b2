"""`hf` on a pseudo-terminal, with somebody who answers whatever it asks, in order."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from hfcli_hub.testkit.cli import CliResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SECONDS = 60.0


def run_on_terminal(words: Sequence[str], environ: Mapping[str, str], folder: Path, *, types: str) -> CliResult:
    """All that the terminal shows, as stdout and as stderr.

    Each line of ``types`` is entered when the command waits behind ``: ``.
    """
    if sys.platform == "win32":
        pytest.skip("no pseudo-terminals")
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603  the program is ours
        [sys.executable, "-m", "hfcli_core", *words],
        env={**environ, "NO_COLOR": "1", "COLUMNS": "200"},
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends:
        if not select.select([ours], [], [], 0.2)[0]:
            continue
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when nobody has the terminal open any more
            break
        if not piece:
            break
        shown += piece
        if types and shown.endswith(b": "):
            line, _, types = types.partition("\n")
            os.write(ours, f"{line}\n".encode())
    else:
        process.kill()
    os.close(ours)
    text = shown.decode(errors="replace").replace("\r\n", "\n")
    return CliResult(process.wait(timeout=10), text, text)
