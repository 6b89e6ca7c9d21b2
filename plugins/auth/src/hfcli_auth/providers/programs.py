"""Run a program of the user's that prints a secret: by its absolute path, without a shell, within limits (A8)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hfcli_core.api import ProviderFailed, escape, redact, same_endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIMIT = 10.0
_LARGEST = 64 * 1024
_SHOWN = 300
_LONG_WORD = re.compile(r"(?=[A-Za-z_+=.-]*\d)[A-Za-z0-9_+=.-]{16,}")


def command_for(table: Mapping[str, Any], endpoint: str, setting: str) -> list[str] | None:
    """The words that a table of the configuration has for ``endpoint``. Raises :class:`ProviderFailed`."""
    words = next((words for address, words in table.items() if _matches(address, endpoint, setting)), None)
    if words is None:
        return None
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise ProviderFailed(
            f"{setting}: what is there for {endpoint} is not a list of words",
            hint=f'for example: [{setting}]  "{endpoint}" = ["/usr/local/bin/program", "argument"]',
        )
    if not Path(words[0]).is_absolute():
        raise ProviderFailed(f"{setting}: {words[0]} is not an absolute path")
    return list(words)


def output_of(words: Sequence[str], tell: str, *, what: str, environ: Mapping[str, str]) -> str:
    """Standard output of the program. Raises :class:`ProviderFailed`, which names it and tells no secret."""
    name = f"{what} {words[0]}"
    try:
        process = subprocess.Popen(  # noqa: S603  an absolute path that the user configured, no shell
            list(words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
            cwd=Path(words[0]).anchor,
            start_new_session=True,
        )
    except OSError as error:
        raise ProviderFailed(f"{name} cannot be run: {error.strerror or error}") from error
    said = bytearray()
    reader = threading.Thread(target=_drain, args=(process, said), daemon=True)
    reader.start()
    timed_out = threading.Event()

    def give_up() -> None:
        timed_out.set()
        _end(process)

    timer = threading.Timer(LIMIT, give_up)
    timer.start()
    try:
        assert process.stdin
        assert process.stdout
        with suppress(OSError):  # it may not care to be told
            process.stdin.write(tell.encode())
            process.stdin.close()
        answer = process.stdout.read(_LARGEST + 1)
        if len(answer) > _LARGEST:
            raise ProviderFailed(f"{name} said too much: more than {_LARGEST // 1024} KiB")
        code = process.wait()
    finally:
        timer.cancel()
        _end(process)
        process.wait()
    if timed_out.is_set():
        raise ProviderFailed(f"{name} did not answer within {LIMIT:g} s")
    reader.join(1)
    if code != 0:
        why = without_secrets(bytes(said).decode("utf-8", "replace"))
        raise ProviderFailed(f"{name} failed with exit code {code}" + (f": {why}" if why else ""))
    return answer.decode("utf-8", "replace")


def without_secrets(text: str) -> str:
    """The first line of what a program said, without words that could be a secret which nobody here knows."""
    line = text.strip().partition("\n")[0]
    return escape(_LONG_WORD.sub("***", redact(line)))[:_SHOWN]


def _matches(address: str, endpoint: str, setting: str) -> bool:
    from hfcli_core.api import HfError

    try:
        return same_endpoint(address, endpoint)
    except HfError:
        raise ProviderFailed(f"{setting}: {address!r} is not the address of a Hub") from None


def _drain(process: subprocess.Popen[bytes], kept: bytearray) -> None:
    """Read what it says on standard error, or it would wait for somebody to do so; keep the beginning."""
    assert process.stderr
    with suppress(OSError, ValueError):
        while data := process.stderr.read1(4096):  # type: ignore[attr-defined]  # of a buffered reader
            kept += data[: _LARGEST - len(kept)]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, and what it started, which may hold its standard output open."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
