"""Room on the disk, and what the system's refusals mean (faults.md D1–D4)."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.errors import LocalStorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CAUSES = {
    errno.ENOSPC: ("the disk is full", "free some space, or choose another place with --cache-dir or --local-dir"),
    errno.EROFS: ("the file system is read-only", "choose another place with --cache-dir or --local-dir"),
    errno.EACCES: ("permission denied", "choose another place with --cache-dir or --local-dir"),
    errno.EPERM: ("permission denied", "choose another place with --cache-dir or --local-dir"),
    errno.EFBIG: ("the file is too big for this file system or limit", "choose another place"),
    errno.EIO: ("the disk reports an input/output error", "check the disk"),
    errno.ENAMETOOLONG: ("the name is too long for this file system", "choose a place with a shorter path"),
    errno.EMFILE: ("too many open files", "raise the limit (ulimit -n)"),
}
if hasattr(errno, "EDQUOT"):
    _CAUSES[errno.EDQUOT] = ("the disk quota is used up", "free some space, or choose another place")


def storage_error(error: OSError, path: str | os.PathLike[str] | None = None) -> LocalStorageError:
    """What an ``OSError`` of the disk means to a person. ``details``: ``path``, ``errno`` (its name) and ``cause``."""
    name = errno.errorcode.get(error.errno or 0, "")
    fallback = error.strerror or str(error) or type(error).__name__
    cause, hint = _CAUSES.get(error.errno or 0, (fallback, None))
    where = os.fspath(path if path is not None else error.filename or "")
    return LocalStorageError(
        f"cannot use {where}: {cause}" if where else f"local storage failed: {cause}",
        hint=hint,
        details={"path": where, "errno": name, "cause": cause},
    )


@contextmanager
def storage_errors(path: str | os.PathLike[str] | None = None) -> Iterator[None]:
    """Turn an ``OSError`` of the disk into a ``LocalStorageError`` that names ``path``; only for work on the disk.

    A connection's errors are ``OSError`` too, and are none of the disk's: they pass.
    """
    try:
        yield
    except (ConnectionError, TimeoutError):
        raise
    except OSError as error:
        raise storage_error(error, path) from error


def free_space(path: Path) -> int:
    """Bytes that this user can still write where ``path`` is, or will be."""
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def require_space(path: Path, needed: int) -> None:
    """Refuse a job of ``needed`` bytes that cannot fit, before its first byte.

    Raises ``LocalStorageError`` whose ``details`` have ``path``, ``needed``, ``free`` and ``missing``, in bytes.
    """
    free = free_space(path)
    if needed <= free:
        return
    raise LocalStorageError(
        f"not enough space in {path}: {needed:,} bytes needed, {free:,} free, {needed - free:,} missing",
        hint="free some space, or choose another place with --cache-dir or --local-dir",
        details={"path": str(path), "needed": needed, "free": free, "missing": needed - free},
    )
