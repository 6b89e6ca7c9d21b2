"""Files in a directory of the user's."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from functools import cached_property
from typing import TYPE_CHECKING

from hfcli_core.api import FileState, IntegrityError, UnsafeInputError

from .destination import State, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hfcli_core.api import (
        BlobRef,
        CachedEntry,
        CachedRepo,
        ConflictError,
        FileSink,
        LocalDir,
        LockOptions,
        Partial,
        TreeEntry,
    )


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
            case FileState.MODIFIED if not self._force:
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

    def may_hold(self, commit: str, path: str) -> bool:
        return self.has_by_name(commit, path) or self._cached.has(commit, path)

    def adopt(self, ref: BlobRef) -> bool:
        state = self._compare(ref)
        if state is FileState.MODIFIED and not self._force:
            raise self.refuse([ref.path])
        if state not in (FileState.CURRENT, FileState.STALE_RECORD):
            if not self._cached.has_blob(ref.etag, ref.size):
                return False
            try:
                self._directory.copy_from(self._cached.blob_path(ref.etag), ref.path, ref.etag)
            except IntegrityError:
                return False
        self._directory.write_record(ref.path, ref.commit, ref.etag)
        return True

    def kept_open(self) -> AbstractContextManager[None]:
        return self._directory.kept_open()

    def lock(self, ref: BlobRef, options: LockOptions) -> AbstractContextManager[bool]:
        return self._directory.lock(ref.path, options)

    def partials(self, ref: BlobRef, *, anew: bool = False) -> Sequence[str]:
        found = self._directory.partials() if anew else self._partials
        return found.get(self._directory.partial_stem(ref.path, ref.etag), ())

    @cached_property
    def _partials(self) -> Mapping[str, Sequence[str]]:
        return self._directory.partials()

    def create_partial(self, ref: BlobRef) -> Partial:
        return self._directory.create_partial(ref.path, ref.etag)

    def open_partial(self, name: str) -> Partial:
        return self._directory.open_partial(name)

    def open_journal(self, partial: Partial) -> FileSink:
        return self._directory.open_journal(partial)

    def remove_partial(self, name: str) -> None:
        self._directory.remove_partial(name)

    def discard(self, partial: Partial) -> None:
        self._directory.discard(partial)

    def publish(self, partial: Partial, ref: BlobRef) -> None:
        # The user may have edited the file while the new one was on its way.
        if self.state(ref) is State.CHANGED:
            raise self.refuse([ref.path])
        self._directory.publish([(partial, ref.path)])
        self._directory.write_record(ref.path, ref.commit, ref.etag)

    def settle(self) -> None:
        """Each file was synced with its name, because its record must not outlast it."""

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

    def refuse(self, paths: Sequence[str]) -> ConflictError:
        return self._directory.refuse_modified(paths)

    def answer(self, commit: str, path: str | None) -> str:  # noqa: ARG002  one interface
        return joined(self._shown, *(path or "").split("/"))

    def _compare(self, ref: BlobRef) -> FileState:
        assert ref.size is not None
        return self._directory.state(ref.path, commit=ref.commit, etag=ref.etag, size=ref.size)
