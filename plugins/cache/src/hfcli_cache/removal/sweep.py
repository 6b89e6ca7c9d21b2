"""Removes a payload of the store of 2.4.0 that no repo links to any more (wire.md §6)."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..layout import STORE
from ..store import is_store, references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfcli_core.api import Root

_LOCK_MODE = 0o666
"""As 2.4.0 has it, so that other users of a shared cache can take the same lock."""


def sweep(root: Root, payload: str) -> int:
    """The bytes that became free: none where it is still linked to, in use, or where that cannot be known."""
    cache, place = str(root.path), f"{STORE}/{payload}"
    if not is_store(cache) or references(cache, payload) != set():
        return 0
    with _locked(root, f"{place}.lock") as held:
        found = root.stat(place)
        # Once more: a link may have been made while we waited.
        if not held or found is None or not stat.S_ISREG(found.st_mode) or references(cache, payload) != set():
            return 0
        root.unlink(place)
        root.unlink(f"{place}.refs")
        return found.st_size


@contextmanager
def _locked(root: Root, name: str) -> Iterator[bool]:
    try:
        import fcntl
    except ImportError:  # Windows, where 2.4.0 has no links and so no such store
        yield False
        return
    fd = root.open(name, os.O_RDWR | os.O_CREAT, _LOCK_MODE)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield os.fstat(fd).st_nlink == 1
    finally:
        os.close(fd)
