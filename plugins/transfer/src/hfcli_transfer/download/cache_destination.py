"""Files in the shared cache."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from functools import cached_property
from typing import TYPE_CHECKING

from hfcli_core.api import UnsafeInputError

from .destination import State, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hfcli_core.api import (
        BlobRef,
        CachedEntry,
        CachedRepo,
        ConflictError,
        FileSink,
        LockOptions,
        Partial,
        TreeEntry,
    )


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

    def may_hold(self, commit: str, path: str) -> bool:
        return self.has_by_name(commit, path)

    def adopt(self, ref: BlobRef) -> bool:
        if not self._repo.has_blob(ref.etag, ref.size):
            return False
        self._repo.link(ref.commit, ref.path, ref.etag)
        return True

    def kept_open(self) -> AbstractContextManager[None]:
        return self._repo.kept_open()

    def lock(self, ref: BlobRef, options: LockOptions) -> AbstractContextManager[bool]:
        return self._repo.lock(ref.etag, options)

    def partials(self, ref: BlobRef, *, anew: bool = False) -> Sequence[str]:
        found = self._repo.partials() if anew else self._partials
        return found.get(ref.etag, ())

    @cached_property
    def _partials(self) -> Mapping[str, Sequence[str]]:
        return self._repo.partials()

    def create_partial(self, ref: BlobRef) -> Partial:
        return self._repo.create_partial(ref.etag)

    def open_partial(self, name: str) -> Partial:
        return self._repo.open_partial(name)

    def open_journal(self, partial: Partial) -> FileSink:
        return self._repo.open_journal(partial)

    def remove_partial(self, name: str) -> None:
        self._repo.remove_partial(name)

    def discard(self, partial: Partial) -> None:
        self._repo.discard(partial)

    def publish(self, partial: Partial, ref: BlobRef) -> None:
        self._repo.publish([(partial, ref.etag)], sync_names=False)
        self._repo.link(ref.commit, ref.path, ref.etag)

    def settle(self) -> None:
        self._repo.sync_names()

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

    def refuse(self, paths: Sequence[str]) -> ConflictError:
        raise NotImplementedError("a cache has no files of the user's")

    def answer(self, commit: str, path: str | None) -> str:
        return joined(self._shown, self._repo.folder, "snapshots", commit, *(path or "").split("/"))
