"""Plain copies in a directory of the user's, in the official client's ``--local-dir`` layout (wire.md §8)."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import posixpath
import secrets
import stat
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.errors import ConflictError, IntegrityError
from hfcli_core.storage.cache import CACHEDIR_TAG
from hfcli_core.storage.identity import BlobHasher, check_commit, check_etag, is_commit, is_etag
from hfcli_core.storage.locks import LockOptions, file_lock
from hfcli_core.storage.names import check_path
from hfcli_core.storage.publish import (
    Partial,
    create_partial,
    discard,
    open_journal,
    open_partial,
    publish,
    remove_partial,
)
from hfcli_core.storage.root import Root
from hfcli_core.storage.space import storage_error, storage_errors
from hfcli_core.storage.tree import dump_tree, parse_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hfcli_core.storage.backend import FileSink
    from hfcli_core.storage.identity import FileEntry
    from hfcli_core.storage.tree import CachedEntry

_HOME = ".cache/huggingface"
_DOWNLOAD = f"{_HOME}/download"
_TOLERANCE = 1.0
"""Seconds by which a file may seem newer than its metadata, as the official client has it: some clocks are coarse."""

_CHUNK = 4 << 20


class FileState(StrEnum):
    """What a file in a local directory is, compared with the file that is wanted."""

    ABSENT = "absent"  # nothing is there: download
    CURRENT = "current"  # the wanted content, recorded for the wanted commit: nothing to do
    STALE_RECORD = "stale-record"  # the wanted content, but recorded otherwise or not at all: record it
    OUTDATED = "outdated"  # what an earlier download put there, untouched: replace
    MODIFIED = "modified"  # somebody else's content: never to be replaced unasked


@dataclass(frozen=True, slots=True)
class DownloadRecord:
    """What a download wrote down about a file: ``timestamp`` is in seconds since 1970."""

    commit: str
    etag: str
    timestamp: float


class LocalDir:
    """A directory of plain copies.

    Nothing is created before something is written. Writing raises ``LocalStorageError``, or ``ConflictError`` where a
    directory stands in the way of a file or the reverse. Paths, commits and etags are checked before they become names.
    Safe for threads.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = Root(path)
        self._tagged = False

    def file_path(self, path: str) -> Path:
        return self._root.join(check_path(path))

    def folds_names(self) -> bool:
        return self._root.folds_names()

    # What is there

    def state(
        self, path: str, *, commit: str, etag: str, size: int, advance: Callable[[int], None] | None = None
    ) -> FileState:
        """Compare a file with the wanted one, reading it only where the record cannot decide.

        ``advance`` gets the bytes hashed. Raises ``ConflictError`` when a directory has the file's name or a file that
        of a directory, and ``LocalStorageError`` when the file cannot be looked at.
        """
        with storage_errors(self.file_path(path)):
            found = self._root.stat(path)
        if found is None:
            return FileState.ABSENT
        if stat.S_ISDIR(found.st_mode):
            raise ConflictError(
                f"a directory is where a file must go: {self.file_path(path)}",
                hint="move it away, or choose another place",
            )
        if not stat.S_ISREG(found.st_mode):
            return FileState.MODIFIED
        record = self.read_record(path)
        if record is not None and found.st_mtime - _TOLERANCE <= record.timestamp:
            state = _state_by_record(record, found, commit, etag, size)
            # What would be replaced may have been edited right after its download: then only its content tells.
            if state is not FileState.OUTDATED or found.st_mtime <= record.timestamp:
                return state
        if found.st_size == size and self._hash(path, etag, size, advance) == etag:
            return FileState.STALE_RECORD
        # A copied or checked-out directory has new times and old content.
        if record is not None and self._hash(path, record.etag, found.st_size, advance) == record.etag:
            return FileState.OUTDATED
        return FileState.MODIFIED

    def refuse_modified(self, paths: Sequence[str]) -> ConflictError:
        """The error for files in the state ``MODIFIED`` when the user did not force their replacement."""
        shown = ", ".join(str(self.file_path(path)) for path in paths[:3])
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        return ConflictError(
            f"changed here since the last download, or never downloaded: {shown}{more}",
            hint="move them away, leave them out with --exclude, or replace them with --force",
            details={"paths": list(paths)},
        )

    def read_record(self, path: str) -> DownloadRecord | None:
        """What the last download of this file wrote down, however old; None when there is nothing or it is damaged."""
        try:
            commit, etag, timestamp = self._root.read_bytes(self._record(path)).decode("ascii").split()
            record = DownloadRecord(commit, etag, float(timestamp))
        except (OSError, ValueError):
            return None
        return record if is_commit(commit) and is_etag(etag) else None

    # Writing

    def write_record(self, path: str, commit: str, etag: str) -> None:
        """Write down that the file now is this blob of this commit; after its content, never before.

        It is not synced: a power cut that loses it costs the next run a hash of the file.
        """
        name = self._record(path)
        content = f"{check_commit(commit)}\n{check_etag(etag)}\n{time.time()}\n".encode()
        try:
            self._root.write_atomic(name, content, sync=False)
        except OSError as error:
            # A file whose name has no room for ".metadata" is hashed on each run instead.
            if error.errno != errno.ENAMETOOLONG:
                raise storage_error(error, self._root.join(name)) from error

    def kept_open(self) -> AbstractContextManager[None]:
        """For a block that writes many files. The user may move finished folders away meanwhile."""
        return self._root.kept_open(may_move=True)

    def lock(self, path: str, options: LockOptions) -> AbstractContextManager[bool]:
        """The official client's lock for this file; see :func:`hfcli_core.storage.locks.file_lock`."""
        return file_lock(self._root, f"{_DOWNLOAD}/{check_path(path)}.lock", options)

    def partials(self) -> Mapping[str, Sequence[str]]:
        """Names of all unfinished downloads, as :meth:`open_partial` takes them, by :meth:`partial_stem`."""
        found: dict[str, list[str]] = {}
        for folder, _, names in os.walk(self._root.join(_DOWNLOAD)):
            below = Path(folder).relative_to(self.path).as_posix()
            for name in sorted(names):
                stem, _, suffix = name.rpartition(".")
                stem, _, _ = stem.rpartition(".")
                if suffix == "incomplete" and is_etag(stem.rpartition(".")[2]):
                    found.setdefault(f"{below}/{stem}", []).append(f"{below}/{name}")
        return found

    def partial_stem(self, path: str, etag: str) -> str:
        """How the names of a file's unfinished downloads begin; short, whatever the file's own name is."""
        folder, name = posixpath.split(self._record(path))
        digest = hashlib.sha1(name.encode(), usedforsecurity=False).digest()
        return f"{folder}/{base64.urlsafe_b64encode(digest).decode()}.{check_etag(etag)}"

    def create_partial(self, path: str, etag: str) -> Partial:
        name = f"{self.partial_stem(path, etag)}.{secrets.token_hex(4)}.incomplete"
        self._tag()
        return create_partial(self._root, name)

    def open_partial(self, name: str) -> Partial:
        """Go on with a file that a run before left; only for who holds the lock of its path."""
        return open_partial(self._root, name)

    def open_journal(self, partial: Partial) -> FileSink:
        """The file in which the writer of ``partial`` notes what is written; it goes when the partial file goes."""
        return open_journal(self._root, partial)

    def remove_partial(self, name: str) -> None:
        """Remove an unfinished file, by its name as :meth:`open_partial`, that no run can go on with."""
        remove_partial(self._root, name)

    def discard(self, partial: Partial) -> None:
        discard(self._root, partial)

    def publish(self, files: Sequence[tuple[Partial, str]]) -> None:
        """Close verified partial files and put them at their paths, replacing what is there.

        Ask :meth:`state` again just before: the user may have edited the file while the new one was on its way.
        """
        publish(self._root, [(partial, check_path(path)) for partial, path in files])

    def copy_from(self, blob: Path, path: str, etag: str) -> None:
        """Put a copy of a cached blob at the path; ``IntegrityError`` when the blob is not what its name says."""
        partial = self.create_partial(path, etag)
        try:
            with storage_errors(partial.path):
                copied = _copy(blob, partial.sink, etag)
            if copied != etag:
                raise IntegrityError(f"damaged in the cache: {blob}", hint="run hf cache verify")  # noqa: TRY301  undone below
            self.publish([(partial, path)])
        except BaseException:
            self.discard(partial)
            raise

    # Listings

    def read_tree(self, commit: str) -> list[CachedEntry] | None:
        try:
            return parse_tree(self._root.read_bytes(f"{_HOME}/trees/{check_commit(commit)}.json"))
        except OSError:
            return None

    def write_tree(self, commit: str, entries: Iterable[FileEntry]) -> None:
        """Keep the listing of a commit where that is possible."""
        name = f"{_HOME}/trees/{check_commit(commit)}.json"
        self._tag()
        with suppress(OSError):
            self._root.write_atomic(name, dump_tree(entries))

    def _record(self, path: str) -> str:
        return f"{_DOWNLOAD}/{check_path(path)}.metadata"

    def _tag(self) -> None:
        """Keep the bookkeeping out of git and of backups."""
        if not self._tagged:
            for name, content in ((".gitignore", b"*"), ("CACHEDIR.TAG", CACHEDIR_TAG)):
                with suppress(OSError), os.fdopen(self._root.create(f"{_HOME}/{name}"), "wb") as file:
                    file.write(content)
            self._tagged = True

    def _hash(self, path: str, etag: str, size: int, advance: Callable[[int], None] | None) -> str:
        hasher = BlobHasher(etag, size)
        with storage_errors(self.file_path(path)), os.fdopen(self._root.open(path, os.O_RDONLY), "rb") as file:
            while data := file.read(_CHUNK):
                hasher.update(data)
                if advance is not None:
                    advance(len(data))
        return hasher.hexdigest()


def _state_by_record(record: DownloadRecord, found: os.stat_result, commit: str, etag: str, size: int) -> FileState:
    if record.etag != etag:
        return FileState.OUTDATED
    if found.st_size == size:
        return FileState.CURRENT if record.commit == commit else FileState.STALE_RECORD
    # Cut short by a crash, unless it may just have been edited.
    return FileState.OUTDATED if found.st_mtime <= record.timestamp else FileState.MODIFIED


def _copy(source: Path, sink: FileSink, etag: str) -> str:
    """Copy a blob; what its content really hashes to."""
    with source.open("rb") as file:
        hasher = BlobHasher(etag, os.fstat(file.fileno()).st_size)
        position = 0
        while data := file.read(_CHUNK):
            hasher.update(data)
            sink.write_at(position, data)
            position += len(data)
    return hasher.hexdigest()
