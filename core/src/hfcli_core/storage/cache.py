"""The hub cache, in the official client's layout, for reading and writing (wire.md §6)."""

from __future__ import annotations

import os
import posixpath
import re
import secrets
import stat
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.errors import UnsafeInputError
from hfcli_core.storage.directories import extended
from hfcli_core.storage.identity import check_commit, check_etag, is_commit, is_etag
from hfcli_core.storage.locks import LockOptions, file_lock
from hfcli_core.storage.names import check_path, is_reserved
from hfcli_core.storage.publish import (
    Partial,
    create_partial,
    discard,
    link_blob,
    open_journal,
    open_partial,
    publish,
    remove_partial,
)
from hfcli_core.storage.root import Root
from hfcli_core.storage.space import storage_errors
from hfcli_core.storage.tree import dump_tree, parse_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hfcli_core.hub.refs import Repo
    from hfcli_core.storage.backend import FileSink
    from hfcli_core.storage.identity import FileEntry
    from hfcli_core.storage.tree import CachedEntry

CACHEDIR_TAG = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# This file is a cache directory tag created by huggingface_hub.\n"
    b"# For information about cache directory tags, see:\n"
    b"#\thttps://bford.info/cachedir/\n"
)

_PARTIAL = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\.[0-9a-f]{8}\.incomplete")
_SHARED_BLOB = re.compile(r"blobs/([0-9a-f]{2})/\1[0-9a-f]{62}")
"""Client 2.4.0 keeps blobs that several repos share here, and links to them from the repos."""

_TORN_READS = 3


def partial_name(etag: str) -> str:
    """A private name for a blob being written. Client 1.1.7 would append to ``<etag>.incomplete``; to this nobody."""
    return f"{check_etag(etag)}.{secrets.token_hex(4)}.incomplete"


@dataclass(frozen=True)
class HubCache:
    """A cache directory. ``symlinks=False`` makes no symlinks; ``note`` gets one line where they are not possible."""

    path: Path
    symlinks: bool = True
    note: Callable[[str], None] = lambda _line: None

    def repo(self, repo: Repo) -> CachedRepo:
        return CachedRepo(self, repo.folder_name)

    def folds_names(self) -> bool:
        """Whether names that differ in case or Unicode form are one file in this cache."""
        return Root(self.path).folds_names()


