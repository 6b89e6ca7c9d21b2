"""The hashes by which the Hub knows files, of files that must not change meanwhile (faults.md U3)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .sources import Source

_PIECE = 2**20


def sha256_of(source: Source, check: Callable[[], None]) -> str:
    """The hash of a file of any size; ``check`` is called about every millisecond, and ends it by raising."""
    source.settle()
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(min(_PIECE, max(source.size, 1))))
    count = 0
    with source.open() as file:
        while size := file.readinto(buffer):  # type: ignore[attr-defined]  # typeshed's BinaryIO lacks it
            digest.update(buffer[:size])
            count += size
            check()
    if count != source.size:
        raise ConflictError(f"'{source.path}' changed while it was read", hint="nothing was committed; run it again")
    return digest.hexdigest()
