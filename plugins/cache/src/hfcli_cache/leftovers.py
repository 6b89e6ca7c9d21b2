"""What is in a cache and of no use to anybody: unfinished downloads, blobs without a revision, temporary files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .layout import TYPES
from .removal.plan import Plan, RepoRemoval
from .store import references

if TYPE_CHECKING:
    from collections.abc import Callable

    from .entries import RepoFolder, Scan, Snapshot

_TEMPORARY_AGE = 3600.0
"""Seconds after which nobody is still at work on a file that is put into its place within one."""


def plan_with_leftovers(scan: Scan, goes: Callable[[RepoFolder, Snapshot], bool]) -> Plan:
    """The removal of all leftovers, and of the revisions that ``goes`` chooses; a repo that is empty then goes too."""
    plan = Plan(scan)
    order = list(TYPES.values())
    for repo in sorted(scan.repos, key=lambda repo: order.index(repo.name.type)):
        snapshots = [one for one in repo.snapshots.values() if goes(repo, one)]
        orphans = sorted(repo.blobs.keys() - repo.used)
        temporaries = [path for path, stat in repo.temporaries.items() if time.time() - stat.st_mtime > _TEMPORARY_AGE]
        if snapshots or orphans or repo.unfinished or temporaries:
            # What others put into the folder is theirs, unless the repo itself is named.
            whole = len(snapshots) == len(repo.snapshots) and not repo.foreign
            plan.removals.append(RepoRemoval(repo, whole, snapshots, {}, list(repo.unfinished), temporaries, orphans))
    plan.payloads = sorted(name for name in scan.store if references(scan.path, name) == set())
    return plan
