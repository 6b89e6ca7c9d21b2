"""One bare git repository: what the Hub reads from it, and the only ways in which it changes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dulwich.object_store import DiskObjectStore
from dulwich.objects import Commit, ObjectID
from dulwich.repo import Repo as DulwichRepo

from . import history
from .accounts import Account
from .durable import sync_directory
from .errors import AlreadyExists, InvalidChange, ParentMismatch, StoreError, UnknownRevision
from .git_objects import CommitInfo, Entry, GitObjects
from .names import check_ref_name
from .pointer import pointer_text
from .refs import MAIN, HubRefs, RepoLock, check_exists
from .staging import BLOB, COMMIT, TAG, TREE, Staging
from .tree_edit import TreeEdit

_HEX = re.compile(r"[0-9a-f]{7,40}")
_FULL_REF = re.compile(r"refs/(?:heads|tags|pr|convert)/.+")


@dataclass(frozen=True)
class PutFile:
    path: str
    data: bytes


@dataclass(frozen=True)
class PutLfs:
    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class DeleteFile:
    path: str


@dataclass(frozen=True)
class DeleteFolder:
    path: str


Change = PutFile | PutLfs | DeleteFile | DeleteFolder


@dataclass(frozen=True)
class _PutBlob:
    """A put whose content is in the staging area, so that it need not stay in memory."""

    path: str
    oid: str


_Staged = _PutBlob | DeleteFile | DeleteFolder


@dataclass(frozen=True)
class Author:
    name: str
    email: str

    @classmethod
    def of(cls, account: Account) -> Author:
        return cls(account.name, account.email or f"{account.name}@users.noreply.localhost")

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True)
class Refs:
    """Every ref by the rest of its name (`main`, `v1.0`, `1`), each with the commit that it means."""

    branches: dict[str, str]
    tags: dict[str, str]
    converts: dict[str, str]
    pulls: dict[str, str]


class GitRepo:
    """Safe for threads. Opened once per repository and process, so that its caches are shared."""

    def __init__(self, path: Path, temporary: Path) -> None:
        self.path = path
        self._temporary = temporary
        self.lock = RepoLock(path)
        self.refs = HubRefs(path, self.lock)
        self.objects = GitObjects(path)

    @classmethod
    def create(cls, path: Path, temporary: Path) -> GitRepo:
        """A new repository without commits. Its name is durable when this returns."""
        DulwichRepo.init_bare(str(path), mkdir=True, default_branch=b"main").close()
        sync_directory(path)
        sync_directory(path.parent)
        return cls(path, temporary)

    def open(self) -> DulwichRepo:
        """A handle of dulwich's own for its smart HTTP: objects synced, refs under our lock. Close it after use."""
        repo = DulwichRepo(str(self.path))
        repo.refs = HubRefs(self.path, self.lock)
        assert isinstance(repo.object_store, DiskObjectStore)
        repo.object_store.fsync_object_files = True
        return repo

    def close(self) -> None:
        self.objects.close()

    def retire(self) -> None:
        """Let the commit that is under way end, and none begin: the directory may go."""
        with self.lock():
            (self.path / "HEAD").unlink()

    # Reading

    def resolve(self, revision: str) -> str:
        """Branch, tag, full ref name, or commit (at least seven digits) → commit.

        Raises UnknownRevision, or UnknownRepo, as everything here does once the repository is deleted.
        """
        names = [revision] if _FULL_REF.fullmatch(revision) else [f"refs/heads/{revision}", f"refs/tags/{revision}"]
        for name in names:
            oid = self.refs.read(name)
            if oid:
                return self.objects.peel(oid)
        if _HEX.fullmatch(revision):
            oids = [revision] if len(revision) == 40 else self.objects.expand_prefix(revision)
            commits = [oid for oid in oids if self._is_commit(oid)]
            if len(commits) == 1:
                return commits[0]
        check_exists(self.path)
        raise UnknownRevision(revision)

    def _is_commit(self, oid: str) -> bool:
        try:
            self.objects.commit(oid)
        except KeyError:
            return False
        return True

    def entry(self, commit: str, path: str) -> Entry | None:
        """The file or directory at a path, or None."""
        return self.objects.entry(commit, path)

    def listing(self, commit: str, path: str = "", *, recursive: bool = False) -> tuple[Entry, ...] | None:
        """All entries of a directory at once (cached per commit), or None when the path is no directory."""
        return self.objects.listing(commit, path, recursive=recursive)

    def walk(self, commit: str, path: str = "", *, recursive: bool = True) -> Iterator[Entry]:
        """Entries in git's tree order, each directory before its content; none when the path is no directory."""
        return iter(self.listing(commit, path, recursive=recursive) or ())

    def read_blob(self, oid: str) -> bytes:
        """Raises KeyError."""
        return self.objects.blob(oid)

    def read_file(self, commit: str, path: str) -> bytes | None:
        """What git holds at a path (a pointer where the file is in LFS), or None."""
        entry = self.entry(commit, path)
        return self.read_blob(entry.oid) if entry and entry.type == "file" else None

    def log(self, commit: str) -> Iterator[CommitInfo]:
        """The commit and its ancestors, newest first."""
        return history.log(self.objects, commit)

    def last_commits(self, commit: str, paths: Iterable[str]) -> dict[str, CommitInfo]:
        return history.last_commits(self.objects, commit, paths)

    def all_refs(self) -> Refs:
        return Refs(*(self._peeled(f"refs/{group}/") for group in ("heads", "tags", "convert", "pr")))

    def _peeled(self, prefix: str) -> dict[str, str]:
        return {name: self.objects.peel(oid) for name, oid in self.refs.under(prefix).items()}

    # Changing

    def commit(
        self,
        ref: str,
        changes: Iterable[Change],
        *,
        message: str,
        author: Author,
        parent: str | None = None,
        start: str | None = None,
    ) -> str:
        """Apply changes in order on top of a ref (full name) and move it. Returns the new commit, durable and visible.

        parent: the commit (or its first digits) that the ref must be at, else ParentMismatch.
        start: the commit from which a ref that does not exist begins; without it, UnknownRevision.
        Changes are read once, before the ref is locked. Also raises InvalidChange, UnknownPath.
        """
        with Staging(self.path / "objects", self._temporary) as staging:
            staged = [self._stage(staging, change) for change in changes]
            with self.lock():
                self.objects.join_small_packs(self._temporary)
                old = self.refs.read(ref)
                head = old or start
                if head is None and ref != MAIN:
                    raise UnknownRevision(ref.removeprefix("refs/heads/"))
                if parent is not None and not (head or "").startswith(parent):
                    raise ParentMismatch("A commit has happened since. Please refresh and try again.")
                new = self._write_commit(staging, head, staged, message, author)
                staging.finish()
                self._move(ref, old, new)
        return new

    def _stage(self, staging: Staging, change: Change) -> _Staged:
        if isinstance(change, PutFile):
            return _PutBlob(change.path, staging.add(BLOB, change.data))
        if isinstance(change, PutLfs):
            return _PutBlob(change.path, staging.add(BLOB, pointer_text(change.sha256, change.size)))
        return change

    def _write_commit(
        self,
        staging: Staging,
        head: str | None,
        staged: Iterable[_Staged],
        message: str,
        author: Author,
    ) -> str:
        root = TreeEdit(self.objects.tree, self.objects.commit(head).tree if head else None)
        for change in staged:
            if isinstance(change, DeleteFile):
                root.delete_file(change.path)
            elif isinstance(change, DeleteFolder):
                root.delete_folder(change.path)
            else:
                root.put(change.path, change.oid)
        commit = Commit()
        commit.tree = ObjectID((root.write(lambda data: staging.add(TREE, data)) or staging.add(TREE, b"")).encode())
        commit.parents = [ObjectID(head.encode())] if head else []
        commit.author = commit.committer = str(author).encode()
        commit.author_time = commit.commit_time = int(time.time())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = message.rstrip("\n").encode() + b"\n"
        return staging.add(COMMIT, commit.as_raw_string())

    def create_branch(self, name: str, start: str) -> None:
        """Raises AlreadyExists, InvalidName, UnknownRevision (of `start`, any revision)."""
        self._add(f"refs/heads/{check_ref_name(name)}", self.resolve(start), "Reference already exists")

    def create_tag(self, name: str, target: str, *, message: str = "", author: Author | None = None) -> None:
        """A light tag, or an annotated one when there is a message."""
        commit = self.resolve(target)
        full = f"refs/tags/{check_ref_name(name)}"
        if self.refs.read(full):
            raise AlreadyExists("Tag reference exists already")
        self._add(
            full,
            self._annotate(name, commit, message, author) if message and author else commit,
            "Tag reference exists already",
        )

    def _annotate(self, name: str, commit: str, message: str, author: Author) -> str:
        body = f"object {commit}\ntype commit\ntag {name}\ntagger {author} {int(time.time())} +0000\n\n{message}\n"
        with Staging(self.path / "objects", self._temporary) as staging:
            oid = staging.add(TAG, body.encode())
            staging.finish()
        return oid

    def delete_branch(self, name: str) -> None:
        """Raises UnknownRevision, and InvalidChange for main."""
        if name == "main":
            raise InvalidChange("The branch main cannot be deleted")
        self._remove(f"refs/heads/{name}", name)

    def delete_tag(self, name: str) -> None:
        self._remove(f"refs/tags/{name}", name)

    def after_receive(self) -> None:
        """After a git push. Caches are keyed by oid and refs are read from the disk, so there is nothing to forget."""
        with self.lock():
            self.objects.join_small_packs(self._temporary)

    def _add(self, ref: str, oid: str, message: str) -> None:
        try:
            added = self.refs.move(ref, None, oid)
        except OSError as error:  # `a` is a branch, so `a/b` cannot be one
            raise AlreadyExists(message) from error
        if not added:
            raise AlreadyExists(message)

    def _move(self, ref: str, old: str | None, new: str) -> None:
        if not self.refs.move(ref, old, new):
            raise StoreError(f"{ref} changed outside of the Hub during a commit")

    def _remove(self, ref: str, name: str) -> None:
        old = self.refs.read(ref)
        if not old or not self.refs.delete(ref, old):
            raise UnknownRevision(name)
