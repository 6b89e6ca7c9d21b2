"""Small files that are the user's alone: tokens, and what decides which code runs."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from typing import Any


def write_private(path: str, data: bytes) -> None:
    """Replace the file, in one step and also in the eyes of a crash; nobody else may read it. Raises ``OSError``."""
    temporary = f"{path}.{os.urandom(4).hex()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)  # whatever the umask is
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, path)  # noqa: PTH105  pathlib is not imported on the way to `hf --help`
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108  as above
        raise


def write_private_json(path: str, data: Any) -> bool:
    """Replace a file of the cache; False where that is impossible, which is no error."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120  as above
        write_private(path, json.dumps(data, separators=(",", ":")).encode())
    except OSError:
        return False
    return True


def read_private_json(path: str) -> Any:
    """What the file holds, or None when it is missing, damaged, or could have been written by somebody else.

    Cache directories are shared on many clusters. These files name code to import and the place of the configuration,
    so one that another user owns or may write to is not read.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  as above
            if not _is_ours(os.fstat(file.fileno())):
                return None
            return json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None


def _is_ours(status: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
