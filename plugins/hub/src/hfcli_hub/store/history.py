"""Questions about the past: the commits behind one, and who last touched a path."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from .git_objects import CommitInfo, GitObjects


def log(objects: GitObjects, commit: str) -> Iterator[CommitInfo]:
    """A commit and all its ancestors, newest first; a child always comes before its parent when clocks are right."""
    first = objects.commit(commit)
    queue = [(-first.date.timestamp(), 0, first)]
    seen = {commit}
    while queue:
        info = heapq.heappop(queue)[2]
        yield info
        for parent in info.parents:
            if parent not in seen:
                seen.add(parent)
                ancestor = objects.commit(parent)
                # The count keeps the order of discovery among commits of one second, and never compares two commits.
                heapq.heappush(queue, (-ancestor.date.timestamp(), len(seen), ancestor))


def last_commits(objects: GitObjects, commit: str, paths: Iterable[str]) -> dict[str, CommitInfo]:
    """For each path that exists at a commit, the newest commit in whose first-parent history it changed."""
    wanted = {path: item.oid for path in paths if (item := objects.item(commit, path))}
    found: dict[str, CommitInfo] = {}
    info = objects.commit(commit)
    while wanted:
        parent = info.parents[0] if info.parents else None
        for path, oid in list(wanted.items()):
            before = objects.item(parent, path) if parent else None
            if before is None or before.oid != oid:
                found[path] = info
                del wanted[path]
        if parent is None:
            break
        info = objects.commit(parent)
    return found
