"""The bytes of an object on their way: read in order, hashed as they leave, and the last of them held back until the
hash is known to be right, so that no server ever has a whole object with wrong content (faults.md U3)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hfcli_core.api import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from hfcli_core.api import BackendContext

_PIECE = 256 * 1024


class Content:
    """An open file that must turn out to have ``size`` bytes and the sha256 ``oid``; sent as one body, or as several
    in their order."""

    def __init__(self, file: BinaryIO, path: str, oid: str, size: int, context: BackendContext) -> None:
        self.path = path
        self.oid = oid
        self.size = size
        self.hash = hashlib.sha256()
        self._file = file
        self._context = context
        self._reported = 0

    def body(self, start: int, stop: int) -> Body:
        """The bytes from ``start`` up to ``stop``. All before ``start`` must have been sent, or ``start`` be 0."""
        if start == 0:
            self.hash = hashlib.sha256()
        return Body(self, start, stop)

    def check(self) -> None:
        """Raise ``IntegrityError`` unless the bytes that were read are the object."""
        if self.hash.hexdigest() != self.oid:
            raise IntegrityError(
                f"{self.path!a} changed while it was sent: its content has another hash",
                hint="nothing was committed; run it again",
            )

    def read(self, position: int, limit: int) -> bytes:
        self._context.check()
        self._file.seek(position)
        piece = self._file.read(min(_PIECE, limit))
        if not piece:
            raise IntegrityError(
                f"{self.path!a} became shorter while it was sent", hint="nothing was committed; run it again"
            )
        self.hash.update(piece)
        if position + len(piece) == self.size:
            self.check()
        return piece

    def report(self, position: int) -> None:
        """The bytes before ``position`` have been sent, and those after it not, or not with success."""
        self._context.advance(position - self._reported)
        self._reported = position


class Body:
    """Part of a content, which can be sent again when a connection fails. ``failure`` is what ended the reading."""

    def __init__(self, content: Content, start: int, stop: int) -> None:
        self.size = stop - start
        self.failure: Exception | None = None
        self._content, self._start, self._stop = content, start, stop
        self._hash_before = content.hash.copy()

    def __iter__(self) -> Iterator[bytes]:
        content, position = self._content, self._start
        content.hash = self._hash_before.copy()
        content.report(position)
        while position < self._stop:
            try:
                piece = content.read(position, self._stop - position)
            except Exception as failure:
                self.failure = failure
                raise
            yield piece
            position += len(piece)
            content.report(position)
