"""``hf cache prune``: what no branch and no tag reaches goes, and what interrupted downloads left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import format_size

from .leftovers import plan_with_leftovers
from .places import scanned, tell_warnings
from .removal.carry_out import carry_out
from .removal.report import DRY_RUN, as_data, conclude, describe, joined

if TYPE_CHECKING:
    from hfcli_core.api import Output

    from .entries import RepoFolder, Snapshot
    from .removal.carry_out import Outcome
    from .removal.plan import Plan

_PULL_REQUEST = "refs/pr/"


@dataclass(frozen=True)
class PruneRequest:
    cache: str
    must_exist: bool = False
    dry_run: bool = False
    yes: bool = False


def prune(output: Output, request: PruneRequest) -> None:
    """Delete unreferenced revisions and leftovers, after a question."""
    scan = scanned(request.cache, must_exist=request.must_exist)
    tell_warnings(output, scan.warnings)
    plan = plan_with_leftovers(scan, is_unreferenced)
    if not plan:
        output.result(
            "No unreferenced revisions, incomplete downloads or shared blobs found. Nothing to prune.",
            {"revisions_deleted": 0, "freed": 0},
        )
        return
    parts = joined(_counts(plan))
    output.print(f"About to delete {parts} ({format_size(plan.freed())} total).")
    for removal in plan.removals:
        for line in describe(removal, written={}, entire=False):
            output.print(line)
    if request.dry_run:
        data = {"dry_run": True, "revisions": plan.revisions, "size": plan.freed(), "plan": as_data(plan)}
        output.result(DRY_RUN, data)
        return
    output.confirm("Proceed?", assume=request.yes)
    outcome = carry_out(plan, output.verbose, output.verbose)
    data = {
        "revisions_deleted": outcome.revisions,
        "incomplete_deleted": outcome.unfinished,
        "blobs_deleted": outcome.orphans,
        "plan": as_data(plan),
    }
    conclude(output, outcome, joined(_counts(outcome)), data, busy_is_fine=True)


def is_unreferenced(_repo: RepoFolder, snapshot: Snapshot) -> bool:
    """Whether neither a branch nor a tag reaches the revision; a pull request does not count."""
    return all(ref.startswith(_PULL_REQUEST) for ref in snapshot.refs)


def _counts(of: Plan | Outcome) -> dict[str, int]:
    return {
        "unreferenced revision(s)": of.revisions,
        "incomplete download(s)": of.unfinished,
        "unreferenced blob(s)": of.orphans,
    }
