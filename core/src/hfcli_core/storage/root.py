"""File operations below one directory that follow no link out of it (faults.md S18)."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.errors import ConflictError, UnsafeInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HAS_DIR_FD = {os.open, os.mkdir, os.stat, os.unlink, os.symlink, os.link, os.rename} <= os.supports_dir_fd
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

_WAYS_OUT = "move it away, or choose another place"

_RETRY_DELAYS = (0.05, 0.1, 0.2, 0.4, 0.8)
_SHARING_VIOLATIONS = (5, 32, 33)
"""Windows: another program, often a virus scanner, has the file open for a moment."""


class _At(NamedTuple):
    """A name in a directory that was reached without following a link; the whole path where that is not possible."""

    name: str
    dir_fd: int | None


class Root:
    """A directory, below which every path is walked one component at a time without following links.

    Paths are relative and written with ``/``, as in a repo. The root itself may be a link: the user chose it. A link
    below it that stands where a directory is expected raises ``UnsafeInputError``, a file there, or in the place of the
    root itself, ``ConflictError``.
    Other failures are plain ``OSError``. Where the system has no ``openat`` (Windows) components are examined before
    use, which a link swapped in between could evade; there making links needs a privilege.
    """

    def __init__(self, path: Path, *, walk: bool = _HAS_DIR_FD) -> None:
        self.path = path
        self._walk = walk

    def join(self, path: str) -> Path:
        """The path for display and for readers; the operations of this class do not use it."""
        return self.path / path

    def open(self, path: str, flags: int, mode: int = 0o666, *, create_parents: bool = False) -> int:
        """A descriptor. A link in place of the file is refused; new files get the mode that the umask leaves."""
        with self._at(path, create_parents) as at:
            if at.dir_fd is None and _is_link_at(at.name):
                raise self._link_in_the_way(path)
            try:
                return os.open(at.name, flags | _FILE, mode, dir_fd=at.dir_fd)
            except OSError as error:
                if error.errno == errno.ELOOP:
                    raise self._link_in_the_way(path) from error
                raise

    def create(self, path: str, mode: int = 0o666) -> int:
        """A descriptor, open for reading and writing, of a new file; ``FileExistsError`` when there is anything."""
        return self.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode, create_parents=True)

    def read_bytes(self, path: str) -> bytes:
        with os.fdopen(self.open(path, os.O_RDONLY), "rb") as file:
            return file.read()

    def stat(self, path: str) -> os.stat_result | None:
        """About the entry itself, not what a link points to; None when there is none."""
        try:
            with self._at(path) as at:
                return os.stat(at.name, dir_fd=at.dir_fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def readlink(self, path: str) -> str | None:
        """The text of a link; None when the entry is not a link."""
        with self._at(path) as at:
            try:
                return os.readlink(at.name, dir_fd=at.dir_fd)
            except OSError as error:
                if error.errno in (errno.EINVAL, errno.ENOENT):
                    return None
                raise

    def mkdir(self, path: str) -> None:
        """Make the directory and its parents; one that exists is left alone."""
        with self._directory(path.split("/"), create=True):
            pass

    def symlink(self, text: str, path: str) -> None:
        with self._at(path, create_parents=True) as at:
            os.symlink(text, at.name, dir_fd=at.dir_fd)

    def link(self, source: str, target: str) -> None:
        """A further name for a file."""
        with self._at(source) as old, self._at(target, create_parents=True) as new:
            os.link(old.name, new.name, src_dir_fd=old.dir_fd, dst_dir_fd=new.dir_fd)

    def unlink(self, path: str) -> None:
        """Remove a file or a link; one that is not there is no error."""
        with suppress(FileNotFoundError), self._at(path) as at:
            _patiently(lambda: os.unlink(at.name, dir_fd=at.dir_fd))

    def replace(self, source: str, target: str) -> None:
        """Rename; an existing file or link gives way in the same instant, what a link points to stays untouched.

        Raises ``ConflictError`` when the target is a directory.
        """
        with self._at(source) as old, self._at(target, create_parents=True) as new:
            try:
                _patiently(lambda: os.replace(old.name, new.name, src_dir_fd=old.dir_fd, dst_dir_fd=new.dir_fd))
            except OSError as error:
                existing = self.stat(target)
                if existing is not None and stat.S_ISDIR(existing.st_mode):
                    raise ConflictError(
                        f"a directory is where a file must go: {self.join(target)}", hint=_WAYS_OUT
                    ) from error
                raise

    def sync_file(self, path: str) -> None:
        """Return when the content is on the disk."""
        # Windows can flush only what is open for writing.
        fd = self.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def sync_directory(self, path: str) -> None:
        """Return when the names in the directory are on the disk, where the system can promise it."""
        with self._directory(path.split("/") if path else []) as at:
            if at.dir_fd is None:
                return
            try:
                os.fsync(at.dir_fd)
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

    @contextmanager
    def _at(self, path: str, create_parents: bool = False) -> Iterator[_At]:
        *parents, name = path.split("/")
        if not name or name in (".", ".."):
            raise ValueError(f"not a path below the root: {path!r}")
        with self._directory(parents, create=create_parents) as at:
            yield _At(name if at.dir_fd is not None else os.path.join(at.name, name), at.dir_fd)  # noqa: PTH118  for os

    @contextmanager
    def _directory(self, parts: list[str], *, create: bool = False) -> Iterator[_At]:
        try:
            if create:
                extended(self.path).mkdir(parents=True, exist_ok=True)
            fd = os.open(self.path, _DIRECTORY & ~getattr(os, "O_NOFOLLOW", 0)) if self._walk else None
        except (FileExistsError, NotADirectoryError) as error:
            raise ConflictError(f"a file is where a directory must go: {self.path}", hint=_WAYS_OUT) from error
        if fd is None:
            yield _At(str(self._examine(parts, create)), None)
            return
        try:
            for depth, part in enumerate(parts):
                below = self._step(fd, part, "/".join(parts[: depth + 1]), create)
                os.close(fd)
                fd = below
            yield _At("", fd)
        finally:
            os.close(fd)

    def _step(self, fd: int, part: str, path: str, create: bool) -> int:
        if part in ("", ".", ".."):
            raise ValueError(f"not a path below the root: {path!r}")
        if create:
            # First, because another process may remove or make the directory at any time.
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=fd)
        try:
            return os.open(part, _DIRECTORY, dir_fd=fd)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                raise
            found = os.stat(part, dir_fd=fd, follow_symlinks=False)
            raise self._not_a_directory(path, found) from error

    def _examine(self, parts: list[str], create: bool) -> Path:
        place = extended(self.path)
        for depth, part in enumerate(parts):
            path = "/".join(parts[: depth + 1])
            if part in ("", ".", ".."):
                raise ValueError(f"not a path below the root: {path!r}")
            place /= part
            if create:
                with suppress(FileExistsError):
                    place.mkdir()
            found = place.lstat()
            if not stat.S_ISDIR(found.st_mode) or _is_link(found):
                raise self._not_a_directory(path, found)
        return place

    def _not_a_directory(self, path: str, found: os.stat_result) -> UnsafeInputError | ConflictError:
        # A directory by now was something else a moment ago: somebody is swapping it.
        if _is_link(found) or stat.S_ISDIR(found.st_mode):
            return self._link_in_the_way(path)
        return ConflictError(f"a file is where a directory must go: {self.join(path)}", hint=_WAYS_OUT)

    def _link_in_the_way(self, path: str) -> UnsafeInputError:
        return UnsafeInputError(
            f"a link leads out of {self.path}: {self.join(path)}",
            hint="remove the link, or choose the directory that it points to",
            details={"path": str(self.join(path)), "reason": "link"},
        )


def extended(path: Path) -> Path:
    """The path in the form that Windows allows to be longer than 260 characters; elsewhere the path itself."""
    if os.name != "nt":
        return path
    text = str(path.absolute())
    if text.startswith("\\\\?\\"):
        return Path(text)
    return Path(f"\\\\?\\UNC\\{text[2:]}" if text.startswith("\\\\") else f"\\\\?\\{text}")


def _is_link(found: os.stat_result) -> bool:
    # A Windows junction is not a symlink to `stat`, but it leads elsewhere all the same.
    return stat.S_ISLNK(found.st_mode) or bool(
        getattr(found, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_REPARSE_POINT
    )


def _is_link_at(path: str) -> bool:
    try:
        return _is_link(os.lstat(path))
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
