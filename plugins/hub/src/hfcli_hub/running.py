"""``hf hub run``: a command with a Hub of its own around it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.api import UsageError

from hfcli_hub.home import HubHome, ensure_owner
from hfcli_hub.process import HubServer
from hfcli_hub.serving import ServeOptions, client_environment, served
from hfcli_hub.testkit.accounts import add_test_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hfcli_hub.store.hub import Hub

_FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP")


def run(command: Sequence[str], data: Path | None) -> int:
    """Run ``command`` with a Hub on ``data``, or on a fresh one when that is None; return its exit code.

    A Hub that is served already is used as it is. Raises :class:`UsageError` for a program that is not found.
    """
    with _persistent(data) if data else _ephemeral() as addition:
        return _run(command, {**os.environ, **addition})


@contextmanager
def _ephemeral() -> Iterator[Mapping[str, str]]:
    with tempfile.TemporaryDirectory(prefix="hf-hub-") as folder, HubServer(Path(folder), jobs=True) as server:
        add_test_accounts(server.hub)
        token = server.hub.accounts.create_token("alice", name="hf hub run")
        yield _environment(server.endpoint, token, Path(folder))


@contextmanager
def _persistent(data: Path) -> Iterator[Mapping[str, str]]:
    home = HubHome(data)
    already = home.running()
    around = nullcontext((already, None)) if already else served(ServeOptions(data, port=0, jobs=True))
    with around as (running, _), home.open() as hub, _temporary_token(hub) as token:
        yield _environment(running.endpoint, token, home.data)


@contextmanager
def _temporary_token(hub: Hub) -> Iterator[str]:
    owner = ensure_owner(hub).name
    token = hub.accounts.create_token(owner, name="hf hub run")
    identity = hub.accounts.identify(token)
    assert identity is not None
    try:
        yield token
    finally:
        hub.accounts.revoke_token(owner, identity.token.key)


def _environment(endpoint: str, token: str, data: Path) -> dict[str, str]:
    """What the command sees; ``hf`` in it is this one, also where another is first on the caller's PATH."""
    scripts = sysconfig.get_path("scripts")
    path = os.pathsep.join(filter(None, [scripts, os.environ.get("PATH")]))
    return {**client_environment(endpoint, token), "HFCLI_HUB_DATA": str(data), "PATH": path}


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    program = shutil.which(command[0], path=environ["PATH"])
    if program is None:
        raise UsageError(f"no such program: {command[0]}")
    process = subprocess.Popen([program, *command[1:]], env=environ)  # noqa: S603  the user's own command
    with _forwarding_signals(process):
        code = process.wait()
    return 128 - code if code < 0 else code


@contextmanager
def _forwarding_signals(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Signals to this process go to the command, which decides what they mean."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def forward(number: int, _frame: object) -> None:
        # What a terminal sends on Ctrl-C goes to both processes by itself.
        if not (number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty()):
            process.send_signal(number)

    numbers = [getattr(signal, name) for name in _FORWARDED if hasattr(signal, name)]
    previous = {number: signal.signal(number, forward) for number in numbers}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
