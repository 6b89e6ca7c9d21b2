"""One file: from whoever offers it into an unfinished file, verified, and published."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from hfcli_core.api import Cancelled, HfError, IntegrityError, LocalStorageError, storage_errors

from .destination import State
from .journal import begin, resume

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import BackendContext, BlobRef, LockOptions, Progress

    from ..backends.choice import Source, Sources
    from .destination import Destination
    from .verify import VerifiedFile

_TRIES = 5
"""Connections in a row that bring hardly anything, after which a file is given up."""

_HARDLY_ANYTHING = 65536
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0


class Meter:
    """What backends call to tell of bytes: counts them, also for the file that the calling thread is at."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._here = threading.local()

    def at(self, name: str) -> None:
        self._here.name = name

    def __call__(self, count: int) -> None:
        self._progress.advance(count, getattr(self._here, "name", None))


class Fetcher:
    """Fetches files of one run; :meth:`fetch` is called from several threads.

    ``force`` fetches also what another process has finished meanwhile.
    """

    def __init__(
        self,
        *,
        destination: Destination,
        sources: Sources,
        context: BackendContext,
        progress: Progress,
        meter: Meter,
        locks: LockOptions,
        force: bool,
    ) -> None:
        self._destination = destination
        self._sources = sources
        self._offers: dict[BlobRef, Sequence[Source]] = {}
        self._context = context
        self._progress = progress
        self._meter = meter
        self._locks = locks
        self._force = force

    def look_for_sources(self, refs: Sequence[BlobRef]) -> None:
        """Ask every backend once for all of them; those that are left out are asked for one by one."""
        self._offers.update(self._sources.offers(refs))

    def adopt(self, ref: BlobRef) -> None:
        """Link or copy what is on this machine to its place; fetch it when it turns out to be damaged."""
        if not self._destination.adopt(ref):
            self.fetch(ref)
            return
        self._progress.skip(ref.size or 0)
        self._progress.finish(ref.path)

    def fetch(self, ref: BlobRef) -> None:
        """Have the file at its place when this returns. What was written stays for the next run when it raises."""
        self._progress.start(ref.path, ref.size)
        self._meter.at(ref.path)
        with self._destination.lock(ref, self._locks) as held:
            if self._force or not self._is_done_by_another(ref):
                self._publish_verified(ref, held=held)
        self._progress.finish(ref.path)

    def _is_done_by_another(self, ref: BlobRef) -> bool:
        """Whether another process finished the same file while this one waited for it."""
        state = self._destination.state(ref)
        done = state is State.PRESENT or (state is State.ADOPTABLE and self._destination.adopt(ref))
        if done:
            self._progress.skip(ref.size or 0)
        return done

    def _publish_verified(self, ref: BlobRef, *, held: bool) -> None:
        file = resume(self._destination, ref, self._context.check) if held else begin(self._destination, ref)
        self._progress.skip(file.position)
        sources = self._sources_of(ref)
        suspects = self._fill(file, ref, sources)
        if not file.is_right():
            self._context.log(f"{ref.path}: the bytes are wrong; fetching the whole file once more")
            self._take_back(file, ref)
            file = begin(self._destination, ref)
            # Who had no part in it, where there is anybody else.
            self._fill(file, ref, [source for source in sources if source.name not in suspects] or sources)
        if not file.is_right():
            self._take_back(file, ref)
            raise IntegrityError(
                f"wrong bytes, twice: {ref.path} does not have the hash {ref.etag[:12]}… that the Hub lists",
                hint="a proxy or a mirror may be changing them; nothing was kept",
                details={"path": ref.path, "etag": ref.etag},
            )
        self._destination.publish(file.partial, ref)

    def _sources_of(self, ref: BlobRef) -> Sequence[Source]:
        if ref not in self._offers:
            self.look_for_sources([ref])
        return self._offers[ref]

    def _take_back(self, file: VerifiedFile, ref: BlobRef) -> None:
        """Throw away what proved wrong."""
        self._progress.advance(-file.position, ref.path)
        self._destination.discard(file.partial)

    def _fill(self, file: VerifiedFile, ref: BlobRef, sources: Sequence[Source]) -> set[str]:
        """Bring the file to its whole length; faults of connections are retried from the offset reached.

        Gives the names of the sources that were asked. A file that cannot be filled is kept as far as it goes.
        """
        assert ref.size is not None
        asked: set[str] = set()
        fruitless = 0
        try:
            while file.position < ref.size:
                reached = file.position
                try:
                    self._from_any(sources, file, ref, asked)
                except HfError as error:
                    if not error.retryable or error.details.pop("given_up", False):
                        raise
                    fruitless = 0 if file.position - reached >= _HARDLY_ANYTHING else fruitless + 1
                    if file.position < ref.size and fruitless >= _TRIES:
                        raise
                    self._context.log(f"{ref.path}: {error.message}; going on from byte {file.position:,}")
                    self._pause(fruitless)
        except BaseException:
            with suppress(LocalStorageError):
                self._put_away(file)
            raise
        return asked

    def _put_away(self, file: VerifiedFile) -> None:
        if file.position:
            file.trim()
            file.partial.sink.close()
        else:
            self._destination.discard(file.partial)

    def _pause(self, fruitless: int) -> None:
        if fruitless and self._context.cancelled.wait(min(_FIRST_PAUSE * 2**fruitless, _LONGEST_PAUSE)):
            raise Cancelled

    def _from_any(self, sources: Sequence[Source], file: VerifiedFile, ref: BlobRef, asked: set[str]) -> None:
        *others, last = sources
        for source in others:
            asked.add(source.name)
            try:
                return self._from_source(source, file, ref)
            except (Cancelled, LocalStorageError):
                raise
            except Exception as error:  # whatever ails a plugin's backend, the next can do its work
                self._context.log(f"{ref.path}: {source.name} failed, trying the next: {error}")
        asked.add(last.name)
        return self._from_source(last, file, ref)

    def _from_source(self, source: Source, file: VerifiedFile, ref: BlobRef) -> None:
        size = ref.size or 0
        if not source.offer.ranged or source.offer.by_path:
            self._progress.advance(-file.position, ref.path)
            file.restart()
        if source.offer.by_path:
            with storage_errors(file.partial.path):
                source.backend.fetch_file(ref, file.partial.path)
                # The library may have put another file in its place.
                file.reopen(self._destination.open_partial(file.partial.name))
        else:
            source.backend.fetch(ref, file.position, size, file)
        file.follow(size, self._context.check)
        if file.position < size:
            raise IntegrityError(f"{source.name} brought {file.position:,} of {size:,} bytes: {ref.path}")
