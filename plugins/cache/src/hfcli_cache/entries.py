"""What a cache holds, as a scan found it. Sizes are in bytes, times in seconds since 1970."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .layout import Name


class Unfinished(NamedTuple):
    """What an interrupted download left: its file in ``blobs/``, and the journals beside it."""

    name: str
    etag: str
    stat: os.stat_result
    journals: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """What it takes on the disk: a file written in parts has holes."""
        blocks: int | None = getattr(self.stat, "st_blocks", None)
        return self.stat.st_size if blocks is None else min(self.stat.st_size, blocks * 512)


class Snapshot:
    """A revision. ``files`` maps paths to names of blobs, None for a plain file; those are in ``plain``."""

    __slots__ = ("broken", "commit", "files", "modified", "plain", "refs")

    def __init__(self, commit: str) -> None:
        self.commit = commit
        self.files: dict[str, str | None] = {}
        self.plain: dict[str, os.stat_result] = {}
        self.broken: dict[str, str] = {}
        """Links that lead to no content of this repo: path → the text of the link."""
        self.refs: list[str] = []
        self.modified = 0.0
        """Of the folder; for a revision without files."""


class RepoFolder:
    """One repo's folder."""

    def __init__(self, folder: str, name: Name, *, linked: bool) -> None:
        self.folder = folder
        self.name = name
        self.linked = linked
        """Whether the folder is a link to elsewhere: such a one is shown, and never changed."""
        self.refs: dict[str, str] = {}
        self.snapshots: dict[str, Snapshot] = {}
        self.blobs: dict[str, os.stat_result] = {}
        """Contents by their hashes."""
        self.shared: dict[str, str] = {}
        """Those of them that are kept in the store of 2.4.0, by their names there (``ab/<hash>``)."""
        self.unfinished: list[Unfinished] = []
        self.temporaries: dict[str, os.stat_result] = {}
        """Paths below the folder, of files that were on their way to another name."""
        self.foreign: dict[str, os.stat_result] = {}
        """Files in ``blobs/`` that no client put there."""

    @cached_property
    def used(self) -> set[str]:
        """Names of the blobs that a revision refers to."""
        return set().union(*map(self.blobs_of, self.snapshots.values()))

    def blobs_of(self, snapshot: Snapshot) -> set[str]:
        return {blob for blob in snapshot.files.values() if blob is not None}

    def stats_of(self, snapshots: Sequence[Snapshot]) -> list[os.stat_result]:
        """About each content of these revisions, once."""
        names = set().union(*map(self.blobs_of, snapshots))
        plain = [stat for one in snapshots for path, stat in one.plain.items() if one.files[path] is None]
        return [*map(self.blobs.__getitem__, names), *plain]

    @cached_property
    def contents(self) -> list[os.stat_result]:
        """The same of all revisions."""
        return self.stats_of(list(self.snapshots.values()))

    def size_of(self, snapshot: Snapshot) -> int:
        return sum(stat.st_size for stat in self.stats_of([snapshot]))


class Scan(NamedTuple):
    """A cache: ``path`` is its root, ``warnings`` are lines about entries that are damaged or no repo's."""

    path: str
    repos: list[RepoFolder]
    store: dict[str, os.stat_result]
    """Payloads of the store of 2.4.0, by name (``ab/<hash>``)."""
    warnings: list[str]

    def repo(self, name: Name) -> RepoFolder | None:
        return next((repo for repo in self.repos if repo.name == name), None)
