"""What is to be done if the revision is where it was: found out while the Hub is asked where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import HfError

from ..workers import Beside
from .plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .destination import Destination
    from .listing import Lister, Listing
    from .plan import DownloadPlan
    from .request import DownloadRequest


@dataclass(frozen=True)
class Foresight:
    """``notes`` are for the user, once it turns out to be true."""

    listing: Listing
    plan: DownloadPlan
    notes: Sequence[str]


def commit_and_foresight(
    request: DownloadRequest, destination: Destination, lister: Lister
) -> tuple[str | None, Foresight | None]:
    """The commit of the revision as :meth:`Lister.commit`, and what was foreseen for it, if anything was."""
    expected = lister.expected_commit()
    if expected is None:
        return lister.commit(), None
    question = Beside(lister.commit)
    foresight = _foresee(request, destination, lister, expected)
    commit = question.result()
    return commit, foresight if commit == expected else None


def _foresee(request: DownloadRequest, destination: Destination, lister: Lister, commit: str) -> Foresight | None:
    notes: list[str] = []
    try:
        listing = lister.kept(commit, notes.append)
        return Foresight(listing, make_plan(request, listing, destination), notes) if listing else None
    except HfError:  # raised again if it turns out to be true
        return None
