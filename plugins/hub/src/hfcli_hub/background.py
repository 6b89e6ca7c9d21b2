"""``hf hub start``, ``stop`` and ``status``: a Hub that runs on after the command has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, TypeVar

from hfcli_core.api import (
    BusyError,
    ConflictError,
    HfError,
    HubTimeoutError,
    LocalStorageError,
    NotFoundError,
    UsageError,
)

from hfcli_hub.home import HubHome, ensure_owner
from hfcli_hub.serving import check_reach

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfcli_hub.home import Owner, RunningServer
    from hfcli_hub.serving import ServeOptions

_START_SECONDS = 30.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.05

T = TypeVar("T")
_KINDS = (BusyError, ConflictError, LocalStorageError, UsageError)


def start(options: ServeOptions) -> tuple[RunningServer, Owner]:
    """Start ``hf hub serve`` as a process of its own, and wait until it answers.

    Raises :class:`BusyError` when one runs already, and what the new process has said when it ends at once.
    """
    check_reach(options)
    home = HubHome(options.data)
    running = home.running()
    if running is not None:
        raise BusyError(f"a Hub runs already at {running.endpoint}, process {running.pid}", hint="hf hub stop")
    # The first token is shown by this process, as the other one has no terminal.
    with home.open() as hub:
        owner = ensure_owner(hub, options.user)
    log = home.data / "server.log"
    command = [sys.executable, "-m", "hfcli_core", "hub", "serve", *_arguments(options, home.data)]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  the program is ours
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )

    def ready() -> RunningServer | None:
        if process.poll() is not None:
            raise _ended(process.returncode, log)
        found = home.running()
        return found if found and found.pid == process.pid else None

    started = _wait(ready, _START_SECONDS)
    if started is None:
        process.terminate()
        raise HubTimeoutError(f"the server did not answer within {_START_SECONDS:.0f} s", hint=f"see {log}")
    return started, owner


def stop(data: Path) -> RunningServer | None:
    """End the process that serves ``data``, and no other; None when there is none."""
    home = HubHome(data)
    running = home.running()
    if running is None:
        return None
    os.kill(running.pid, signal.SIGTERM)
    if not _wait(lambda: home.running() is None, _STOP_SECONDS):
        raise HubTimeoutError(f"process {running.pid} has not ended within {_STOP_SECONDS:.0f} s")
    return running


def status(data: Path) -> RunningServer:
    """The process that serves ``data``; :class:`NotFoundError` when there is none."""
    running = HubHome(data).running()
    if running is None:
        raise NotFoundError(f"no Hub runs on {data}", hint="hf hub start")
    return running


def _arguments(options: ServeOptions, data: Path) -> list[str]:
    """The options of ``hf hub serve`` that mean ``options``."""
    arguments = ["--data", str(data), "--host", options.host, "--port", str(options.port)]
    arguments += ["--content-port", str(options.content_port)]
    if options.public_host:
        arguments += ["--public-host", options.public_host]
    if options.faults:
        arguments += ["--faults", str(options.faults.absolute())]
    if options.tls:
        cert, key = options.tls
        arguments += ["--tls-cert", str(cert.absolute()), "--tls-key", str(key.absolute())]
    if options.allow_remote:
        arguments.append("--allow-remote")
    if options.insecure:
        arguments.append("--insecure")
    if options.jobs:
        arguments.append("--jobs")
    return arguments


def _wait(check: Callable[[], T], seconds: float) -> T | None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if result := check():
            return result
        time.sleep(_POLL_SECONDS)
    return None


def _ended(code: int, log: Path) -> HfError:
    """What the server said before it ended, as if this process had said it."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
    hints = [line.removeprefix("Hint: ") for line in lines if line.startswith("Hint: ")]
    kind = next((kind for kind in _KINDS if kind.exit_code == code), HfError)
    message = (errors or lines or ["it said nothing"])[-1]
    return kind(f"the server ended at once: {message}", hint="; ".join([*hints[-1:], f"all that it said is in {log}"]))
