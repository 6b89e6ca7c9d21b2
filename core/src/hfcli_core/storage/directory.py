"""A directory of blobs named by their hashes: the storage contract's smallest implementation, and an example.

The ``blobs`` folder of a repo in the hub cache is such a directory; so is a shared disk that a team fills by hand.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hfcli_core.errors import EntryNotFoundError, HfError, IntegrityError, UsageError
from hfcli_core.storage.backend import Offer, ReadBackend, WriteBackend
from hfcli_core.storage.identity import BlobHasher
from hfcli_core.storage.publish import create_partial, discard, publish
from hfcli_core.storage.root import Root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hfcli_core.storage.backend import BackendContext, Sink
    from hfcli_core.storage.identity import BlobRef

_CHUNK = 1 << 20


class DirectoryBackend(ReadBackend, WriteBackend):
    """Reads and writes ``<directory>/<etag>``; the directory is the setting ``directory.path``."""

    def __init__(self, context: BackendContext) -> None:
        path = context.settings.get("directory.path")
        if not path:
            raise UsageError("the directory of blobs is not set", hint="set directory.path in config.toml")
        self._context = context
        self._root = Root(Path(path))

    def offers(self, refs: Sequence[BlobRef]) -> Mapping[BlobRef, Offer]:
        return {ref: Offer(cost=0, ranged=True) for ref in refs if self._has(ref)}

    def fetch(self, ref: BlobRef, start: int, stop: int | None, sink: Sink) -> None:
        try:
            fd = self._root.open(ref.etag, os.O_RDONLY)
        except FileNotFoundError:
            raise EntryNotFoundError(f"no blob {ref.etag} in {self._root.path}") from None
        with os.fdopen(fd, "rb") as file:
            file.seek(start)
            position = start
            for data in self._pieces(file, None if stop is None else stop - start):
                sink.write_at(position, data)
                position += len(data)
        if stop is not None and position < stop:
            raise IntegrityError(f"the blob ends at byte {position}, before {stop}: {ref.etag}")

    def prepare(self, refs: Sequence[BlobRef]) -> Sequence[BlobRef]:
        return [ref for ref in refs if not self._has(ref)]

    def put(self, ref: BlobRef, source: Callable[[], BinaryIO]) -> None:
        partial = create_partial(self._root, self._root.temporary_beside(ref.etag))
        try:
            hasher = BlobHasher.for_ref(ref)
            with source() as file:
                position = 0
                for data in self._pieces(file, None):
                    hasher.update(data)
                    partial.sink.write_at(position, data)
                    position += len(data)
            if hasher.hexdigest() != ref.etag:
                raise IntegrityError(f"the content of {ref.path!a} is not that of {ref.etag}")
            publish(self._root, [(partial, ref.etag)])
        finally:
            with suppress(HfError):
                discard(self._root, partial)

    def finish(self) -> None:
        """Nothing is pending between calls of ``put``."""

    def _has(self, ref: BlobRef) -> bool:
        found = self._root.stat(ref.etag)
        return found is not None and stat.S_ISREG(found.st_mode) and ref.size in (None, found.st_size)

    def _pieces(self, file: BinaryIO, length: int | None) -> Iterator[bytes]:
        left = sys.maxsize if length is None else length
        while data := file.read(min(_CHUNK, left)):
            yield data
            left -= len(data)
            self._context.advance(len(data))
            self._context.check()
