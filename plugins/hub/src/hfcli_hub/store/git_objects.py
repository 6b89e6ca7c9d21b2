"""Reading git objects: blobs, trees and commits of one repository, with caches keyed by oid (which never go stale)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from dulwich.object_store import DiskObjectStore
from dulwich.objects import Commit, ObjectID, ShaFile, Tag

from .bounded import BoundedCache
from .packs import join_small_packs
from .pointer import LfsPointer, parse_pointer
from .refs import check_exists
from .staging import BLOB, COMMIT, TAG, TREE
from .tree_edit import DIRECTORY_MODE, TreeItem, parse

_GITLINK_MODE = 0o160000


@dataclass(frozen=True)
class Entry:
    """A file or directory at a commit. `size` is that of the content in bytes: an LFS file's, not its pointer's."""

    path: str
    type: Literal["file", "directory"]
    oid: str
    size: int = 0
    lfs: LfsPointer | None = None


@dataclass(frozen=True)
class CommitInfo:
    """One commit. `message` is what follows the title."""

    id: str
    tree: str
    parents: tuple[str, ...]
    title: str
    message: str
    author: str
    email: str
    date: datetime


class GitObjects:
    """The objects of one bare repository. Safe for threads: dulwich's packs are not, so each read holds a lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store = DiskObjectStore(path / "objects")
        self._lock = threading.Lock()
        self._trees: BoundedCache[str, tuple[TreeItem, ...]] = BoundedCache(4096)
        self._commits: BoundedCache[str, CommitInfo] = BoundedCache(4096)
        self._files: BoundedCache[str, tuple[int, LfsPointer | None]] = BoundedCache(200_000)
        self._listings: BoundedCache[tuple[str, str, bool], tuple[Entry, ...]] = BoundedCache(8)

    def close(self) -> None:
        """Let go of open files; the next read opens them again."""
        with self._lock:
            self._store.close()

    def join_small_packs(self, temporary: Path) -> None:
        """Keep packs few. The caller holds the repository's lock."""
        directory = Path(self._store.pack_dir)
        if join_small_packs(directory, temporary, self.raw):
            self.close()

    def raw(self, oid: str) -> tuple[int, bytes]:
        """Type number and body. Raises KeyError for an object that is not here, UnknownRepo when nothing is."""
        with self._lock:
            try:
                return self._store.get_raw(ObjectID(oid.encode()))
            except (KeyError, OSError):
                check_exists(self._path)
                raise

    def expand_prefix(self, prefix: str) -> list[str]:
        """The oids that start with some hex digits, at most two."""
        found: list[str] = []
        with self._lock:
            for oid in self._store.iter_prefix(prefix.encode()):
                found.append(oid.decode())
                if len(set(found)) > 1:
                    break
        return sorted(set(found))

    def blob(self, oid: str) -> bytes:
        kind, data = self.raw(oid)
        if kind != BLOB:
            raise KeyError(oid)
        return data

    def tree(self, oid: str) -> tuple[TreeItem, ...]:
        cached = self._trees.get(oid)
        if cached is not None:
            return cached
        kind, data = self.raw(oid)
        if kind != TREE:
            raise KeyError(oid)
        return self._trees.put(oid, parse(data))

    def commit(self, oid: str) -> CommitInfo:
        """Raises KeyError when there is no such commit."""
        cached = self._commits.get(oid)
        if cached is not None:
            return cached
        kind, data = self.raw(oid)
        if kind != COMMIT:
            raise KeyError(oid)
        return self._commits.put(oid, _parse_commit(oid, data))

    def peel(self, oid: str) -> str:
        """The commit that an oid means, through annotated tags. Raises KeyError where there is none."""
        kind, data = self.raw(oid)
        while kind == TAG:
            tag = ShaFile.from_raw_string(TAG, data)
            assert isinstance(tag, Tag)
            oid = tag.object[1].decode()
            kind, data = self.raw(oid)
        if kind != COMMIT:
            raise KeyError(oid)
        return oid

    def item(self, commit: str, path: str) -> TreeItem | None:
        """The tree line of a path, or None."""
        item = TreeItem("", DIRECTORY_MODE, self.commit(commit).tree)
        for name in path.split("/"):
            if not item.is_directory:
                return None
            found = next((child for child in self.tree(item.oid) if child.name == name), None)
            if found is None or found.mode == _GITLINK_MODE:
                return None
            item = found
        return item

    def entry(self, commit: str, path: str) -> Entry | None:
        item = self.item(commit, path)
        return self._entry(path, item) if item else None

    def listing(self, commit: str, path: str, *, recursive: bool) -> tuple[Entry, ...] | None:
        """What is in a directory, in git's order, directories before their content. None when it is no directory."""
        key = (commit, path, recursive)
        cached = self._listings.get(key)
        if cached is not None:
            return cached
        root = self.item(commit, path) if path else TreeItem("", DIRECTORY_MODE, self.commit(commit).tree)
        if root is None or not root.is_directory:
            return None
        return self._listings.put(key, tuple(self._walk(root.oid, f"{path}/" if path else "", recursive=recursive)))

    def _walk(self, tree: str, prefix: str, *, recursive: bool) -> Iterator[Entry]:
        for item in self.tree(tree):
            if item.mode == _GITLINK_MODE:
                continue
            yield self._entry(prefix + item.name, item)
            if recursive and item.is_directory:
                yield from self._walk(item.oid, f"{prefix}{item.name}/", recursive=True)

    def _entry(self, path: str, item: TreeItem) -> Entry:
        if item.is_directory:
            return Entry(path, "directory", item.oid)
        known = self._files.get(item.oid)
        if known is None:
            data = self.blob(item.oid)
            pointer = parse_pointer(data)
            known = self._files.put(item.oid, (pointer.size if pointer else len(data), pointer))
        return Entry(path, "file", item.oid, known[0], known[1])


def _parse_commit(oid: str, data: bytes) -> CommitInfo:
    commit = ShaFile.from_raw_string(COMMIT, data)
    assert isinstance(commit, Commit)
    title, _, message = commit.message.decode("utf-8", "replace").partition("\n")
    name, _, email = commit.author.decode("utf-8", "replace").partition(" <")
    return CommitInfo(
        id=oid,
        tree=commit.tree.decode(),
        parents=tuple(parent.decode() for parent in commit.parents),
        title=title,
        message=message.strip("\n"),
        author=name,
        email=email.rstrip(">"),
        date=datetime.fromtimestamp(commit.commit_time, UTC),
    )
