"""Files that cannot be had, while the others can: they are told of in the end, and nothing stops because of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, EntryNotFoundError, HfError, IntegrityError, PartialFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.api import BlobRef

OF_ONE_FILE = (ConflictError, EntryNotFoundError, IntegrityError)
"""What is wrong with a file and not with the network, the disk or the user's rights, which would stop the next too."""

_NAMED = 10


class Failures:
    """Collects them. Safe for threads."""

    def __init__(self) -> None:
        self._found: dict[str, HfError] = {}
        self._lock = threading.Lock()

    def add(self, ref: BlobRef, error: HfError) -> None:
        with self._lock:
            self._found[ref.path] = error

    def spare(self, work: Callable[[BlobRef], None]) -> Callable[[BlobRef], None]:
        """``work``, which may fail at one file and go on with the next."""

        def spared(ref: BlobRef) -> None:
            try:
                work(ref)
            except OF_ONE_FILE as error:
                self.add(ref, error)

        return spared

    def raise_any(self, wanted: int, note: Callable[[str], None]) -> None:
        """Raise what went wrong with some of ``wanted`` files: itself where it is of one kind, else that it was much.

        ``note`` gets a line for each but the one that is raised.
        """
        if not self._found:
            return
        (_, first), *others = self._found.items()
        failed = list(self._found)
        first.details["failed"] = failed
        if len(failed) < wanted:
            first.hint = f"{first.hint or 'try again'}; the other {wanted - len(failed)} of {wanted} files are here"
        mixed = len({error.exit_code for error in self._found.values()}) > 1
        told = list(self._found.items()) if mixed else others
        for path, error in told[:_NAMED]:
            note(error.message if path in error.message else f"{path}: {error.message}")
        if len(told) > _NAMED:
            note(f"and {len(told) - _NAMED} more")
        if mixed:
            raise PartialFailure(f"{len(failed)} of {wanted} files failed", details={"failed": failed})
        raise first
