"""The bytes of an object on their way, so that no server ever has a whole object with wrong content (faults.md U3)."""

from __future__ import annotations

import hashlib
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from hfcli_core.api import IntegrityError

from ..workers import ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO, Self

    from hfcli_core.api import BackendContext, BlobRef

_PIECE = 2**19
_WORTH_A_THREAD = 2**23


class Content(ABC):
    """An object of ``size`` bytes and the sha256 ``oid``; sent as one body, or as several."""

    in_any_order: bool
    """Whether several bodies may be sent at the same time; else each after the one before it."""

    def __init__(self, path: str, oid: str, size: int, context: BackendContext) -> None:
        self.path, self.oid, self.size = path, oid, size
        self._context = context
        self._sent = 0
        self._reporting = threading.Lock()

    @abstractmethod
    def body(self, start: int, stop: int) -> Body:
        """The bytes from ``start`` up to ``stop``."""

    @abstractmethod
    def check(self) -> None:
        """Raise ``IntegrityError`` unless what was sent is the object."""

    @abstractmethod
    def read(self, file: BinaryIO, position: int, limit: int) -> bytes:
        """At least a byte, at most ``limit``."""

    def report(self, count: int) -> None:
        """So many more bytes have been sent; fewer, where some are to be sent again."""
        with self._reporting:
            self._sent += count
            self._context.advance(count)

    def begin_again(self) -> None:
        """All is to be sent again."""
        self.report(-self._sent)


def content_of(
    ref: BlobRef, size: int, file: BinaryIO, source: Callable[[], BinaryIO], context: BackendContext
) -> Content:
    """``file`` is an opened ``source``, as of ``WriteBackend.put``."""
    oid = ref.sha256 or ""
    if getattr(file, "settled", False):
        return _Settled(source, ref.path, oid, size, context)
    return _Unsettled(file, ref.path, oid, size, context)


class Body:
    """Part of a content, which can be sent again when a connection fails. ``failure`` is what ended the reading."""

    def __init__(self, content: Content, file: BinaryIO, start: int, stop: int) -> None:
        self.size = stop - start
        self.failure: Exception | None = None
        self._content, self._file, self._start, self._stop = content, file, start, stop
        self._reported = 0

    def __iter__(self) -> Iterator[bytes]:
        self._report(0)
        sent = 0
        pieces = self._pieces()
        for piece in ahead(pieces) if self.size > _WORTH_A_THREAD else pieces:
            yield piece
            sent += len(piece)
            self._report(sent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """To be overridden."""

    def _pieces(self) -> Iterator[bytes]:
        position = self._start
        while position < self._stop:
            try:
                piece = self._content.read(self._file, position, self._stop - position)
            except Exception as failure:
                self.failure = failure
                raise
            yield piece
            position += len(piece)

    def _report(self, sent: int) -> None:
        self._content.report(sent - self._reported)
        self._reported = sent


class _OpenedBody(Body):
    """On a file of its own."""

    def __exit__(self, *_: object) -> None:
        self._file.close()


class _Settled(Content):
    """Its file raises by itself when it changes."""

    in_any_order = True

    def __init__(self, source: Callable[[], BinaryIO], path: str, oid: str, size: int, context: BackendContext) -> None:
        super().__init__(path, oid, size, context)
        self._source = source

    def body(self, start: int, stop: int) -> Body:
        return _OpenedBody(self, self._source(), start, stop)

    def check(self) -> None:
        """Each piece was checked when it was read."""

    def read(self, file: BinaryIO, position: int, limit: int) -> bytes:
        self._context.check()
        file.seek(position)
        return _some(file, limit, self.path)


class _Unsettled(Content):
    """Read in order and hashed as it leaves, the last of it held back until the hash is known to be right."""

    in_any_order = False

    def __init__(self, file: BinaryIO, path: str, oid: str, size: int, context: BackendContext) -> None:
        super().__init__(path, oid, size, context)
        self._file = file
        self._hash = hashlib.sha256()
        self._before: dict[int, hashlib._Hash] = {0: self._hash.copy()}

    def body(self, start: int, stop: int) -> Body:
        self._before[start] = self._before[0] if start == 0 else self._hash.copy()
        return Body(self, self._file, start, stop)

    def check(self) -> None:
        if self._hash.hexdigest() != self.oid:
            raise IntegrityError(
                f"{self.path!a} changed while it was sent: its content has another hash",
                hint="nothing was committed; run it again",
            )

    def read(self, file: BinaryIO, position: int, limit: int) -> bytes:
        self._context.check()
        if position in self._before:  # a body begins, perhaps once more
            self._hash = self._before[position].copy()
        file.seek(position)
        piece = _some(file, limit, self.path)
        self._hash.update(piece)
        if position + len(piece) == self.size:
            self.check()
        return piece


def _some(file: BinaryIO, limit: int, path: str) -> bytes:
    piece = file.read(min(_PIECE, limit))
    if not piece:
        raise IntegrityError(f"{path!a} became shorter while it was sent", hint="nothing was committed; run it again")
    return piece
