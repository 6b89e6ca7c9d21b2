"""What would make a download fail in the end, found out before the first byte of content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import UnsafeInputError, check_collisions, free_space, require_space

from .destination import State
from .journal import kept_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import BlobRef

    from .destination import Destination
    from .early import EarlyFiles
    from .plan import DownloadPlan


def preflight(
    plan: DownloadPlan, destination: Destination, early: EarlyFiles | None = None, *, may_write: bool = True
) -> None:
    """Raise ``UnsafeInputError`` for files that cannot exist side by side, ``LocalStorageError`` for missing space.

    Where nothing may be written, the disk is believed to tell all names apart. Files that ``early`` has begun have
    their room already.
    """
    refuse_collisions([ref.path for ref in plan.files], destination, may_write=may_write)
    missing = [ref for ref in plan.of(State.MISSING) if early is None or early.begun(ref) is None]
    if destination.shares_blobs:
        require_room(list({ref.etag: ref for ref in missing}.values()), destination)
    else:
        require_room(missing + plan.of(State.ADOPTABLE), destination)


def refuse_collisions(paths: Sequence[str], destination: Destination, *, may_write: bool) -> None:
    """Names that differ in case only are a fault where the disk takes them for one; only they make us try that out."""
    try:
        check_collisions(paths)
    except UnsafeInputError:
        check_collisions(paths, folding=may_write and destination.folds_names())


def require_room(refs: Sequence[BlobRef], destination: Destination) -> None:
    """What an earlier run left of a file needs no more room; looked at only where there is not plenty."""
    needed = sum(ref.size or 0 for ref in refs)
    if needed == 0 or needed <= free_space(destination.root):
        return
    kept = sum(kept_bytes(destination, ref) for ref in refs)
    require_space(destination.root, needed - kept)
