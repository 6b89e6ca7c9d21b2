"""What is to be done for each file, decided before the first byte of content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hfcli_core.api import BlobRef, OfflineError, check_path

from .destination import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .destination import Destination
    from .early import EarlyFiles
    from .listing import Listing
    from .request import DownloadRequest


LARGE = 8 << 20
"""Bytes from which on a file is fetched in parts."""


@dataclass(frozen=True)
class DownloadPlan:
    """The wanted files in the order of the listing, and what is there of each."""

    commit: str
    files: Mapping[BlobRef, State] = field(default_factory=dict)

    def of(self, state: State) -> list[BlobRef]:
        return [ref for ref, found in self.files.items() if found is state]


def make_plan(
    request: DownloadRequest, listing: Listing, destination: Destination, early: EarlyFiles | None = None
) -> DownloadPlan:
    """Look at what the destination has; files that ``early`` has begun were missing.

    Raises ``UnsafeInputError`` for a name that must not reach the disk, and ``ConflictError`` for files that the user
    changed, unless forced.
    """
    files: dict[BlobRef, State] = {}
    for entry in listing.files:
        ref = BlobRef.from_entry(request.repo, listing.commit, entry)
        check_path(ref.path)
        missing = request.force_download or (early is not None and early.begun(ref) is not None)
        files[ref] = State.MISSING if missing else destination.state(ref)
    plan = DownloadPlan(listing.commit, files)
    if changed := plan.of(State.CHANGED):
        raise destination.refuse([ref.path for ref in changed])
    return plan


def refuse_offline(request: DownloadRequest, plan: DownloadPlan) -> None:
    """Without a network nothing may be missing; raises ``OfflineError`` that names what is."""
    paths = [ref.path for ref in plan.of(State.MISSING)]
    if not paths:
        return
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    raise OfflineError(
        f"offline mode is on, and not everything is here: {paths[0]}{more} of {request.repo}",
        hint="unset HF_HUB_OFFLINE to download it",
        details={"repo": request.repo.id, "commit": plan.commit, "paths": paths},
    )
