"""The contract between the transfer engine and a storage backend.

A backend moves bytes and nothing else. Planning, scheduling, progress, verification, resumption and publishing belong
to the engine, which checks every blob by its hash before the blob gets its public name: a mirror need not be trusted.

Rules for every method of a backend:

- It is synchronous, and is called from several threads at once.
- It raises :class:`hfcli_core.errors.HfError` for what went wrong on its side; ``retryable`` on the class tells the
  engine that the same call may be made again. An ``OSError`` of the sink or of the source passes through untouched.
- Between pieces of work of at most a second it looks at ``context.cancelled`` and raises :class:`Cancelled`.
- It reports bytes with ``context.advance`` when, and only when, they have reached the sink or left the source.

``hfcli_core.testing.backends`` holds the tests that a backend must pass.
"""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

from hfcli_core.errors import Cancelled, HfError, NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from hfcli_core.hub.responses import StreamedResponse
    from hfcli_core.hub.session import HubSession
    from hfcli_core.storage.identity import BlobRef


@dataclass(frozen=True, slots=True)
class Offer:
    """What a backend could do for a blob.

    ``cost`` compares backends for the same blob, lower is asked first: 0 is a local disk, 1 a machine near by, 10 the
    Hub. ``ranged``: :meth:`ReadBackend.fetch` can begin anywhere, and several ranges may be asked for at once.
    ``by_path``: the backend writes whole files itself, so :meth:`ReadBackend.fetch_file` is called instead.
    """

    cost: float
    ranged: bool = False
    by_path: bool = False


class OpenedAnswer(NamedTuple):
    """An answer of the Hub whose body is a blob from its start; ``closing`` closes it."""

    response: StreamedResponse
    closing: ExitStack


@dataclass(frozen=True, slots=True)
class BackendContext:
    """What a backend is given. ``session`` is its only way to HTTP; ``settings`` has the values of declared settings
    by their keys in ``config.toml``; ``log`` takes lines for ``--verbose``. ``revision`` is the branch that blobs are
    written for; None when reading, and for a pull request that is still to be opened. ``connections``: at most so many
    at the same time for what is written; None for as many as help. ``memory`` is a directory, perhaps still to be made,
    for what makes the next run shorter. ``opened`` has blobs that are on their way already: the backend that reads from
    the Hub takes them from there, and whoever opened them closes what is left."""

    session: HubSession
    cancelled: threading.Event = field(default_factory=threading.Event)
    advance: Callable[[int], None] = lambda _count: None
    log: Callable[[str], None] = lambda _line: None
    settings: Mapping[str, Any] = field(default_factory=dict)
    revision: str | None = None
    connections: int | None = None
    memory: Path | None = None
    opened: dict[BlobRef, OpenedAnswer] = field(default_factory=dict)

    def check(self) -> None:
        """Raise :class:`Cancelled` when the engine wants the work to end."""
        if self.cancelled.is_set():
            raise Cancelled


class RangesIgnoredError(HfError):
    """A source turned out not to serve ranges; the engine then asks for one range of the blob at a time.

    To be raised once for a blob; further calls may cost as much as they must.
    """

    exit_code = NetworkError.exit_code
    code = NetworkError.code
    retryable = True


class Sink(Protocol):
    """Where fetched bytes go: a file whose ranges are written in any order, from any thread."""

    def write_at(self, offset: int, view: bytes | memoryview) -> None:
        """Write all of ``view`` at ``offset`` bytes from the start of the blob."""

    def fileno(self) -> int:
        """The descriptor, for backends that can let the kernel copy. Its file position must not be relied on."""


class ReadBackend(Protocol):
    """A source of blobs."""

    def __init__(self, context: BackendContext) -> None: ...

    def offers(self, refs: Sequence[BlobRef]) -> Mapping[BlobRef, Offer]:
        """Which of these the backend could serve, without I/O where possible. One that is left out is not asked for.

        An offer is not a promise: the engine goes to the next backend when fetching fails.
        """

    def fetch(self, ref: BlobRef, start: int, stop: int | None, sink: Sink) -> None:
        """Write the bytes from ``start`` up to, not including, ``stop`` to the sink, at the same offsets.

        ``stop`` is None when the size is not known. ``start`` is 0 and ``stop`` the whole size for an offer that is not
        ranged. Returning means that all of them were written; never write outside the range that was asked for.
        """

    def fetch_file(self, ref: BlobRef, path: Path) -> None:
        """Write the whole blob to ``path``, an empty file; only called for offers that are ``by_path``."""
        raise NotImplementedError("a backend whose offers are by_path implements this")


class WriteBackend(Protocol):
    """A destination of blobs."""

    def __init__(self, context: BackendContext) -> None: ...

    def prepare(self, refs: Sequence[BlobRef]) -> Sequence[BlobRef]:
        """Those of ``refs`` that the destination lacks, in the order given; may keep what it learns for ``put``."""

    def put(self, ref: BlobRef, source: Callable[[], BinaryIO]) -> None:
        """Store one blob. ``source()`` opens its content from the start, as often as needed, also several at a time.

        An opened source whose ``settled`` is true was hashed before, and raises when it is read after it changed since;
        the content of any other is to be hashed on its way. The blob is readable under its hash when the call returns,
        and not before; putting it twice is no error. Content that does not have the hash is refused with
        ``IntegrityError``.
        """

    def finish(self) -> None:
        """Called once, after the last ``put`` succeeded."""


class FileSink(AbstractContextManager["FileSink", None]):
    """A sink on a descriptor, which it owns and closes."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._position = threading.Lock()

    def write_at(self, offset: int, view: bytes | memoryview) -> None:
        rest = memoryview(view).cast("B")
        while rest:
            written = self._write_once(offset, rest)
            rest = rest[written:]
            offset += written

    def read_at(self, offset: int, buffer: bytearray | memoryview) -> int:
        """Fill the buffer with what is in the file from ``offset`` on; how many bytes that were, 0 at its end."""
        if hasattr(os, "preadv"):
            return os.preadv(self._fd, [buffer], offset)
        with self._position:
            os.lseek(self._fd, offset, os.SEEK_SET)
            data = os.read(self._fd, len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _write_once(self, offset: int, view: memoryview) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(self._fd, view, offset)
        with self._position:
            os.lseek(self._fd, offset, os.SEEK_SET)
            return os.write(self._fd, view)

    def fileno(self) -> int:
        return self._fd

    def sync(self) -> None:
        """Return when the content is on the disk."""
        os.fsync(self._fd)

    def close(self) -> None:
        """Close the descriptor once; closing again does nothing."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)

    def __exit__(self, *_exc: object) -> None:
        self.close()
