"""A file that is hashed while it is written: what does not have the right hash never gets a public name."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from hfcli_core.api import BlobHasher, storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.api import BlobRef, Partial

_CHUNK = 1 << 20


class VerifiedFile:
    """The sink of one blob.

    Bytes that arrive in order are hashed as they come. Those that come otherwise (a later piece first, or written by
    the kernel through the descriptor) are read back by :meth:`follow`, once they are known to be there.
    """

    def __init__(self, partial: Partial, ref: BlobRef) -> None:
        self.partial = partial
        self._ref = ref
        self.position = 0
        """Bytes from the start that are written and hashed: where to go on after a fault."""
        self._hasher = BlobHasher.for_ref(ref)
        self._lock = threading.Lock()

    def write_at(self, offset: int, view: bytes | memoryview) -> None:
        with storage_errors(self.partial.path):
            self.partial.sink.write_at(offset, view)
        with self._lock:
            end = offset + len(view)
            if offset <= self.position < end:
                self._hasher.update(memoryview(view)[self.position - offset :])
                self.position = end

    def fileno(self) -> int:
        return self.partial.sink.fileno()

    def follow(self, stop: int, pause: Callable[[], None]) -> None:
        """Hash up to ``stop`` what is in the file; ``pause`` is called between pieces and may raise."""
        if self.position >= stop:
            return
        buffer = memoryview(bytearray(min(_CHUNK, stop - self.position)))
        with storage_errors(self.partial.path), self._lock:
            while (wanted := min(len(buffer), stop - self.position)) and (
                count := self.partial.sink.read_at(self.position, buffer[:wanted])
            ):
                self._hasher.update(buffer[:count])
                self.position += count
                pause()

    def trim(self) -> None:
        """Cut off what was not hashed, so that the length of the file says how much of it can be kept."""
        with storage_errors(self.partial.path), self._lock:
            os.ftruncate(self.fileno(), self.position)

    def restart(self) -> None:
        """Begin again with an empty file."""
        self._hasher, self.position = BlobHasher.for_ref(self._ref), 0
        self.trim()

    def reopen(self, partial: Partial) -> None:
        """Go on with the file that is now at the same place."""
        self.partial.sink.close()
        self.partial = partial

    def is_right(self) -> bool:
        """Whether the file holds the blob, and not a byte after it."""
        length = os.fstat(self.fileno()).st_size
        return length == self.position and self._hasher.hexdigest() == self._ref.etag