class CachedRepo:
    """One repo's folder in a cache.

    Nothing is created before something is written, and a cache that cannot be written can be read. Writing raises
    ``LocalStorageError``, or ``ConflictError`` where a file is in the place of a directory. Commits, etags and paths
    are checked before they become names. Safe for threads.
    """

    def __init__(self, cache: HubCache, folder: str) -> None:
        self.cache = cache
        self.folder = folder
        self.path = cache.path / folder
        self._root = Root(cache.path)
        self._base = f"{extended(cache.path)}{os.sep}"
        self._symlinks = cache.symlinks
        self._tagged = False

    def blob_path(self, etag: str) -> Path:
        return self._root.join(self._blob(etag))

    def snapshot_path(self, commit: str) -> Path:
        return self.path / "snapshots" / check_commit(commit)

    def pointer_path(self, commit: str, path: str) -> Path:
        """Where a program finds the file of this commit."""
        return self._root.join(self._pointer(commit, path))

    # Refs

    def read_ref(self, revision: str) -> str | None:
        """The commit that a branch, tag or other ref was last seen at; None when unknown or damaged."""
        name = self._ref(revision)
        for _ in range(_TORN_READS if name else 0):
            data = self._read(f"{name}")
            if data is None:
                return None
            commit = data.decode("ascii", "replace").strip()
            if is_commit(commit):
                return commit
            # Older clients empty the file before they write it.
            time.sleep(0.01)
        return None

    def write_ref(self, revision: str, commit: str) -> None:
        """Remember where a ref is; to be called last, when what it points to is there. Writes only what changed.

        A commit is no ref. A name that could not be a file on every system is left out, which costs a request later.
        """
        name = self._ref(revision)
        if name is None or revision == check_commit(commit) or self.read_ref(revision) == commit:
            return
        with storage_errors(self._root.join(name)):
            self._root.write_atomic(name, commit.encode())

    # What the Hub said about a commit: kept when that is possible, no failure when it is not

    def read_tree(self, commit: str) -> list[CachedEntry] | None:
        """Every file of the commit, if its listing was kept."""
        data = self._read(self._tree(commit))
        return None if data is None else parse_tree(data)

    def write_tree(self, commit: str, entries: Iterable[FileEntry]) -> None:
        with suppress(OSError):
            self._root.write_atomic(self._tree(commit), dump_tree(entries))

    def is_missing(self, commit: str, path: str) -> bool:
        """Whether the Hub said that the commit has no such file."""
        return self._lstat(self._no_exist(commit, path)) is not None

    def mark_missing(self, commit: str, path: str) -> None:
        with suppress(OSError):
            os.close(self._root.create(self._no_exist(commit, path)))

    # What is there

    def has_blob(self, etag: str, size: int | None = None) -> bool:
        """Whether the blob is there, of the right size if that is known, in this repo or in 2.4.0's shared store."""
        return self._is_blob(self._blob(etag), size)

    def has(self, commit: str, path: str, *, size: int | None = None, etag: str | None = None) -> bool:
        """Whether a program finds the file in the commit's snapshot, of the right size and content where known.

        A link that leads anywhere but to a blob of this repo counts as absent. A plain file counts: a cache on a system
        without links, or copied from there, has those.
        """
        pointer = self._pointer(commit, path)
        found = self._lstat(pointer)
        if found is None:
            return False
        if not stat.S_ISLNK(found.st_mode):
            return _is_file(found, size)
        blob = self._normalized_link(pointer)
        folder, name = posixpath.split(blob)
        if folder != f"{self.folder}/blobs" or name != (etag or name) or not is_etag(name):
            return False
        return self._is_blob(blob, size)

    def complete(self, commit: str) -> list[CachedEntry] | None:
        """All files of the commit when each of them is there; else None, also when its listing was not kept.

        Files with reserved names (:func:`hfcli_core.storage.names.is_reserved`) are left out.
        """
        tree = self.read_tree(commit)
        if tree is None:
            return None
        entries = [entry for entry in tree if not is_reserved(entry.path)]
        there = all(self.has(commit, entry.path, size=entry.size, etag=entry.etag) for entry in entries)
        return entries if there else None

    # Writing

    def kept_open(self) -> AbstractContextManager[None]:
        """For a block that writes many files; see :meth:`hfcli_core.storage.directories.Directories.kept_open`."""
        return self._root.kept_open()

    def lock(self, etag: str, options: LockOptions) -> AbstractContextManager[bool]:
        """The official client's lock for this blob; see :func:`hfcli_core.storage.locks.file_lock`."""
        return file_lock(self._root, f".locks/{self.folder}/{check_etag(etag)}.lock", options)

    def partials(self) -> Mapping[str, Sequence[str]]:
        """Names of our unfinished files by etag, as :meth:`open_partial` takes them. Another process may be at work."""
        found: dict[str, list[str]] = {}
        with suppress(OSError):
            for name in sorted(file.name for file in (self.path / "blobs").iterdir()):
                if match := _PARTIAL.fullmatch(name):
                    found.setdefault(match[1], []).append(f"{self.folder}/blobs/{name}")
        return found

    def create_partial(self, etag: str) -> Partial:
        name = f"{self.folder}/blobs/{partial_name(etag)}"
        self._tag()
        return create_partial(self._root, name)

    def open_partial(self, name: str) -> Partial:
        """Go on with a file that a run before left; only for who holds the lock of its etag."""
        return open_partial(self._root, name)

    def open_journal(self, partial: Partial) -> FileSink:
        """The file in which the writer of ``partial`` notes what is written; it goes when the partial file goes."""
        return open_journal(self._root, partial)

    def remove_partial(self, name: str) -> None:
        """Remove an unfinished file, by its name as :meth:`open_partial`, that no run can go on with."""
        remove_partial(self._root, name)

    def discard(self, partial: Partial) -> None:
        discard(self._root, partial)

    def publish(self, blobs: Sequence[tuple[Partial, str]], *, sync_names: bool = True) -> None:
        """Close verified partial files, sync them, and give them the names of their etags.

        With ``sync_names=False`` the names outlast a power cut only once :meth:`sync_names` has been called, which is
        much cheaper for many small files; to be done before anything is said about them, as by :meth:`write_ref`.
        """
        publish(self._root, [(partial, self._blob(etag)) for partial, etag in blobs], sync_names=sync_names)

    def sync_names(self) -> None:
        """Return when the names of all blobs that were published are on the disk."""
        with storage_errors(self.path):
            self._root.sync_directory(f"{self.folder}/blobs")

    def link(self, commit: str, path: str, etag: str) -> Path:
        """Show a blob, which must be there, as a file of the commit."""
        blob, pointer = self._blob(etag), self._pointer(commit, path)
        self._tag()
        made = link_blob(self._root, blob, pointer, symlinks=self._symlinks)
        if self._symlinks and made != "symlink":
            self._symlinks = False
            as_what = "hard links" if made == "hardlink" else "copies, which need more space,"
            self.cache.note(f"no symbolic links in {self.cache.path}; making {as_what} instead")
        return self._root.join(pointer)

    def _tag(self) -> None:
        """Tell backup programs that this is a cache."""
        if not self._tagged:
            with suppress(OSError), os.fdopen(self._root.create("CACHEDIR.TAG"), "wb") as file:
                file.write(CACHEDIR_TAG)
            self._tagged = True

    # Names below the root of the cache

    def _blob(self, etag: str) -> str:
        return f"{self.folder}/blobs/{check_etag(etag)}"

    def _pointer(self, commit: str, path: str) -> str:
        return f"{self.folder}/snapshots/{check_commit(commit)}/{check_path(path)}"

    def _no_exist(self, commit: str, path: str) -> str:
        return f"{self.folder}/.no_exist/{check_commit(commit)}/{check_path(path)}"

    def _tree(self, commit: str) -> str:
        return f"{self.folder}/trees/{check_commit(commit)}.json"

    def _ref(self, revision: str) -> str | None:
        try:
            return f"{self.folder}/refs/{check_path(revision)}"
        except UnsafeInputError:
            return None

    # Reading goes by plain paths: it changes nothing, and happens for every file of every run

    def _native(self, name: str) -> str:
        return self._base + name.replace("/", os.sep)

    def _read(self, name: str) -> bytes | None:
        try:
            return Path(self._native(name)).read_bytes()
        except OSError:
            return None

    def _lstat(self, name: str) -> os.stat_result | None:
        try:
            return os.lstat(self._native(name))
        except OSError:
            return None

    def _normalized_link(self, name: str) -> str:
        text = os.readlink(self._native(name)).replace(os.sep, "/")  # noqa: PTH115  a Path would cost more than the call
        return posixpath.normpath(posixpath.join(posixpath.dirname(name), text))

    def _is_blob(self, name: str, size: int | None) -> bool:
        found = self._lstat(name)
        if found is not None and stat.S_ISLNK(found.st_mode):
            target = self._normalized_link(name)
            found = self._lstat(target) if _SHARED_BLOB.fullmatch(target) else None
        return found is not None and _is_file(found, size)


def _is_file(found: os.stat_result, size: int | None) -> bool:
    return stat.S_ISREG(found.st_mode) and size in (None, found.st_size)
