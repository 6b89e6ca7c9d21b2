"""Files that survive a power cut: synced before they get their name, the name synced after."""

from __future__ import annotations

import os
from pathlib import Path


def sync_directory(path: Path) -> None:
    """Make renames and new names in a directory durable. Windows cannot open directories and needs no such step."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(temporary: Path, target: Path) -> None:
    """Give a closed, synced file its final name, atomically and durably."""
    _make_directories(target.parent)
    temporary.replace(target)
    sync_directory(target.parent)


def write_new(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a small file durably under its final name; for files that nobody reads before this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_directories(path: Path) -> None:
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for directory in reversed(missing):
        directory.mkdir(exist_ok=True)
        sync_directory(directory.parent)
