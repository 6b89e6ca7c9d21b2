"""The hashes by which the Hub knows files, of files that must not change meanwhile (faults.md U3)."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError

from ..workers import ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .sources import Source

_PIECE = 2**20
_WORTH_A_THREAD = 8 * _PIECE


def sha256_of(source: Source, check: Callable[[], None]) -> str:
    """The hash of a file of any size; ``check`` is called about every millisecond, and ends it by raising."""
    source.settle()
    digest = hashlib.sha256()
    count = 0
    with source.open() as file:
        pieces: Iterator[bytes] = iter(partial(file.read, _PIECE), b"")
        for piece in ahead(pieces) if source.size > _WORTH_A_THREAD else pieces:
            digest.update(piece)
            count += len(piece)
            check()
    if count != source.size:
        raise ConflictError(f"'{source.path}' changed while it was read", hint="nothing was committed; run it again")
    return digest.hexdigest()
