"""Directories below one root: reached without following a link, and kept open while many files go to the same few."""

from __future__ import annotations

import errno
import os
import stat
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.errors import ConflictError, UnsafeInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

HAS_DIR_FD = {os.open, os.mkdir, os.stat, os.unlink, os.symlink, os.link, os.rename} <= os.supports_dir_fd

WAYS_OUT = "move it away, or choose another place"

_OPEN = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_STEP = _OPEN | getattr(os, "O_NOFOLLOW", 0)

_TRIES = 5
"""How often a directory is made anew that another process removes at that moment."""

_KEPT = 24
"""Directories that are kept open at most: those of the bookkeeping and of the threads that are at work."""


class Directories:
    """Opens directories below ``root``. Paths are relative, with ``/``; the root's own is ``""``. Safe for threads.

    Raises ``UnsafeInputError`` where a link, and ``ConflictError`` where a file, stands in the place of a directory;
    other failures are plain ``OSError``. Where the system has no ``openat`` (Windows) there are no descriptors, and
    paths are examined before use, which a link swapped in between could evade; there making links needs a privilege.
    """

    def __init__(self, root: Path, *, walk: bool) -> None:
        self.root = root
        self.walk = walk
        self._keeping = 0
        self._kept: dict[str, Opened] = {}
        self._lock = threading.Lock()

    def reach(self, path: str, *, create: bool = False) -> Opened:
        """The directory, to be used in a ``with``; made with its parents where ``create`` says so."""
        if not self._keeping:
            return self._open(path, create)
        with self._lock:
            if (kept := self._kept.pop(path, None)) is not None:
                self._kept[path] = kept
                kept.users += 1
                return kept
        opened = self._open(path, create)
        with self._lock:
            # Another thread may have been faster; then this one is used once and closed.
            if self._keeping and opened.fd is not None and path not in self._kept:
                self._make_room()
                self._kept[path] = opened
                opened.users += 1
        return opened

    def forget(self, path: str) -> bool:
        """Have the next one that reaches for it walk there; whether it was kept, so that it may have been removed."""
        with self._lock:
            kept = self._kept.pop(path, None)
        if kept is None:
            return False
        kept.give_back()
        return True

    @contextmanager
    def kept_open(self, *, may_move: bool) -> Iterator[None]:
        """Inside the block directories stay open: there a file costs a few system calls, not a walk for each of them.

        What is written to a directory that another program moves goes where it went. Unless it ``may_move``, that
        raises ``ConflictError`` at the end.
        """
        with self._lock:
            self._keeping += 1
        try:
            yield
            if not may_move:
                self._check_unmoved()
        finally:
            with self._lock:
                self._keeping -= 1
                closing = [] if self._keeping else list(self._kept.values())
                if not self._keeping:
                    self._kept.clear()
            for opened in closing:
                opened.give_back()

    def _make_room(self) -> None:
        """Close the one that was used least recently, of those that nobody is at."""
        if len(self._kept) < _KEPT:
            return
        idle = (path for path, opened in self._kept.items() if opened.users == 1)
        if (path := next(idle, None)) is not None and (fd := self._kept.pop(path).fd) is not None:
            os.close(fd)

    def _check_unmoved(self) -> None:
        with self._lock:
            kept = list(self._kept.items())
        for path, opened in kept:
            assert opened.fd is not None
            place = self.root / path
            try:
                moved = not os.path.samestat(os.fstat(opened.fd), place.lstat() if path else place.stat())
            except FileNotFoundError:
                moved = True
            if moved:
                raise ConflictError(
                    f"another program moved or removed {place} while files were written to it",
                    hint="run the command again",
                )

    def _open(self, path: str, create: bool) -> Opened:
        parts = path.split("/") if path else []
        if "" in parts or "." in parts or ".." in parts:
            raise ValueError(f"not a path below the root: {path!r}")
        if not self.walk:
            return Opened(None, str(self._examine(parts, create)), self)
        fd = self._open_root(create)
        try:
            for depth, part in enumerate(parts):
                below = self._step(fd, part, parts[: depth + 1], create)
                os.close(fd)
                fd = below
        except BaseException:
            os.close(fd)
            raise
        return Opened(fd, "", self)

    def _open_root(self, create: bool) -> int:
        try:
            for _ in range(_TRIES if create else 0):
                with suppress(FileNotFoundError):
                    return os.open(self.root, _OPEN)
                extended(self.root).mkdir(parents=True, exist_ok=True)
            return os.open(self.root, _OPEN)
        except (FileExistsError, NotADirectoryError) as error:
            raise ConflictError(f"a file is where a directory must go: {self.root}", hint=WAYS_OUT) from error

    def _step(self, fd: int, part: str, way: list[str], create: bool) -> int:
        try:
            for _ in range(_TRIES if create else 0):
                with suppress(FileNotFoundError):
                    return os.open(part, _STEP, dir_fd=fd)
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=fd)
            return os.open(part, _STEP, dir_fd=fd)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                raise
            found = os.stat(part, dir_fd=fd, follow_symlinks=False)
            raise self._not_a_directory("/".join(way), found) from error

    def _examine(self, parts: list[str], create: bool) -> Path:
        if create:
            try:
                extended(self.root).mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError) as error:
                raise ConflictError(f"a file is where a directory must go: {self.root}", hint=WAYS_OUT) from error
        place = extended(self.root)
        for depth, part in enumerate(parts):
            place /= part
            if create:
                with suppress(FileExistsError):
                    place.mkdir()
            found = place.lstat()
            if not stat.S_ISDIR(found.st_mode) or is_link(found):
                raise self._not_a_directory("/".join(parts[: depth + 1]), found)
        return place

    def _not_a_directory(self, path: str, found: os.stat_result) -> UnsafeInputError | ConflictError:
        # A directory by now was something else a moment ago: somebody is swapping it.
        if is_link(found) or stat.S_ISDIR(found.st_mode):
            return link_in_the_way(self.root, path)
        return ConflictError(f"a file is where a directory must go: {self.root / path}", hint=WAYS_OUT)


