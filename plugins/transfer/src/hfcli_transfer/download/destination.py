"""Where files end: in the shared cache, or as plain files in a directory of the user's. One interface for both."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, suppress
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from hfcli_core.api import FileState, IntegrityError, UnsafeInputError, storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from hfcli_core.api import BlobRef, CachedEntry, CachedRepo, LocalDir, LockOptions, Partial, TreeEntry


class State(Enum):
    """What a destination has of a file that is wanted."""

    PRESENT = "present"  # where it belongs: nothing to do
    ADOPTABLE = "adoptable"  # the content is on this machine: only to be linked, recorded or copied
    MISSING = "missing"
    CHANGED = "changed"  # somebody else's content is in its place


class Destination(Protocol):
    """Nothing is written before :meth:`adopt`, :meth:`create_partial` or :meth:`keep_tree`; safe for threads."""

    @property
    def root(self) -> Path:
        """The directory whose disk must have room."""

    @property
    def shares_blobs(self) -> bool:
        """Whether files of the same content are stored once."""

    def state(self, ref: BlobRef) -> State: ...

    def has_by_name(self, commit: str, path: str) -> bool:
        """Whether the file of this commit is there, as far as can be told without a listing."""

    def adopt(self, ref: BlobRef) -> bool:
        """Put content that is on this machine where the file belongs. False when it turns out to be damaged."""

    def lock(self, ref: BlobRef, options: LockOptions) -> AbstractContextManager[bool]: ...

    def partials(self, ref: BlobRef) -> Sequence[str]:
        """Unfinished files of this content that runs before left; for who holds the lock."""

    def create_partial(self, ref: BlobRef) -> Partial: ...

    def open_partial(self, name: str) -> Partial: ...

    def discard(self, partial: Partial) -> None: ...

    def publish(self, partial: Partial, ref: BlobRef) -> None:
        """Give a verified file its place, and everything else that belongs to that."""

    def folds_names(self) -> bool: ...

    def last_commit(self, revision: str) -> str | None:
        """Where a branch or a tag was when it was last downloaded."""

    def remember(self, revision: str, commit: str) -> None:
        """Write down where a branch or a tag is, once everything that was wanted of it is in place."""

    def read_tree(self, commit: str) -> list[CachedEntry] | None:
        """Every file of the commit, if its listing was kept."""

    def borrow_tree(self, commit: str) -> list[CachedEntry] | None:
        """As :meth:`read_tree`, from another place on this machine."""

    def keep_tree(self, commit: str, entries: Iterable[TreeEntry | CachedEntry]) -> None: ...

    def is_missing(self, commit: str, path: str) -> bool:
        """Whether it was written down that the commit has no such file."""

    def mark_missing(self, commit: str, path: str) -> None:
        """Write down that the commit has no such file, where other programs look for that."""

    def refuse(self, paths: Sequence[str]) -> Exception:
        """The error for files in the state CHANGED."""

    def answer(self, commit: str, path: str | None) -> str:
        """What a program is told: where the file is, or with ``path=None`` the folder of all of them."""


class CacheDestination:
    """A snapshot in the hub cache: blobs by content, and links to them by name."""

    shares_blobs = True

    def __init__(self, repo: CachedRepo, shown: str) -> None:
        self._repo = repo
        self._shown = shown
        self.root = repo.cache.path

    def state(self, ref: BlobRef) -> State:
        if self._repo.has(ref.commit, ref.path, size=ref.size, etag=ref.etag):
            return State.PRESENT
        return State.ADOPTABLE if self._repo.has_blob(ref.etag, ref.size) else State.MISSING

    def has_by_name(self, commit: str, path: str) -> bool:
        return self._repo.has(commit, path)

    def adopt(self, ref: BlobRef) -> bool:
        if not self._repo.has_blob(ref.etag, ref.size):
            return False
        self._repo.link(ref.commit, ref.path, ref.etag)
        return True

    def lock(self, ref: BlobRef, options: LockOptions) -> AbstractContextManager[bool]:
        return self._repo.lock(ref.etag, options)

    def partials(self, ref: BlobRef) -> Sequence[str]:
        return self._partials.get(ref.etag, ())

    @cached_property
    def _partials(self) -> Mapping[str, Sequence[str]]:
        """Listed once: a listing for each file of a large repo would take longer than the files."""
        return self._repo.partials()

    def create_partial(self, ref: BlobRef) -> Partial:
        return self._repo.create_partial(ref.etag)

    def open_partial(self, name: str) -> Partial:
        return self._repo.open_partial(name)

    def discard(self, partial: Partial) -> None:
        self._repo.discard(partial)

    def publish(self, partial: Partial, ref: BlobRef) -> None:
        self._repo.publish([(partial, ref.etag)])
        self._repo.link(ref.commit, ref.path, ref.etag)

    def folds_names(self) -> bool:
        return self._repo.cache.folds_names()

    def last_commit(self, revision: str) -> str | None:
        return self._repo.read_ref(revision)

    def remember(self, revision: str, commit: str) -> None:
        self._repo.write_ref(revision, commit)

    def read_tree(self, commit: str) -> list[CachedEntry] | None:
        return self._repo.read_tree(commit)

    def borrow_tree(self, commit: str) -> list[CachedEntry] | None:  # noqa: ARG002  one interface
        return None

    def keep_tree(self, commit: str, entries: Iterable[TreeEntry | CachedEntry]) -> None:
        self._repo.write_tree(commit, entries)

    def is_missing(self, commit: str, path: str) -> bool:
        with suppress(UnsafeInputError):
            return self._repo.is_missing(commit, path)
        return False

    def mark_missing(self, commit: str, path: str) -> None:
        with suppress(UnsafeInputError):
            self._repo.mark_missing(commit, path)

    def refuse(self, paths: Sequence[str]) -> Exception:
        raise NotImplementedError("a cache has no files of the user's")

    def answer(self, commit: str, path: str | None) -> str:
        return _joined(self._shown, self._repo.folder, "snapshots", commit, *(path or "").split("/"))


class LocalDestination:
    """Plain files in a directory. What the hub cache has already is copied from there."""

    shares_blobs = False

    def __init__(self, directory: LocalDir, shown: str, cached: CachedRepo, *, force: bool) -> None:
        self._directory = directory
        self._shown = shown
        self._cached = cached
        self._force = force
        self.root = directory.path

    def state(self, ref: BlobRef) -> State:
        match self._compare(ref):
            case FileState.CURRENT:
                return State.PRESENT
            case FileState.STALE_RECORD:
                return State.ADOPTABLE
            case FileState.MODIFIED:
                return State.CHANGED
        return State.ADOPTABLE if self._cached.has_blob(ref.etag, ref.size) else State.MISSING

    def has_by_name(self, commit: str, path: str) -> bool:
        record = self._directory.read_record(path)
        try:
            size = self._directory.file_path(path).lstat().st_size
        except OSError:
            return False
        if record is None or record.commit != commit:
            return False
        return self._directory.state(path, commit=commit, etag=record.etag, size=size) is FileState.CURRENT

    def adopt(self, ref: BlobRef) -> bool:
        if self._compare(ref) not in (FileState.CURRENT, FileState.STALE_RECORD):
            if not self._cached.has_blob(ref.etag, ref.size):
                return False
            try:
                self._directory.copy_from(self._cached.blob_path(ref.etag), ref.path, ref.etag)
            except IntegrityError:
                return False
        self._directory.write_record(ref.path, ref.commit, ref.etag)
        return True

    def lock(self, ref: BlobRef, options: LockOptions) -> AbstractContextManager[bool]:
        return self._directory.lock(ref.path, options)

    def partials(self, ref: BlobRef) -> Sequence[str]:
        return self._directory.partials(ref.path).get(ref.etag, ())

    def create_partial(self, ref: BlobRef) -> Partial:
        return self._directory.create_partial(ref.path, ref.etag)

    def open_partial(self, name: str) -> Partial:
        return self._directory.open_partial(name)

    def discard(self, partial: Partial) -> None:
        self._directory.discard(partial)

    def publish(self, partial: Partial, ref: BlobRef) -> None:
        # The user may have edited the file while the new one was on its way.
        if not self._force and self.state(ref) is State.CHANGED:
            raise self.refuse([ref.path])
        self._directory.publish([(partial, ref.path)])
        self._directory.write_record(ref.path, ref.commit, ref.etag)

    def folds_names(self) -> bool:
        return self._directory.folds_names()

    def last_commit(self, revision: str) -> str | None:
        return self._cached.read_ref(revision)

    def remember(self, revision: str, commit: str) -> None:
        """Each file has its own record of its commit."""

    def read_tree(self, commit: str) -> list[CachedEntry] | None:
        return self._directory.read_tree(commit)

    def borrow_tree(self, commit: str) -> list[CachedEntry] | None:
        return self._cached.read_tree(commit)

    def keep_tree(self, commit: str, entries: Iterable[TreeEntry | CachedEntry]) -> None:
        self._directory.write_tree(commit, entries)

    def is_missing(self, commit: str, path: str) -> bool:
        with suppress(UnsafeInputError):
            return self._cached.is_missing(commit, path)
        return False

    def mark_missing(self, commit: str, path: str) -> None:
        """Nothing looks for that in a directory of the user's."""

    def refuse(self, paths: Sequence[str]) -> Exception:
        return self._directory.refuse_modified(paths)

    def answer(self, commit: str, path: str | None) -> str:  # noqa: ARG002  one interface
        return _joined(self._shown, *(path or "").split("/"))

    def _compare(self, ref: BlobRef) -> FileState:
        assert ref.size is not None
        with storage_errors(self._directory.file_path(ref.path)):
            return self._directory.state(ref.path, commit=ref.commit, etag=ref.etag, size=ref.size)


def _joined(shown: str, *parts: str) -> str:
    """A path that begins exactly as the user wrote it; ``pathlib`` would drop the ``./`` that the guide shows."""
    return os.path.join(shown, *filter(None, parts))  # noqa: PTH118
