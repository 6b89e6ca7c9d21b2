"""Which bytes of an unfinished file can be kept.

An unfinished file is written from its start without gaps, so its length is the whole journal; the hash over kept and
new bytes decides in the end whether that was true. It belongs to who holds the lock of its content: without a lock
nobody can know whether another process is still writing, and then a fresh file is begun.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from hfcli_core.api import LocalStorageError

from .verify import VerifiedFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.api import BlobRef

    from .destination import Destination


def begin(destination: Destination, ref: BlobRef) -> VerifiedFile:
    """A new, empty file."""
    return VerifiedFile(destination.create_partial(ref), ref)


def resume(destination: Destination, ref: BlobRef, pause: Callable[[], None]) -> VerifiedFile:
    """The longest unfinished file of this content, hashed as far as it goes, else a new one.

    Only for who holds the lock. ``pause`` is called while kept bytes are hashed.
    """
    for length, name in _kept(destination, ref):
        try:
            partial = destination.open_partial(name)
        except LocalStorageError:
            continue  # finished or removed by another process since it was listed
        file = VerifiedFile(partial, ref)
        file.follow(length, pause)
        return file
    return begin(destination, ref)


def kept_bytes(destination: Destination, ref: BlobRef) -> int:
    """How much of a file earlier runs left, for an estimate of the space that is needed."""
    return max((length for length, _ in _kept(destination, ref)), default=0)


def _kept(destination: Destination, ref: BlobRef) -> list[tuple[int, str]]:
    """Length and name of what earlier runs left of this content, the longest first."""
    found = []
    for name in destination.partials(ref):
        with suppress(OSError):
            found.append(((destination.root / name).lstat().st_size, name))
    return sorted(((length, name) for length, name in found if length <= (ref.size or 0)), reverse=True)
