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
    """An existing partial file, to be continued; a link in its place is refused, also a hard one."""
    return Partial(root.join(name), name, _opened_alone(root, name, os.O_RDWR))


def open_journal(root: Root, partial: Partial) -> FileSink:
    """The file beside a partial file in which its writer notes what is written; made where there is none."""
    partial.journaled = True
    return _opened_alone(root, journal_name(partial.name), os.O_RDWR | os.O_CREAT)


def discard(root: Root, partial: Partial) -> None:
    """Close and remove an unfinished file."""
    partial.sink.close()
    remove_partial(root, partial.name)


def remove_partial(root: Root, name: str) -> None:
    """Remove an unfinished file and its journal, or what somebody has put in their place."""
    with storage_errors(root.shown(name)):
        root.unlink(journal_name(name))
        root.unlink(name)


def journal_name(partial: str) -> str:
    """The name of the journal of the partial file of that name; no client takes it for a blob or a partial file."""
    return f"{partial.removesuffix(PARTIAL_SUFFIX)}.journal"


def publish(root: Root, moves: Sequence[tuple[Partial, str]], *, sync_names: bool = True) -> None:
    """Close verified files and give them their public names: ``(partial, target)`` pairs, ``target`` below ``root``.

    All contents are on the disk before the first rename, so that a power cut leaves the old file or the whole new one,
    never a part. Several moves at once share the directory syncs; without ``sync_names`` there are none, and until the
    caller syncs the directory a power cut may give the files back their private names. Raises ``LocalStorageError``, or
    ``ConflictError`` when a directory has the name of a target; what was renamed before that stays. A file that is not
    at its private name any more is gone: ``ENOENT``, whatever is there now.
    """
    for partial, _ in moves:
        with storage_errors(partial.path):
            partial.sink.sync()
            _check_identity(root, partial)
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


def _opened_alone(root: Root, name: str, flags: int) -> FileSink:
    """A private file, which nobody else has a name for: what is written to it must not appear elsewhere."""
    with storage_errors(root.shown(name)):
        fd = root.open(name, flags)
        if os.fstat(fd).st_nlink == 1:
            return FileSink(fd)
        os.close(fd)
        raise OSError(errno.EMLINK, "it has a name elsewhere too")


def _check_identity(root: Root, partial: Partial) -> None:
    """What gets the public name must be what was verified, and not what somebody has put in its place."""
    found = root.stat(partial.name)
    if found is None or not os.path.samestat(found, os.fstat(partial.sink.fileno())):
        raise FileNotFoundError(errno.ENOENT, "another program took the unfinished file away")


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
