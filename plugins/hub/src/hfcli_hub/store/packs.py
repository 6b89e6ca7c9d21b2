"""Few packs per repository: small ones are joined as `git repack --geometric` does.

Every commit of many files adds a pack, and every open pack costs file descriptors and a lookup per object.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from dulwich.object_format import DEFAULT_OBJECT_FORMAT
from dulwich.pack import load_pack_index

from .pack_file import PackFile

MOST_PACKS = 20
# Joining dissolves the deltas of pushed packs and takes seconds per 100 MB: large ones stay as they are.
_LARGE = 256 << 20


def join_small_packs(directory: Path, temporary: Path, read: Callable[[str], tuple[int, bytes]]) -> bool:
    """Join the smallest packs when there are too many. Returns whether packs went away.

    read: oid → type number and body. The caller holds the repository's lock. The new pack is in place before the first
    old one goes, so a reader finds each object at any moment, if need be by looking at the directory again.
    """
    packs = sorted((size, path) for path in directory.glob("*.pack") if (size := path.stat().st_size) < _LARGE)
    if len(packs) <= MOST_PACKS:
        return False
    small = [path for _, path in packs[: _number_to_join([size for size, _ in packs])]]
    joined = PackFile(temporary)
    try:
        for path in small:
            for oid in _oids(path):
                joined.add(oid, *read(oid))
        new = joined.publish(directory)
    finally:
        joined.discard()
    for path in small:
        if path != new:
            # Without its index first: a pack is looked for by its index. Windows keeps what another process has open.
            with contextlib.suppress(PermissionError):
                path.with_suffix(".idx").unlink(missing_ok=True)
                path.unlink(missing_ok=True)
    return True


def _number_to_join(sizes: list[int]) -> int:
    """How many of the smallest to join so that each that stays is twice as large as all smaller ones together."""
    number, below = 0, 0
    for position, size in enumerate(sizes):
        if size < 2 * below:
            number = position + 1
        below += size
    return number


def _oids(pack: Path) -> Iterator[str]:
    """The objects of a pack in the order in which they lie there."""
    index = load_pack_index(str(pack.with_suffix(".idx")), DEFAULT_OBJECT_FORMAT)
    try:
        entries = sorted((offset, name) for name, offset, _ in index.iterentries())
    finally:
        index.close()
    return (name.hex() for _, name in entries)
