"""File operations below one directory that follow no link out of it (faults.md S18)."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.errors import ConflictError
from hfcli_core.storage.directories import HAS_DIR_FD, WAYS_OUT, Directories, is_link, link_in_the_way

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from hfcli_core.storage.directories import Opened

    T = TypeVar("T")

_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

_RETRY_DELAYS = (0.05, 0.1, 0.2, 0.4, 0.8)
_SHARING_VIOLATIONS = (5, 32, 33)
"""Windows: another program, often a virus scanner, has the file open for a moment."""


class Root:
    """A directory, below which every path is walked one component at a time without following links.

    Paths are relative and written with ``/``, as in a repo. The root itself may be a link: the user chose it. A link
    below it that stands where a directory is expected raises ``UnsafeInputError``, a file there, or in the place of the
    root itself, ``ConflictError``. Other failures are plain ``OSError``.
    """

    def __init__(self, path: Path, *, walk: bool = HAS_DIR_FD) -> None:
        self.path = path
        self._shown = str(path)
        self._directories = Directories(path, walk=walk)

    def join(self, path: str) -> Path:
        """The path for display and for readers; the operations of this class do not use it."""
        return self.path / path

    def shown(self, path: str) -> str:
        """As :meth:`join`, for messages: a ``Path`` for each file that goes well would cost more than the file."""
        return os.path.join(self._shown, path)  # noqa: PTH118

    def kept_open(self, *, may_move: bool = False) -> AbstractContextManager[None]:
        """For a block in which many files go to few directories; see :meth:`Directories.kept_open`."""
        return self._directories.kept_open(may_move=may_move)

    def open(self, path: str, flags: int, mode: int = 0o666, *, create_parents: bool = False) -> int:
        """A descriptor. A link in place of the file is refused; new files get the mode that the umask leaves."""

        def opened(directory: Opened, name: str) -> int:
            place = directory.place(name)
            if directory.fd is None and _is_link_at(place):
                raise link_in_the_way(self.path, path)
            try:
                return os.open(place, flags | _FILE, mode, dir_fd=directory.fd)
            except OSError as error:
                if error.errno == errno.ELOOP:
                    raise link_in_the_way(self.path, path) from error
                raise

        return self._make(path, opened) if create_parents else self._do(path, opened)

    def create(self, path: str, mode: int = 0o666) -> int:
        """A descriptor, open for reading and writing, of a new file; ``FileExistsError`` when there is anything."""
        return self.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode, create_parents=True)

    def read_bytes(self, path: str) -> bytes:
        with os.fdopen(self.open(path, os.O_RDONLY), "rb") as file:
            return file.read()

    def stat(self, path: str) -> os.stat_result | None:
        """About the entry itself, not what a link points to; None when there is none."""
        try:
            return self._do(path, lambda at, name: os.stat(at.place(name), dir_fd=at.fd, follow_symlinks=False))
        except FileNotFoundError:
            return None

    def readlink(self, path: str) -> str | None:
        """The text of a link; None when the entry is not a link."""

        def text(directory: Opened, name: str) -> str | None:
            try:
                return os.readlink(directory.place(name), dir_fd=directory.fd)
            except OSError as error:
                if error.errno in (errno.EINVAL, errno.ENOENT):
                    return None
                raise

        return self._do(path, text)

    def mkdir(self, path: str) -> None:
        """Make the directory and its parents; one that exists is left alone."""
        with self._directories.reach(path, create=True):
            pass

    def symlink(self, text: str, path: str) -> None:
        self._make(path, lambda at, name: os.symlink(text, at.place(name), dir_fd=at.fd))

    def link(self, source: str, target: str) -> None:
        """A further name for a file."""

        def linked(directory: Opened, name: str) -> None:
            with self._parent(source) as old:
                from_place, to_place = old.place(_name(source)), directory.place(name)
                os.link(from_place, to_place, src_dir_fd=old.fd, dst_dir_fd=directory.fd)

        self._make(target, linked)

    def unlink(self, path: str) -> None:
        """Remove a file or a link; one that is not there is no error."""
        with suppress(FileNotFoundError):
            self._do(path, lambda at, name: _patiently(lambda: os.unlink(at.place(name), dir_fd=at.fd)))

    def rmdir(self, path: str) -> bool:
        """Remove an empty directory; False where it is not empty. One that is not there is no error."""

        def removed(directory: Opened, name: str) -> bool:
            try:
                os.rmdir(directory.place(name), dir_fd=directory.fd)
            except FileNotFoundError:
                pass
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                return False
            return True

        self._directories.forget(path)
        return self._do(path, removed)

    def replace(self, source: str, target: str) -> None:
        """Rename; an existing file or link gives way in the same instant, what a link points to stays untouched.

        Raises ``ConflictError`` when the target is a directory.
        """

        def replaced(directory: Opened, name: str) -> None:
            with self._parent(source) as old:
                from_place, to_place = old.place(_name(source)), directory.place(name)
                _patiently(lambda: os.replace(from_place, to_place, src_dir_fd=old.fd, dst_dir_fd=directory.fd))

        try:
            self._make(target, replaced)
        except OSError as error:
            existing = self.stat(target)
            if existing is not None and stat.S_ISDIR(existing.st_mode):
                raise ConflictError(
                    f"a directory is where a file must go: {self.join(target)}", hint=WAYS_OUT
                ) from error
            raise

    def sync_directory(self, path: str) -> None:
        """Return when the names in the directory are on the disk, where the system can promise it."""
        with self._directories.reach(path) as directory:
            if directory.fd is None:
                return
            try:
                os.fsync(directory.fd)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
                    raise

    def temporary_beside(self, path: str) -> str:
        """A fresh name in the same directory, short enough for any file system."""
        head, slash, _ = path.rpartition("/")
        return f"{head}{slash}.hf-{secrets.token_hex(8)}.tmp"

    def write_atomic(self, path: str, data: bytes, mode: int = 0o666, *, sync: bool = True) -> None:
        """Make the file have exactly this content: a reader sees all of the old or all of the new, also after a crash.

        The file gets ``mode`` less the umask, whatever it had before. Without ``sync`` a power cut may leave anything
        in its place.
        """
        temporary = self.temporary_beside(path)
        fd = self.create(temporary, mode)
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(data)
                file.flush()
                if sync:
                    os.fsync(file.fileno())
            self.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                self.unlink(temporary)
            raise
        if sync:
            self.sync_directory(path.rpartition("/")[0])

    def folds_names(self) -> bool:
        """Whether names that differ in case or Unicode form are one file here; False where nothing can be written."""
        name = f".hf-{secrets.token_hex(4)}-é.tmp"
        try:
            os.close(self.create(name))
        except OSError:
            return False
        try:
            return any(self.stat(other) is not None for other in (name.upper(), name.replace("é", "e\u0301")))
        finally:
            self.unlink(name)

    def _parent(self, path: str, *, create: bool = False) -> Opened:
        _name(path)
        return self._directories.reach(path.rpartition("/")[0], create=create)

    def _do(self, path: str, action: Callable[[Opened, str], T]) -> T:
        with self._parent(path) as directory:
            return action(directory, _name(path))

    def _make(self, path: str, action: Callable[[Opened, str], T]) -> T:
        """Do what makes a new entry, in a directory that is made as needed."""
        name = _name(path)
        try:
            with self._parent(path, create=True) as directory:
                return action(directory, name)
        except FileNotFoundError:
            if not self._directories.forget(path.rpartition("/")[0]):
                raise
        with self._parent(path, create=True) as directory:
            return action(directory, name)


def _name(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    if name in ("", ".", "..") or (slash and not folder):
        raise ValueError(f"not a path below the root: {path!r}")
    return name


def _is_link_at(path: str) -> bool:
    try:
        return is_link(os.lstat(path))
    except FileNotFoundError:
        return False


def _patiently(action: Callable[[], None]) -> None:
    """Try again for a moment what a scanner (Windows) or a network file system (ESTALE) refuses (faults.md D11)."""
    for delay in _RETRY_DELAYS:
        try:
            return action()
        except OSError as error:
            if error.errno != errno.ESTALE and getattr(error, "winerror", None) not in _SHARING_VIOLATIONS:
                raise
        time.sleep(delay)
    return action()
