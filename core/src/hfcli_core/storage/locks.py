"""Locks between processes, on the files that the official client locks (wire.md §6).

Locks are advice: they save work, and nothing is wrong without them, because every writer has its own partial file and
publishes by renaming it. So a lock that the file system cannot give, or that belongs to somebody else, is done without.
"""

from __future__ import annotations

import os
import posixpath
import re
import socket
import stat
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.errors import BusyError, Cancelled
from hfcli_core.storage.directories import extended

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from filelock import BaseFileLock

    from hfcli_core.storage.root import Root

LOCK_MODE = 0o664
"""So that the users of a shared cache can wait for each other, as the official client has it."""

_SIGNATURE = re.compile(rb"(\d+\n[^\n]*\n)?")
"""What a lock file may contain: nothing, or the process and host of its holder."""

_SLICE = 0.25
"""Seconds between looks at ``cancelled``."""

_REMIND = 10.0
"""Seconds between calls of ``on_wait``."""


@dataclass(frozen=True, slots=True)
class LockWait:
    """A wait for a lock: its file, who has it as far as is known, and for how many seconds it has lasted."""

    path: Path
    holder: str
    seconds: float

    def __str__(self) -> str:
        return f"waiting for {self.holder}, which is busy with the same file ({self.seconds:.0f} s)"


@dataclass(frozen=True, slots=True)
class LockOptions:
    """How to wait: for ``timeout`` seconds at most.

    ``on_wait`` is called when waiting begins and every ten seconds; ``cancelled`` is asked four times a second and ends
    the wait with ``Cancelled``; ``log`` gets one line when there can be no lock.
    """

    timeout: float = 600.0
    on_wait: Callable[[LockWait], None] = lambda _waiting: None
    cancelled: Callable[[], bool] = lambda: False
    log: Callable[[str], None] = lambda _line: None


@contextmanager
def file_lock(root: Root, name: str, options: LockOptions) -> Iterator[bool]:
    """Hold the lock file ``name`` below ``root``, making its directories; yields whether it is really held.

    Raises ``BusyError`` when the time is up. The file stays, empty: removing it would let two processes that wait for
    it hold two different files.
    """
    fd = _lock_at_once(root, name)
    if fd is None:
        with _lock_patiently(root, name, options) as held:
            yield held
        return
    signed = _write_holder(fd)
    try:
        yield True
    finally:
        if signed:
            _erase_holder(fd)
        os.close(fd)


def holder_of(path: Path) -> str:
    """Who holds the lock, in words: ``process 4711``, ``process 4711 on host``, or ``another process``."""
    try:
        pid, host = path.read_text().split("\n")[:2]
        number = int(pid)
    except (OSError, ValueError):
        return "another process"
    if host != socket.gethostname():
        return f"process {number} on {ascii(host)[1:-1]}"
    return f"process {number}" if _is_alive(number) else "another process"


def _lock_at_once(root: Root, name: str) -> int | None:
    """A descriptor that holds the lock; None when somebody else has it, or it cannot be had this way.

    A repo has thousands of small files, and hardly ever has one of their locks to be waited for.
    """
    if fcntl is None:
        return None
    try:
        fd = root.open(name, os.O_RDWR | os.O_CREAT, LOCK_MODE, create_parents=True)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = os.fstat(fd)
        if found.st_nlink == 1:
            if stat.S_IMODE(found.st_mode) != LOCK_MODE:
                with suppress(OSError):
                    os.fchmod(fd, LOCK_MODE)
            return fd
    except OSError:
        pass
    # The lock of a file that was removed meanwhile is nobody's.
    os.close(fd)
    return None


@contextmanager
def _lock_patiently(root: Root, name: str, options: LockOptions) -> Iterator[bool]:
    from filelock import FileLock

    path = extended(root.join(name))
    signed: list[int] = []

    def sign(fd: int) -> None:
        if _write_holder(fd):
            signed.append(fd)

    # Without soft locks: one that a killed process left behind would block everybody after it.
    lock = FileLock(path, mode=LOCK_MODE, thread_local=False, fallback_to_soft=False, on_acquired=sign)
    held = _acquire(lock, root, name, options)
    try:
        yield held
    finally:
        for fd in signed:
            _erase_holder(fd)
        # Some network file systems fail to unlock (CIFS); closing the descriptor, which follows, does it there.
        with suppress(OSError):
            lock.release()


def _acquire(lock: BaseFileLock, root: Root, name: str, options: LockOptions) -> bool:
    from filelock import Timeout

    path = extended(root.join(name))
    begin = time.monotonic()
    reminder = 0.0
    while True:
        left = begin + options.timeout - time.monotonic()
        try:
            root.mkdir(posixpath.dirname(name))
            lock.acquire(timeout=max(0.0, min(_SLICE, left)))
        except Timeout:
            waited = time.monotonic() - begin
        except (OSError, NotImplementedError) as error:
            options.log(f"going on without the lock {path}: {error}")
            return False
        else:
            return True
        if options.cancelled():
            raise Cancelled
        if waited >= options.timeout:
            raise BusyError(
                f"{holder_of(path)} has been busy with the same file for {waited:.0f} s: {path}",
                hint="wait for it to finish, or raise the setting lock_timeout",
                details={"path": str(path), "waited": waited},
            )
        if waited >= reminder:
            options.on_wait(LockWait(path, holder_of(path), waited))
            reminder = waited + _REMIND


def _write_holder(fd: int) -> bool:
    """Say in the lock file who holds it, unless that would destroy a file that only looks like one."""
    with suppress(OSError):
        found = os.fstat(fd)
        if found.st_nlink != 1 or (found.st_size and not _SIGNATURE.fullmatch(os.pread(fd, 512, 0))):
            return False
        if found.st_size:
            os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n{socket.gethostname()}\n".encode(), 0)
        return True
    return False


def _erase_holder(fd: int) -> None:
    with suppress(OSError):
        os.ftruncate(fd, 0)


def _is_alive(pid: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
