"""What ``hf cache ls`` shows: one row for each repo or revision."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from hfcli_core.api import Column, format_age, format_size

from .filters import parse_filter, passes
from .places import scanned, tell_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hfcli_core.api import Output

    from .entries import RepoFolder, Scan, Snapshot

SORT_KEYS = ("accessed", "modified", "name", "size")
_FIELDS = {"accessed": "last_accessed", "modified": "last_modified", "size": "size_on_disk"}


class ListRequest(NamedTuple):
    """``filters`` are texts, ``sort`` is ``key[:asc|:desc]``; ``warnings`` None shows the first few."""

    cache: str
    must_exist: bool = False
    revisions: bool = False
    filters: tuple[str, ...] = ()
    sort: str | None = None
    limit: int | None = None
    warnings: bool | None = None


class Entry(NamedTuple):
    """A row, and what it stands for."""

    row: dict[str, Any]
    repo: RepoFolder
    snapshots: list[Snapshot]


def list_cache(output: Output, request: ListRequest) -> None:
    """Print the repos or revisions that the request asks for, what is odd, and what is left unfinished."""
    filters = [parse_filter(text) for text in request.filters]
    scan = scanned(request.cache, must_exist=request.must_exist)
    now = time.time()
    entries = [entry for entry in make_entries(scan, revisions=request.revisions) if passes(entry.row, filters, now)]
    by, downwards = order(request.sort)
    entries = sorted(entries, key=lambda entry: by(entry.row), reverse=downwards)[: request.limit]
    tell_warnings(output, scan.warnings, request.warnings)
    output.table(
        [entry.row for entry in entries],
        _columns(request.revisions, now),
        quiet="revision" if request.revisions else "id",
        empty=f"No cached {'revisions' if request.revisions else 'repositories'} found.",
        footer=_footer(entries),
    )
    unfinished = [one for repo in scan.repos for one in repo.unfinished]
    if unfinished:
        size = format_size(sum(one.size for one in unfinished))
        output.hint(f"{len(unfinished)} unfinished download(s) hold {size}; hf cache ls --partials lists them")


def make_entries(scan: Scan, *, revisions: bool) -> list[Entry]:
    """One for each repo that has a revision, or for each revision; by id, then by commit."""
    repos = [repo for repo in scan.repos if repo.snapshots]
    if not revisions:
        return [_repo_entry(repo) for repo in repos]
    return [_revision_entry(scan, repo, one) for repo in repos for one in repo.snapshots.values()]


def order(sort: str | None) -> tuple[Callable[[Mapping[str, Any]], Any], bool]:
    """The key of a row to sort by, and whether downwards: numbers are, where ``sort`` does not say, and names are not.

    Rows that are equal in it keep their order.
    """
    key, _, direction = (sort or "").partition(":")
    downwards = direction == "desc" if direction else key in _FIELDS
    if key in _FIELDS:
        return (lambda row: row[_FIELDS[key]] or 0), downwards
    return (lambda row: row["id"].lower() if key else 0), downwards


def _repo_entry(repo: RepoFolder) -> Entry:
    snapshots = list(repo.snapshots.values())
    size, accessed, modified = _totals(repo.contents)
    row = {
        "repo_id": repo.name.id,
        "repo_type": repo.name.type,
        "size_on_disk": size,
        "last_accessed": accessed or None,
        "last_modified": modified or max(one.modified for one in snapshots) or None,
        "refs": sorted({ref for one in snapshots for ref in one.refs}),
        "id": str(repo.name),
        "size": size,
        "revisions": len(snapshots),
    }
    return Entry(row, repo, snapshots)


def _revision_entry(scan: Scan, repo: RepoFolder, snapshot: Snapshot) -> Entry:
    size, _, modified = _totals(repo.stats_of([snapshot]))
    accessed = max((stat.st_atime for stat in repo.contents), default=0.0)
    row = {
        "repo_id": repo.name.id,
        "repo_type": repo.name.type,
        "revision": snapshot.commit,
        "snapshot_path": os.path.join(scan.path, repo.folder, "snapshots", snapshot.commit),  # noqa: PTH118  a row each
        "size_on_disk": size,
        "last_accessed": accessed or None,
        "last_modified": modified or snapshot.modified or None,
        "refs": snapshot.refs,
        "id": str(repo.name),
        "size": size,
        "files": len(snapshot.files),
    }
    return Entry(row, repo, [snapshot])


def _totals(stats: Sequence[os.stat_result]) -> tuple[int, float, float]:
    """Size, and the times of the latest use and change."""
    return (
        sum([stat.st_size for stat in stats]),
        max([stat.st_atime for stat in stats], default=0.0),
        max([stat.st_mtime for stat in stats], default=0.0),
    )


def _footer(entries: list[Entry]) -> str:
    """How much the rows stand for, what they share counted once."""
    by_repo: dict[str, tuple[RepoFolder, list[Snapshot]]] = {}
    for entry in entries:
        by_repo.setdefault(entry.repo.folder, (entry.repo, []))[1].extend(entry.snapshots)
    total = 0
    shared: dict[tuple[int, int], int] = {}
    for repo, snapshots in by_repo.values():
        stats = repo.contents if len(snapshots) == len(repo.snapshots) else repo.stats_of(snapshots)
        if repo.shared:
            shared |= {(stat.st_dev, stat.st_ino): stat.st_size for stat in stats}
        else:
            total += sum([stat.st_size for stat in stats])
    count = sum(len(entry.snapshots) for entry in entries)
    size = format_size(total + sum(shared.values()))
    return f"Found {len(by_repo)} repo(s) for a total of {count} revision(s) and {size} on disk."


def _columns(revisions: bool, now: float) -> list[Column]:
    size = Column("size_on_disk", "SIZE", align="right", min_width=8, human=format_size)
    modified = Column("last_modified", human=_age(now))
    refs = Column("refs", human=" ".join)
    if revisions:
        return [Column("id"), Column("revision"), size, modified, refs]
    return [Column("id"), size, Column("last_accessed", human=_age(now)), modified, refs]


def _age(now: float) -> Callable[[float | None], str]:
    return lambda when: "" if when is None else format_age(now - when)
