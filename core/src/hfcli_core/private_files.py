"""Small JSON files in the cache that decide what runs, so they are believed only when they are the user's own."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from typing import Any


def read_private_json(path: str) -> Any:
    """What the file holds, or None when it is missing, damaged, or could have been written by somebody else.

    Cache directories are shared on many clusters. These files name code to import and the place of the configuration,
    so one that another user owns or may write to is not read.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123  pathlib is not imported on the way to `hf --help`
            if not _is_ours(os.fstat(file.fileno())):
                return None
            return json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None


def write_private_json(path: str, data: Any) -> bool:
    """Replace the file in one step, readable by its user only; False where that is impossible, which is no error."""
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120  as above
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(data, file, separators=(",", ":"))
        os.replace(temporary, path)  # noqa: PTH105  as above
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108  as above
        return False
    return True


def _is_ours(status: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
