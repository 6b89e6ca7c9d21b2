"""Large files into the repository's storage, before the commit that names them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hfcli_core.api import BlobRef, LfsAddition

from ..workers import run_all
from .hashing import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hfcli_core.api import BackendContext, Progress, WriteBackend

    from .known import KnownHashes
    from .plan import Large
    from .repository import Destination

WORKERS = 5
"""Files that are hashed or sent at the same time."""

_NO_COMMIT = "0" * 40
"""Git's own way to say that a branch has no commit yet."""

_GROUP_FILES = 64
_GROUP_BYTES = 32 * 2**20
"""The most that one worker takes at a time, unless a single file is larger."""


class Sender:
    """Hashes and stores, several files at a time: while some are hashed, others are sent."""

    def __init__(
        self,
        backend: WriteBackend,
        destination: Destination,
        context: BackendContext,
        known: KnownHashes,
        progress: Progress,
    ) -> None:
        self._backend = backend
        self._known = known
        self._destination = destination
        self._context = context
        self._progress = progress
        self._hashing = _HashingStatus(progress)
        self._claimed: set[str] = set()
        self._lock = threading.Lock()

    def send(self, files: Sequence[Large]) -> list[LfsAddition]:
        """Store every file that changed, and give the additions for the commit, in the order of ``files``.

        When it returns, each of them is stored and was found unchanged afterwards. Raises the first failure.
        """
        hashes: dict[str, str] = {}
        run_all(
            _groups(files),
            lambda group: hashes.update(self._send_group(group)),
            workers=WORKERS,
            cancelled=self._context.cancelled,
        )
        self._backend.finish()
        changed = [file for file in files if hashes[file.source.path] != file.remote_oid]
        return [LfsAddition(file.source.path, hashes[file.source.path], file.source.size) for file in changed]

    def missing(self, files: Sequence[Large]) -> dict[str, int]:
        """The bytes that would be sent of each file that changed, by its path; sends nothing."""
        found: dict[str, int] = {}

        def look(group: Sequence[Large]) -> None:
            refs = {self._ref(file, self._hash(file)): file for file in group}
            changed = [ref for ref, file in refs.items() if ref.sha256 != file.remote_oid]
            missing = set(self._backend.prepare(changed))
            for ref in changed:
                found[ref.path] = (ref.size or 0) if ref in missing and self._claim(ref) else 0
            for ref in refs:
                self._progress.skip(ref.size or 0)
                self._progress.finish(ref.path)

        run_all(_groups(files), look, workers=WORKERS, cancelled=self._context.cancelled)
        return found

    def _send_group(self, group: Sequence[Large]) -> dict[str, str]:
        """The sha256 of each file by its path, once all of them are stored."""
        refs = [self._ref(file, self._hash(file)) for file in group]
        changed = [ref for file, ref in zip(group, refs, strict=True) if ref.sha256 != file.remote_oid]
        missing = set(self._backend.prepare(changed))
        for file, ref in zip(group, refs, strict=True):
            source = file.source
            if ref in missing and self._claim(ref):
                self._backend.put(ref, source.open)
                source.check()
            else:
                self._progress.skip(source.size)
            self._progress.finish(source.path)
        return {ref.path: ref.etag for ref in refs}

    def _hash(self, file: Large) -> str:
        source = file.source
        self._progress.start(source.path, source.size)
        found = self._known.of(source).sha256
        if found is None:
            with self._hashing:
                found = sha256_of(source, self._context.check)
            self._known.learn(source, sha256=found)
        return found

    def _claim(self, ref: BlobRef) -> bool:
        """Whether this is the first file with its content. The others need not wait for it: all or none succeed."""
        with self._lock:
            is_first = ref.etag not in self._claimed
            self._claimed.add(ref.etag)
        return is_first

    def _ref(self, file: Large, sha256: str) -> BlobRef:
        source, head = file.source, self._destination.head or _NO_COMMIT
        return BlobRef(self._destination.repo, head, source.path, source.size, sha256, git_sha1=None)


class _HashingStatus:
    """Says that files are hashed while any is, because no byte of a large one moves for a long time."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._running = 0

    def __enter__(self) -> None:
        self._count(1)

    def __exit__(self, *_: object) -> None:
        self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._running += change
            self._progress.status("hashing" if self._running else "")


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
