"""Where files end: the interface of the shared cache and of a directory of the user's."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hfcli_core.api import BlobRef, CachedEntry, ConflictError, FileSink, LockOptions, Partial, TreeEntry


class State(Enum):
    """What a destination has of a file that is wanted."""

    PRESENT = "present"  # where it belongs: nothing to do
    ADOPTABLE = "adoptable"  # the content is on this machine: only to be linked, recorded or copied
    MISSING = "missing"
    CHANGED = "changed"  # somebody else's content is in its place


class Destination(Protocol):
    """Nothing is written before :meth:`adopt`, :meth:`create_partial` or :meth:`keep_tree`; safe for threads."""

    @property
    def root(self) -> Path:
        """The directory whose disk must have room."""

    @property
    def shares_blobs(self) -> bool:
        """Whether files of the same content are stored once."""

    def state(self, ref: BlobRef) -> State: ...

    def has_by_name(self, commit: str, path: str) -> bool:
        """Whether the file of this commit is there, as far as can be told without a listing."""

    def may_hold(self, commit: str, path: str) -> bool:
        """Whether the content of the file of this commit seems to be on this machine, in its place or elsewhere."""

    def adopt(self, ref: BlobRef) -> bool:
        """Put content that is on this machine where the file belongs. False when it turns out to be damaged."""

    def kept_open(self) -> AbstractContextManager[None]:
        """For the block in which files are written: makes many small ones cheap."""

    def lock(self, ref: BlobRef, options: LockOptions) -> AbstractContextManager[bool]: ...

    def partials(self, ref: BlobRef, *, anew: bool = False) -> Sequence[str]:
        """Unfinished files of this content that runs before left; for who holds the lock.

        They are listed once, as a listing for each file of a large repo would take longer than the files; ``anew``
        also finds what another process has left since.
        """

    def create_partial(self, ref: BlobRef) -> Partial: ...

    def open_partial(self, name: str) -> Partial: ...

    def open_journal(self, partial: Partial) -> FileSink:
        """Where the writers of an unfinished file note what is written."""

    def remove_partial(self, name: str) -> None:
        """Remove an unfinished file that no run can go on with."""

    def discard(self, partial: Partial) -> None: ...

    def publish(self, partial: Partial, ref: BlobRef) -> None:
        """Give a verified file, synced, its place, and everything else that belongs to that."""

    def settle(self) -> None:
        """Return when nothing that was published can be lost by a power cut; before :meth:`remember`."""

    def folds_names(self) -> bool: ...

    def last_commit(self, revision: str) -> str | None:
        """Where a branch or a tag was when it was last downloaded."""

    def remember(self, revision: str, commit: str) -> None:
        """Write down where a branch or a tag is, once everything that was wanted of it is in place."""

    def read_tree(self, commit: str) -> list[CachedEntry] | None:
        """Every file of the commit, if its listing was kept."""

    def borrow_tree(self, commit: str) -> list[CachedEntry] | None:
        """As :meth:`read_tree`, from another place on this machine."""

    def keep_tree(self, commit: str, entries: Iterable[TreeEntry | CachedEntry]) -> None: ...

    def is_missing(self, commit: str, path: str) -> bool:
        """Whether it was written down that the commit has no such file."""

    def mark_missing(self, commit: str, path: str) -> None:
        """Write down that the commit has no such file, where other programs look for that."""

    def refuse(self, paths: Sequence[str]) -> ConflictError:
        """The error for files in the state CHANGED."""

    def answer(self, commit: str, path: str | None) -> str:
        """What a program is told: where the file is, or with ``path=None`` the folder of all of them."""


def joined(shown: str, *parts: str) -> str:
    """A path that begins exactly as the user wrote it; ``pathlib`` would drop the ``./`` that the guide shows."""
    return os.path.join(shown, *filter(None, parts))  # noqa: PTH118
