"""Which files of this machine are meant, and whether they are still what they were when they were chosen."""

from __future__ import annotations

import io
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, Patterns, storage_error, storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from .request import UploadRequest


_TICK, _COARSE_TICK = 20_000_000, 2_000_000_000
"""Nanoseconds within which a file system may give two changes the same time; the second where it has whole seconds."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to upload as ``path``; ``size`` in bytes, and the rest of what tells that it has not changed.

    What is read of it, through :meth:`open`, is what was there when it was chosen: all of it or an error.
    """

    path: str
    file: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    growing: bool = False
    """Whether it may become longer: it is then read up to ``size``."""

    @classmethod
    def of(cls, path: str, file: str, *, growing: bool = False) -> Source:
        with storage_errors(file):
            found = os.stat(file)  # noqa: PTH116  a Path for each of a hundred thousand files is dear
        return cls(path, file, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, growing)

    def settle(self) -> None:
        """Wait until a change would show in the file's time, where it was written just now."""
        tick = _TICK if self.mtime_ns % 1_000_000_000 else _COARSE_TICK
        age = time.time_ns() - self.mtime_ns
        if 0 <= age < tick:
            time.sleep((tick - age) / 1e9)

    def open(self) -> BinaryIO:
        """The file, if it is still the one that was chosen; errors as :meth:`check`, also of each read."""
        try:
            file = _DiskFile(self)
        except FileNotFoundError as error:
            raise self._changed("was removed") from error
        except OSError as error:
            raise storage_error(error, self.file) from error
        try:
            self.compare(os.fstat(file.fileno()))
        except BaseException:
            file.close()
            raise
        return file

    def read(self) -> bytes:
        """All of it."""
        with self.open() as file:
            return file.read()

    def check(self) -> None:
        """Raise ``ConflictError`` when the file has been changed, replaced or removed (faults.md U3)."""
        self.open().close()

    def compare(self, found: os.stat_result) -> None:
        """Raise ``ConflictError`` unless this is what the file was like when it was chosen."""
        if self.growing:
            changed = found.st_size < self.size or found.st_ino != self.inode
        else:
            changed = (found.st_size, found.st_mtime_ns, found.st_ino) != (self.size, self.mtime_ns, self.inode)
        if changed:
            raise self._changed("changed")

    def _changed(self, how: str) -> ConflictError:
        return ConflictError(f"'{self.path}' {how} while it was uploaded", hint="nothing was committed; run it again")


class _DiskFile(io.FileIO):
    """Its errors are the disk's, and said to be, also where it is read by what sends it over a network. Nothing that
    was read while the file changed is given out."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.settled = not source.growing
        super().__init__(source.file)

    def read(self, size: int | None = -1, /) -> bytes:
        source = self._source
        with storage_errors(source.file):
            if source.growing:
                left = source.size - self.tell()
                size = left if size is None or size < 0 else min(size, left)
            data = super().read(-1 if size is None else size) or b""
            source.compare(os.fstat(self.fileno()))
        return data


@dataclass(slots=True)
class Sources:
    """``chosen`` is sorted by path; ``others`` are the files that the patterns left out, ``skipped`` says of what is no
    file why it was left out."""

    chosen: list[Source] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def find_sources(request: UploadRequest) -> Sources:
    """Every file that is meant. Raises ``LocalStorageError`` where a folder may not be read."""
    if request.is_file:
        return Sources([Source.of(request.path_in_repo, os.fspath(request.local), growing=request.growing)])
    sources = Sources()
    wanted = Patterns(request.include, request.exclude)
    prefix = f"{request.path_in_repo}/" if request.path_in_repo else ""
    for relative, file in _files(os.fspath(request.local), request.within, wanted, sources.skipped):
        if wanted.matches(relative):
            sources.chosen.append(Source.of(prefix + relative, file, growing=request.growing))
        else:
            sources.others.append(relative)
    sources.chosen.sort(key=lambda source: source.path)
    return sources


def _files(root: str, within: str, wanted: Patterns, skipped: list[str]) -> Iterator[tuple[str, str]]:
    """The path relative to ``root``, and where it is, of each file. Links are followed to files, not to folders: these
    may lead in a circle, or to what nobody wants to publish."""
    pending = [within]
    while pending:
        folder = pending.pop()
        for entry in _entries(root, folder, wanted):
            relative = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name == ".git" or f"/{relative}".endswith("/.cache/huggingface"):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(relative)
            elif _is_file(entry):
                yield relative, entry.path
            elif wanted.matches(relative) or wanted.matches(f"{relative}/"):
                skipped.append(f"{relative} is left out: it is {_why_not(entry)}")


def _entries(root: str, folder: str, wanted: Patterns) -> list[os.DirEntry[str]]:
    path = os.path.join(root, folder)  # noqa: PTH118  scandir's own paths are texts, of which there may be very many
    try:
        with os.scandir(path) as entries:
            return list(entries)
    except FileNotFoundError:
        return []
    except OSError as error:
        if folder and not wanted.matches(f"{folder}/"):
            return []
        raise storage_error(error, path) from error


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def _why_not(entry: os.DirEntry[str]) -> str:
    if not entry.is_symlink():
        return "neither a file nor a folder"
    try:
        leads_to_folder = entry.is_dir()
    except OSError:
        leads_to_folder = False
    return "a link to a folder" if leads_to_folder else "a link that leads nowhere"
