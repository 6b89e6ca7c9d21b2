"""What is to go from a cache, and what that frees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..store import references
from .tally import Tally

if TYPE_CHECKING:
    from ..entries import RepoFolder, Scan, Snapshot, Unfinished


@dataclass
class RepoRemoval:
    """What goes from one repo: all of it (``whole``), or revisions, single files and leftovers.

    ``files`` has paths by revision, ``temporaries`` paths below the repo's folder, ``orphans`` names of blobs that no
    revision refers to.
    """

    repo: RepoFolder
    whole: bool = False
    snapshots: list[Snapshot] = field(default_factory=list)
    files: dict[str, list[str]] = field(default_factory=dict)
    unfinished: list[Unfinished] = field(default_factory=list)
    temporaries: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.whole:
            self.snapshots = list(self.repo.snapshots.values())
            self.unfinished = list(self.repo.unfinished)
            self.temporaries = list(self.repo.temporaries)

    @property
    def refs(self) -> list[str]:
        """Refs that would lead to nothing afterwards."""
        if self.whole:
            return sorted(self.repo.refs)
        return [ref for one in self.snapshots for ref in one.refs]

    @property
    def blobs(self) -> list[str]:
        """Blobs that nothing refers to afterwards: of all, or of what goes."""
        if self.whole:
            return sorted(self.repo.blobs)
        going = {name for one in self.snapshots for name in self.repo.blobs_of(one)}
        gone = {one.commit for one in self.snapshots}
        kept: set[str] = set()
        for snapshot in self.repo.snapshots.values():
            if snapshot.commit in gone:
                continue
            files = set(self.files.get(snapshot.commit, ()))
            for path, blob in snapshot.files.items():
                if blob is not None:
                    (going if path in files else kept).add(blob)
        return sorted((going | set(self.orphans)) - kept)

    def count(self, tally: Tally) -> None:
        """Add all names of files that go; payloads of the shared store are left to :meth:`Plan.freed`."""
        for name in self.blobs:
            if name not in self.repo.shared:
                tally.add(self.repo.blobs[name])
        for snapshot in self.snapshots:
            for stat in snapshot.plain.values():
                tally.add(stat)
        for commit, paths in self.files.items():
            plain = self.repo.snapshots[commit].plain
            for path in paths:
                if path in plain:
                    tally.add(plain[path])
        for one in self.unfinished:
            tally.add_bytes(one.size)
        for stat in self.repo.foreign.values() if self.whole else ():
            tally.add(stat)

    @property
    def payloads(self) -> set[str]:
        """Payloads of the shared store to which a link goes."""
        return {self.repo.shared[name] for name in self.blobs if name in self.repo.shared}


@dataclass
class Plan:
    """Everything that is to go. ``payloads``: of the shared store, that no repo refers to any more."""

    scan: Scan
    removals: list[RepoRemoval] = field(default_factory=list)
    payloads: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.removals or self.payloads)

    def freed(self) -> int:
        """Bytes that become free; content with other names or other links to it does not."""
        tally = Tally()
        links: set[str] = set()
        touched: set[str] = set()
        for removal in self.removals:
            removal.count(tally)
            links.update(f"{removal.repo.folder}/blobs/{name}" for name in removal.blobs)
            touched |= removal.payloads
        for payload in touched:
            users = references(self.scan.path, payload)
            if users and users <= links:
                tally.add_bytes(self.scan.store[payload].st_size)
        for payload in self.payloads:
            tally.add_bytes(self.scan.store[payload].st_size)
        return tally.freed

    @property
    def repos(self) -> list[RepoRemoval]:
        return [one for one in self.removals if one.whole]

    @property
    def revisions(self) -> int:
        """Revisions that go, those of whole repos too."""
        return sum(len(one.snapshots) for one in self.removals)

    @property
    def unfinished(self) -> int:
        return sum(len(one.unfinished) for one in self.removals)

    @property
    def orphans(self) -> int:
        return sum(len(one.orphans) for one in self.removals) + len(self.payloads)
