"""What the words after ``hf cache rm`` mean: repos, revisions, files, by name, pattern or ``hf://`` address."""

from __future__ import annotations

import difflib
import fnmatch
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hfcli_core.api import Patterns, UsageError, parse_repo

from .layout import TYPES, Name
from .removal.plan import Plan, RepoRemoval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .entries import RepoFolder, Scan, Snapshot

_REVISION = re.compile(r"[0-9a-fA-F]{4,40}")
_WILDCARDS = frozenset("*?[")


@dataclass
class Targets:
    """What was found: revisions and repos in the order in which they were named, and words that found nothing.

    ``named`` has the revisions by commit, and how each was written.
    """

    repos: dict[str, RepoFolder] = field(default_factory=dict)
    revisions: dict[str, list[Snapshot]] = field(default_factory=dict)
    files: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    _folders: dict[str, RepoFolder] = field(default_factory=dict)

    def plan(self, scan: Scan) -> Plan:
        """A repo that is named goes as a whole; so does one that is emptied, if nobody else has files in it."""
        removals = []
        for folder, repo in self._folders.items():
            snapshots = self.revisions.get(folder, [])
            is_emptied = bool(snapshots) and len(snapshots) == len(repo.snapshots) and not repo.foreign
            whole = folder in self.repos or is_emptied
            gone = {one.commit for one in snapshots}
            files = {commit: paths for commit, paths in self.files.get(folder, {}).items() if commit not in gone}
            removals.append(RepoRemoval(repo, whole, snapshots, {} if whole else files))
        return Plan(scan, removals)

    def add_repo(self, repo: RepoFolder) -> None:
        self.repos[repo.folder] = self._folders.setdefault(repo.folder, repo)

    def add_revision(self, repo: RepoFolder, snapshot: Snapshot, written: str) -> None:
        self._folders.setdefault(repo.folder, repo)
        mine = self.revisions.setdefault(repo.folder, [])
        if snapshot not in mine:
            mine.append(snapshot)
        self.named.setdefault(snapshot.commit, written)

    def add_files(self, repo: RepoFolder, commit: str, paths: Iterable[str]) -> None:
        self._folders.setdefault(repo.folder, repo)
        mine = self.files.setdefault(repo.folder, {}).setdefault(commit, [])
        mine.extend(path for path in paths if path not in mine)


def find_targets(scan: Scan, words: Iterable[str]) -> Targets:
    """Raises ``UsageError`` for a word that cannot be understood, or may mean several revisions."""
    targets = Targets()
    for word in dict.fromkeys(words):
        found = _find_address(scan, word, targets) if word.startswith("hf://") else _find_name(scan, word, targets)
        if not found:
            targets.missing.append(word)
    return targets


def is_pattern(word: str) -> bool:
    """Whether a word may stand for any number of things."""
    return not _WILDCARDS.isdisjoint(word)


def nearest(scan: Scan, word: str) -> str | None:
    """The id in the cache that is most like a word that found nothing."""
    ids = [str(repo.name) for repo in scan.repos]
    return next(iter(difflib.get_close_matches(word, ids, n=1)), None)


def _find_name(scan: Scan, word: str, targets: Targets) -> bool:
    repos = _repos_named(scan, word)
    if not repos and _REVISION.fullmatch(word):
        return _find_revision(scan, word, targets)
    for repo in repos:
        targets.add_repo(repo)
    return bool(repos)


def _repos_named(scan: Scan, word: str) -> list[RepoFolder]:
    """By id, with or without its type, or by a pattern of either; case does not matter where it decides nothing."""
    kind, slash, rest = word.partition("/")
    if slash and kind.lower() in TYPES:
        word = f"{TYPES[kind.lower()]}/{rest}"
    for fits in (
        lambda repo: str(repo.name) == word,
        lambda repo: str(repo.name).lower() == word.lower(),
        lambda repo: repo.name.id.lower() == word.lower(),
    ):
        if found := [repo for repo in scan.repos if fits(repo)]:
            return found
    if not is_pattern(word):
        return []
    pattern = re.compile(fnmatch.translate(word.lower()))
    return [repo for repo in scan.repos if pattern.match(str(repo.name).lower()) or pattern.match(repo.name.id.lower())]


def _find_revision(scan: Scan, word: str, targets: Targets) -> bool:
    prefix = word.lower()
    found = [
        (repo, snapshot)
        for repo in scan.repos
        for snapshot in repo.snapshots.values()
        if snapshot.commit.startswith(prefix)
    ]
    if len({snapshot.commit for _, snapshot in found}) > 1:
        several = ", ".join(f"{snapshot.commit[:12]} of {repo.name}" for repo, snapshot in found[:3])
        raise UsageError(f"'{word}' begins the hash of {len(found)} revisions: {several}", hint="write more digits")
    for repo, snapshot in found:
        targets.add_revision(repo, snapshot, prefix)
    return bool(found)


def _find_address(scan: Scan, word: str, targets: Targets) -> bool:
    """``hf://[datasets/|spaces/]ns/name[@revision][/path]``; without a revision a path means that of all of them."""
    found = _read_address(scan, word)
    if found is None:
        return False
    repo, revision, path = found
    snapshots = list(_snapshots_at(repo, revision))
    if path is None:
        if revision is None:
            targets.add_repo(repo)
            return True
        for snapshot in snapshots:
            targets.add_revision(repo, snapshot, snapshot.commit[:8])
        return bool(snapshots)
    pattern = Patterns(include=[path, f"{path}/"])
    matched = False
    for snapshot in snapshots:
        paths = [one for one in (*snapshot.files, *snapshot.broken) if pattern.matches(one)]
        if paths:
            targets.add_files(repo, snapshot.commit, paths)
            matched = True
    return matched


def _read_address(scan: Scan, word: str) -> tuple[RepoFolder, str | None, str | None] | None:
    target = parse_repo(word)
    if repo := scan.repo(Name(target.repo.type, target.repo.id)):
        return repo, target.revision, target.path
    # A repo without a namespace, such as gpt2: what looks like its name is the beginning of the path.
    name, _, rest = target.repo.id.partition("/")
    repo = scan.repo(Name(target.repo.type, name)) if rest else None
    path = "/".join(filter(None, (rest, target.path)))
    return (repo, target.revision, path) if repo else None


def _snapshots_at(repo: RepoFolder, revision: str | None) -> Iterator[Snapshot]:
    for snapshot in repo.snapshots.values():
        if revision is None or revision in snapshot.refs or snapshot.commit.startswith(revision.lower()):
            yield snapshot
