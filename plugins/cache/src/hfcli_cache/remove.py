"""``hf cache rm``: what was named goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import NotFoundError, NothingMatchedError, UsageError, format_size

from .places import scanned
from .removal.carry_out import carry_out
from .removal.report import DRY_RUN, as_data, conclude, describe, joined
from .targets import find_targets, is_pattern, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import HfError, Output

    from .entries import Scan
    from .removal.plan import Plan
    from .targets import Targets


@dataclass(frozen=True)
class RemoveRequest:
    cache: str
    words: tuple[str, ...]
    must_exist: bool = False
    dry_run: bool = False
    yes: bool = False


def remove(output: Output, request: RemoveRequest) -> None:
    """Delete from the cache what the words name, after a question."""
    if not request.words:
        # `hf cache rm $(hf cache ls -q …) -y` of a list that is empty.
        if not (request.yes or request.dry_run):
            raise UsageError("nothing is named to delete", hint="hf cache ls shows what can be")
        output.result("Nothing to delete.", {"repos_deleted": 0, "revisions_deleted": 0, "freed": 0})
        return
    scan = scanned(request.cache, must_exist=request.must_exist)
    targets = find_targets(scan, request.words)
    plan = targets.plan(scan)
    if not plan:
        raise _nothing_found(scan, targets.missing)
    for word in targets.missing:
        output.warn(f"not in the cache: {word}")
    _announce(output, targets, plan)
    if request.dry_run:
        counts = {"repos": len(targets.repos), "revisions": len(targets.named), "files": _files(plan)}
        output.result(DRY_RUN, {"dry_run": True, **counts, "size": plan.freed(), "plan": as_data(plan)})
        return
    output.confirm("Proceed with deletion?", assume=request.yes)
    outcome = carry_out(plan, output.note, output.verbose)
    output.note(f"Cache deletion done. Saved {format_size(outcome.freed)}.")
    deleted = f"{outcome.repos} repo(s) and {outcome.revisions} revision(s)"
    if outcome.files:
        counts = {"repo(s)": outcome.repos, "revision(s)": outcome.revisions, "file(s)": outcome.files}
        deleted = joined(counts)
    data = {
        "repos_deleted": outcome.repos,
        "revisions_deleted": outcome.revisions,
        "files_deleted": outcome.files,
        "missing": targets.missing,
        "plan": as_data(plan),
    }
    conclude(output, outcome, deleted, data)


def _announce(output: Output, targets: Targets, plan: Plan) -> None:
    counts = {"repo(s)": len(targets.repos), "revision(s)": len(targets.named), "file(s)": _files(plan)}
    output.print(f"About to delete {joined(counts)} totalling {format_size(plan.freed())}.")
    for removal in plan.removals:
        folder = removal.repo.folder
        entire = folder in targets.repos and folder not in targets.revisions
        for line in describe(removal, written=targets.named, entire=entire):
            output.print(line)


def _files(plan: Plan) -> int:
    return sum(len(paths) for removal in plan.removals for paths in removal.files.values())


def _nothing_found(scan: Scan, missing: Sequence[str]) -> HfError:
    shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
    if all(map(is_pattern, missing)):
        return NothingMatchedError(f"nothing in the cache matches: {shown}", hint="hf cache ls lists what is there")
    similar = nearest(scan, missing[0])
    return NotFoundError(
        f"not in the cache: {shown}",
        hint=f"did you mean {similar}?" if similar else "hf cache ls lists what is there",
        details={"missing": list(missing)},
    )
