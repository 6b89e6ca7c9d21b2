"""The only ways a file gets a public name: complete, on the disk, and in one instant."""

from __future__ import annotations

import errno
import os
import posixpath
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hfcli_core.storage.backend import FileSink
from hfcli_core.storage.root import Root
from hfcli_core.storage.space import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PARTIAL_SUFFIX = ".incomplete"

_COPY_CHUNK = 4 << 20

_DISK_REFUSES = frozenset({errno.ENOSPC, errno.EROFS, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""Errors that no other kind of link would get round."""


@dataclass(slots=True)
class Partial:
    """A file being written: its ``path`` for a person or a library, its ``name`` below the root, its open ``sink``.

    It is private to its writer, in the directory tree of its target, and has the mode that the umask leaves.
    ``journaled``: a journal may lie beside it.
    """

    path: Path
    name: str
    sink: FileSink
    journaled: bool = False


def create_partial(root: Root, name: str) -> Partial:
    """A new, empty partial file; parents are made as needed."""
    with storage_errors(root.shown(name)):
        return Partial(root.join(name), name, FileSink(root.create(name)))


def open_partial(root: Root, name: str) -> Partial:
    """An existing partial file, to be continued; a link in its place is refused."""
    with storage_errors(root.shown(name)):
        return Partial(root.join(name), name, FileSink(root.open(name, os.O_RDWR)))


def open_journal(root: Root, partial: Partial) -> FileSink:
    """The file beside a partial file in which its writer notes what is written; made where there is none."""
    name = journal_name(partial.name)
    partial.journaled = True
    with storage_errors(root.shown(name)):
        return FileSink(root.open(name, os.O_RDWR | os.O_CREAT))


def discard(root: Root, partial: Partial) -> None:
    """Close and remove an unfinished file."""
    partial.sink.close()
    _remove_journal(root, partial)
    with storage_errors(partial.path):
        root.unlink(partial.name)


def journal_name(partial: str) -> str:
    """The name of the journal of the partial file of that name; no client takes it for a blob or a partial file."""
    return f"{partial.removesuffix(PARTIAL_SUFFIX)}.journal"


def publish(root: Root, moves: Sequence[tuple[Partial, str]], *, sync_names: bool = True) -> None:
    """Close verified files and give them their public names: ``(partial, target)`` pairs, ``target`` below ``root``.

    All contents are on the disk before the first rename, so that a power cut leaves the old file or the whole new one,
    never a part. Several moves at once share the directory syncs; without ``sync_names`` there are none, and until the
    caller syncs the directory a power cut may give the files back their private names. Raises ``LocalStorageError``, or
    ``ConflictError`` when a directory has the name of a target; what was renamed before that stays.
    """
    for partial, _ in moves:
        with storage_errors(partial.path):
            partial.sink.sync()
        # Windows renames no open file.
        partial.sink.close()
        _remove_journal(root, partial)
    for partial, target in moves:
        with storage_errors(root.shown(target)):
            _move(root, partial.name, target)
    if not sync_names:
        return
    for directory in dict.fromkeys(posixpath.dirname(target) for _, target in moves):
        with storage_errors(root.shown(directory)):
            root.sync_directory(directory)


def link_blob(root: Root, blob: str, pointer: str, *, symlinks: bool = True) -> Literal["symlink", "hardlink", "copy"]:
    """Make ``pointer`` show ``blob``: as a relative symlink, else as a hard link, else as a copy (faults.md D5).

    Which of them works is found out by doing it, in the very directory. Says which it was. A wrong entry is replaced in
    one instant. Links are not synced: one that a power cut loses is made again by the next run, which looks for it.
    """
    text = _way_between(pointer, blob)
    with storage_errors(root.shown(pointer)):
        if symlinks and _works(lambda: _symlink(root, text, pointer)):
            return "symlink"
        # A blob may itself be a link into the store that several repos share; a second name for that leads nowhere.
        if root.readlink(blob) is None and _works(
            lambda: _replace_with(root, pointer, lambda name: root.link(blob, name))
        ):
            return "hardlink"
        copy_into_place(root, root.join(blob), pointer)
        return "copy"


def copy_into_place(root: Root, source: Path, target: str) -> None:
    """Copy a file, whose content is known to be right, to ``target``; nobody sees it half copied."""
    temporary = root.temporary_beside(target)
    try:
        with source.open("rb") as old, os.fdopen(root.create(temporary), "wb") as new:
            shutil.copyfileobj(old, new, _COPY_CHUNK)
            new.flush()
            os.fsync(new.fileno())
        root.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            root.unlink(temporary)
        raise
    root.sync_directory(posixpath.dirname(target))


def _remove_journal(root: Root, partial: Partial) -> None:
    """Before the partial file gets its public name or is removed: no journal may outlive what it describes."""
    if partial.journaled:
        with storage_errors(partial.path):
            root.unlink(journal_name(partial.name))


def _move(root: Root, partial: str, target: str) -> None:
    try:
        root.replace(partial, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A sub-directory of a local directory can be another volume.
        copy_into_place(root, root.join(partial), target)
        root.unlink(partial)


def _way_between(pointer: str, blob: str) -> str:
    """The text of a link at ``pointer`` to ``blob``, both below one root; ``relpath`` takes ten times as long."""
    mine, other = pointer.split("/"), blob.split("/")
    shared = 0
    while mine[shared] == other[shared] and shared < len(mine) - 1:
        shared += 1
    return "/".join([".."] * (len(mine) - 1 - shared) + other[shared:])


def _symlink(root: Root, text: str, pointer: str) -> None:
    try:
        root.symlink(text, pointer)
    except FileExistsError:
        if root.readlink(pointer) != text:
            _replace_with(root, pointer, lambda name: root.symlink(text, name))


def _replace_with(root: Root, target: str, make: Callable[[str], None]) -> None:
    temporary = root.temporary_beside(target)
    try:
        make(temporary)
        root.replace(temporary, target)
    finally:
        # Also after success: renaming one name of a file over another name of it does nothing and leaves both.
        root.unlink(temporary)


def _works(action: Callable[[], None]) -> bool:
    try:
        action()
    except OSError as error:
        if error.errno in _DISK_REFUSES:
            raise
        return False
    return True
