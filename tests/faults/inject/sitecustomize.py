"""Makes system calls of a process fail, or kills it there, as the variable ``FAULTS_INJECT`` (JSON) says.

``{"deny": ["os.symlink", "os.link"], "errno": "EPERM"}``: these fail. ``"write"`` stands for every open for writing,
``"write:.incomplete"`` and ``"os.rename:main"`` for those with that in a path. ``{"kill": 7}``: SIGKILL before the
seventh change that the process makes to the disk. ``{"locks": "no effect"}``: every lock is given at once.
``{"threads": 3}``: no more can be started. ``{"unreadable": 2}``: the second read from a place in a file fails by EIO.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import threading
from typing import Any

_CHANGES = {"os.mkdir", "os.rename", "os.symlink", "os.link", "os.remove", "os.truncate", "fcntl.flock"}
_WRITING = os.O_WRONLY | os.O_RDWR


def _install(order: dict[str, Any]) -> None:
    denied = {name: place for name, _, place in (text.partition(":") for text in order.get("deny", []))}
    code = getattr(errno, order.get("errno", "EPERM"))
    kill = order.get("kill", 0)
    lock = threading.Lock()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal kill
        if event == "open" and isinstance(args[2], int) and args[2] & _WRITING and args[0] != os.devnull:
            event = "write"
        if event not in _CHANGES and event != "write":
            return
        with lock:
            if kill:
                kill -= 1
                if not kill:
                    os.kill(os.getpid(), signal.SIGKILL)
        if event in denied and denied[event] in " ".join(map(str, args)):
            raise OSError(code, os.strerror(code), args[0])

    sys.addaudithook(hook)
    if "locks" in order:
        import fcntl

        fcntl.flock = lambda *_: None
    if "threads" in order:
        _limit_threads(order["threads"])
    if "unreadable" in order:
        _break_reading(order["unreadable"])


def _limit_threads(most: int) -> None:
    start = threading.Thread.start

    def start_one(thread: threading.Thread) -> None:
        if threading.active_count() > most:
            raise RuntimeError("can't start new thread")
        start(thread)

    threading.Thread.start = start_one  # type: ignore[method-assign]


def _break_reading(number: int) -> None:
    read, left = os.preadv, number

    def preadv(*arguments: Any) -> int:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(*arguments)

    os.preadv = preadv


if "FAULTS_INJECT" in os.environ:
    _install(json.loads(os.environ["FAULTS_INJECT"]))
