"""The hashes by which the Hub knows files, of files that must not change meanwhile (faults.md U3)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, git_blob_sha1

if TYPE_CHECKING:
    from collections.abc import Callable

    from .sources import Source

_PIECE = 2**20


def git_sha1_of(source: Source) -> str:
    """Git's hash of a small file."""
    return git_blob_sha1(source.read())


def sha256_of(source: Source, check: Callable[[], None]) -> str:
    """The hash of a file of any size; ``check`` is called about every millisecond, and ends it by raising."""
    digest = hashlib.sha256()
    count = 0
    with source.open() as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            count += len(piece)
            check()
    source.check()
    if count != source.size:
        raise ConflictError(f"'{source.path}' changed while it was read", hint="nothing was committed; run it again")
    return digest.hexdigest()
