"""One run of a program: what it took, as the operating system accounts for the finished process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


@dataclass
class Usage:
    """Seconds and MB (10⁶ bytes). ``code`` is negative for a signal, as in :mod:`subprocess`."""

    wall: float
    cpu: float
    memory: float
    code: int
    interrupted: bool


@dataclass(frozen=True)
class Interruption:
    """Send ``number`` once ``due`` says so; it is asked at most every 20 ms."""

    number: signal.Signals
    due: Callable[[], bool]


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    log: Path,
    *,
    timeout: float = 600,
    interruption: Interruption | None = None,
) -> Usage:
    """Run to the end, with exactly ``environment``; what it prints goes to ``log``.

    After ``timeout`` seconds, and when the benchmark itself is interrupted, the program and what it started are killed.
    """
    with log.open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            return _wait(process, started, timeout, interruption)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise


def _wait(process: subprocess.Popen[bytes], started: float, timeout: float, interruption: Interruption | None) -> Usage:
    asked, pending = started, interruption
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        now = time.monotonic()
        if pid:
            break
        if now - started > timeout:
            os.killpg(process.pid, signal.SIGKILL)
        elif pending and now - asked > 0.02:
            asked = now
            if pending.due():
                os.kill(process.pid, pending.number)
                pending = None
        # Fine at first, where a millisecond is a part of the result, and then out of the way of what is measured.
        time.sleep(0.001 if now - started < 2 else 0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = usage.ru_maxrss * _RSS_UNIT / 1e6
    cpu = usage.ru_utime + usage.ru_stime
    return Usage(now - started, cpu, memory, process.returncode, interrupted=interruption is not pending)
