"""Large files into the repository's storage, before the commit that names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import BlobRef, LfsAddition, storage_errors

from ..download.schedule import run_all
from .hashing import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hfcli_core.api import BackendContext, Progress, WriteBackend

    from .plan import Large
    from .repository import Destination

WORKERS = 5
_GROUP_FILES = 64
_GROUP_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Sender:
    """Hashes and stores, several files at a time: while some are hashed, others are sent."""

    backend: WriteBackend
    destination: Destination
    context: BackendContext
    progress: Progress

    def send(self, files: Sequence[Large]) -> list[LfsAddition]:
        """Store every file that changed, and give the additions for the commit, in the order of ``files``.

        When it returns, each of them is stored and was found unchanged afterwards. Raises the first failure.
        """
        hashes: dict[str, str] = {}
        run_all(
            _groups(files),
            lambda group: hashes.update(self._send_group(group)),
            workers=WORKERS,
            cancelled=self.context.cancelled,
        )
        self.backend.finish()
        changed = [file for file in files if hashes[file.source.path] != file.remote_sha256]
        return [LfsAddition(file.source.path, hashes[file.source.path], file.source.size) for file in changed]

    def _send_group(self, group: Sequence[Large]) -> dict[str, str]:
        """The sha256 of each file by its path, once all of them are stored."""
        hashes = {file.source.path: self._hash(file) for file in group}
        changed = {
            self._ref(file, hashes[file.source.path]): file
            for file in group
            if hashes[file.source.path] != file.remote_sha256
        }
        missing = set(self.backend.prepare(list(changed)))
        for file in group:
            source = file.source
            ref = self._ref(file, hashes[source.path])
            if ref in missing:
                with storage_errors(source.file):
                    self.backend.put(ref, source.open)
                source.check()
            else:
                self.progress.skip(source.size)
            self.progress.finish(source.path)
        return hashes

    def _hash(self, file: Large) -> str:
        self.progress.start(file.source.path, file.source.size)
        return sha256_of(file.source, self.context.check)

    def _ref(self, file: Large, sha256: str) -> BlobRef:
        assert self.destination.head is not None
        source = file.source
        return BlobRef(self.destination.repo, self.destination.head, source.path, source.size, sha256, git_sha1=None)


def _groups(files: Sequence[Large]) -> Iterator[list[Large]]:
    """Files that are asked about together and sent by one worker: as many as leave work for the others, so that there
    are few questions, and no more than can be hashed in a moment, so that sending begins at once."""
    most = min(_GROUP_FILES, -(-len(files) // WORKERS))
    group: list[Large] = []
    size = 0
    for file in files:
        if group and (len(group) == most or size + file.source.size > _GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(file)
        size += file.source.size
    if group:
        yield group