class Opened:
    """A directory in use: by its descriptor, or by its path where that is not possible."""

    __slots__ = ("_lock", "fd", "path", "users")

    def __init__(self, fd: int | None, path: str, directories: Directories) -> None:
        self.fd, self.path, self.users = fd, path, 1
        self._lock = directories._lock

    def place(self, name: str) -> str:
        """What to call an entry in system calls that also get ``fd``."""
        return name if self.fd is not None else os.path.join(self.path, name)  # noqa: PTH118  a Path would cost more

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.give_back()

    def give_back(self) -> None:
        """Close it when nobody uses it any more."""
        with self._lock:
            self.users -= 1
            last = self.users == 0
        if last and self.fd is not None:
            os.close(self.fd)


def extended(path: Path) -> Path:
    """The path in the form that Windows allows to be longer than 260 characters; elsewhere the path itself."""
    if os.name != "nt":
        return path
    text = str(path.absolute())
    if text.startswith("\\\\?\\"):
        return Path(text)
    return Path(f"\\\\?\\UNC\\{text[2:]}" if text.startswith("\\\\") else f"\\\\?\\{text}")


def is_link(found: os.stat_result) -> bool:
    # A Windows junction is not a symlink to `stat`, but it leads elsewhere all the same.
    return stat.S_ISLNK(found.st_mode) or bool(
        getattr(found, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_REPARSE_POINT
    )


def link_in_the_way(root: Path, path: str) -> UnsafeInputError:
    place = str(root / path)
    return UnsafeInputError(
        f"a link leads out of {root}: {place}",
        hint="remove the link, or choose the directory that it points to",
        details={"path": place, "reason": "link"},
    )
