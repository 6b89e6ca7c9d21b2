"""What earlier runs left of a file, and how to go on with it.

An unfinished file belongs to who holds the lock of its content: without a lock nobody can know whether another process
is still writing, and then a fresh file is begun. The hash over kept and new bytes decides in the end whether what was
noted down is true.
"""

from __future__ import annotations

import stat
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.api import LocalStorageError, journal_name, storage_errors

from .verify import VerifiedFile
from .written import Written, read_total

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from hfcli_core.api import BlobRef, Partial

    from .destination import Destination


class Kept(NamedTuple):
    """An unfinished file: how many bytes of it are written, and whether a journal says which."""

    written: int
    name: str
    journaled: bool


def begin(destination: Destination, ref: BlobRef) -> VerifiedFile:
    """A new, empty file, to be written from its start."""
    return VerifiedFile(destination.create_partial(ref), ref)


def resume(destination: Destination, ref: BlobRef, pause: Callable[[], None]) -> VerifiedFile:
    """The longest unfinished file of this content, hashed as far as it goes, else a new one.

    Only for who holds the lock. ``pause`` is called while kept bytes are hashed.
    """
    for kept in _ours(destination, ref, destination.partials(ref)):
        if not kept.journaled and (partial := _opened(destination, kept.name)):
            file = VerifiedFile(partial, ref)
            file.follow(kept.written, pause)
            return file
    return begin(destination, ref)


def begin_parts(destination: Destination, ref: BlobRef) -> tuple[Partial, Written]:
    """A new, empty file, to be written in parts."""
    return _journaled(destination, ref, destination.create_partial(ref))


def resume_parts(destination: Destination, ref: BlobRef) -> tuple[Partial, Written]:
    """The unfinished file of this content of which most is written, else a new one; only for who holds the lock."""
    for kept in _ours(destination, ref, destination.partials(ref, anew=True)):
        if partial := _opened(destination, kept.name):
            partial, written = _journaled(destination, ref, partial)
            if not kept.journaled and kept.written:
                written.record(0, kept.written)
            return partial, written
    return begin_parts(destination, ref)


def kept_bytes(destination: Destination, ref: BlobRef) -> int:
    """How much of a file earlier runs left."""
    return max((kept.written for kept in _kept(destination, ref, destination.partials(ref))), default=0)


def _ours(destination: Destination, ref: BlobRef, names: Sequence[str]) -> list[Kept]:
    """What earlier runs left. A link in its place, also a hard one, would have us write elsewhere, and is removed."""
    ours = []
    for name in names:
        if all(map(_is_alone, (destination.root / name, destination.root / journal_name(name)))):
            ours.append(name)
        else:
            destination.remove_partial(name)
    return _kept(destination, ref, ours)


def _is_alone(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return True
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def _journaled(destination: Destination, ref: BlobRef, partial: Partial) -> tuple[Partial, Written]:
    assert ref.size is not None
    with storage_errors(partial.path):
        written = Written(ref.size, destination.open_journal(partial))
        written.forget_after(partial.path.stat().st_size)
    return partial, written


def _opened(destination: Destination, name: str) -> Partial | None:
    # It may have been finished or removed by another process since it was listed.
    with suppress(LocalStorageError):
        return destination.open_partial(name)
    return None


def _kept(destination: Destination, ref: BlobRef, names: Sequence[str]) -> list[Kept]:
    """What earlier runs left of this content, the most first."""
    found = []
    for name in names:
        with suppress(OSError):
            length = (destination.root / name).lstat().st_size
            noted = read_total(destination.root / journal_name(name), ref.size or 0)
            found.append(Kept(length if noted is None else min(noted, length), name, noted is not None))
    return sorted((kept for kept in found if kept.written <= (ref.size or 0)), reverse=True)
