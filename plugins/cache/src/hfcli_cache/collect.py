"""``hf cache gc``: what was not used for long goes until the cache is as small as it should be."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hfcli_core.api import format_size

from .leftovers import plan_with_leftovers
from .places import scanned, tell_warnings
from .prune import is_unreferenced
from .removal.carry_out import carry_out
from .removal.report import DRY_RUN, as_data, conclude, describe, joined
from .usage import repos_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfcli_core.api import Output

    from .entries import RepoFolder, Scan, Snapshot
    from .removal.carry_out import Outcome
    from .removal.plan import Plan


@dataclass(frozen=True)
class CollectRequest:
    """``max_size`` is in bytes, ``max_age`` in seconds; without both only leftovers go."""

    cache: str
    must_exist: bool = False
    max_size: float | None = None
    max_age: float | None = None
    dry_run: bool = False
    yes: bool = False


def collect(output: Output, request: CollectRequest) -> None:
    """Delete leftovers, what is older than it may be, and then the least recently used, after a question."""
    scan = scanned(request.cache, must_exist=request.must_exist)
    tell_warnings(output, scan.warnings)
    plan = make_plan(scan, request, time.time())
    if not plan:
        output.result("Nothing to collect.", {"repos_deleted": 0, "revisions_deleted": 0, "freed": 0})
        return
    output.print(f"About to delete {joined(_counts(plan))} ({format_size(plan.freed())} total).")
    for removal in plan.removals:
        entire = removal.whole and bool(removal.snapshots)
        for line in describe(removal, written={}, entire=entire):
            output.print(line)
    left = repos_size(scan) - plan.freed()
    if request.dry_run:
        counts = {"revisions": plan.revisions, "size": plan.freed(), "left": left}
        output.result(DRY_RUN, {"dry_run": True, **counts, "plan": as_data(plan)})
        return
    output.confirm("Proceed?", assume=request.yes)
    outcome = carry_out(plan, output.verbose, output.verbose)
    data: dict[str, Any] = {
        "repos_deleted": outcome.repos,
        "revisions_deleted": outcome.revisions,
        "incomplete_deleted": outcome.unfinished,
        "blobs_deleted": outcome.orphans,
        "plan": as_data(plan),
    }
    conclude(output, outcome, joined(_counts(outcome)), data, busy_is_fine=True)


def make_plan(scan: Scan, request: CollectRequest, now: float) -> Plan:
    """Leftovers and what is too old; then, while the rest is too large, revisions of no branch or tag and then whole
    repos, the least recently used first."""
    gone: set[tuple[str, str]] = set()
    if request.max_age is not None:
        for repo in scan.repos:
            for snapshot in repo.snapshots.values():
                if now - last_used(repo, [snapshot]) > request.max_age:
                    gone.add((repo.folder, snapshot.commit))

    def plan() -> Plan:
        return plan_with_leftovers(scan, lambda repo, one: (repo.folder, one.commit) in gone)

    if request.max_size is None:
        return plan()
    excess = repos_size(scan) - request.max_size
    for victim in _victims(scan, gone):
        if plan().freed() >= excess:
            break
        gone |= victim
    return plan()


def last_used(repo: RepoFolder, snapshots: list[Snapshot]) -> float:
    """When a file of these revisions was last read or written, as far as the file system says."""
    times = [max(stat.st_atime, stat.st_mtime) for stat in repo.stats_of(snapshots)]
    return max([*times, *(one.modified for one in snapshots)], default=0.0)


def _victims(scan: Scan, gone: set[tuple[str, str]]) -> Iterator[set[tuple[str, str]]]:
    detached = [
        (last_used(repo, [one]), repo.folder, one.commit)
        for repo in scan.repos
        for one in repo.snapshots.values()
        if is_unreferenced(repo, one) and (repo.folder, one.commit) not in gone
    ]
    for _, folder, commit in sorted(detached):
        yield {(folder, commit)}
    whole = [(last_used(repo, list(repo.snapshots.values())), repo) for repo in scan.repos if repo.snapshots]
    for _, repo in sorted(whole, key=lambda pair: (pair[0], pair[1].folder)):
        yield {(repo.folder, commit) for commit in repo.snapshots}


def _counts(of: Plan | Outcome) -> dict[str, int]:
    repos = of.repos if isinstance(of.repos, int) else len(of.repos)
    return {
        "repo(s)": repos,
        "revision(s)": of.revisions,
        "incomplete download(s)": of.unfinished,
        "unreferenced blob(s)": of.orphans,
    }
