"""One file by one connection: from whoever offers it into an unfinished file, verified, and published."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from hfcli_core.api import BusyError, Cancelled, HfError, IntegrityError, LocalStorageError, storage_errors

from .destination import State
from .failures import Failures
from .journal import begin, resume
from .limits import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hfcli_core.api import BackendContext, BlobRef, LockOptions, Partial, Progress

    from ..backends.choice import Source, Sources
    from ..rate import RateLimit
    from .destination import Destination
    from .verify import VerifiedFile


class Meter:
    """What backends call to tell of bytes: counts them, also for the file that the calling thread is at."""

    def __init__(self, progress: Progress, limit: RateLimit | None = None) -> None:
        self._progress = progress
        self._limit = limit
        self._here = threading.local()

    def at(self, name: str) -> None:
        self._here.name = name

    def __call__(self, count: int) -> None:
        self._progress.advance(count, getattr(self._here, "name", None))
        if self._limit is not None:
            self._limit.spend(count)


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
        self.destination = destination
        self.context = context
        self.progress = progress
        self.meter = meter
        self._sources = sources
        self.failures = Failures()
        self._offers: dict[BlobRef, Sequence[Source]] = {}
        self._locks = locks
        self._force = force

    def look_for_sources(self, refs: Sequence[BlobRef]) -> None:
        """Ask every backend once for all of them; those that are left out are asked for one by one."""
        self._offers.update(self._sources.offers(refs))

    def sources_of(self, ref: BlobRef) -> Sequence[Source]:
        """Who could serve it, the first to be asked first."""
        if ref not in self._offers:
            self.look_for_sources([ref])
        return self._offers[ref]

    def adopt(self, ref: BlobRef) -> None:
        """Link or copy what is on this machine to its place; fetch it when it turns out to be damaged."""
        if not self.destination.adopt(ref):
            self.fetch(ref)
            return
        self._tidy(ref)
        self.progress.skip(ref.size or 0)
        self.progress.finish(ref.path)

    def fetch(self, ref: BlobRef) -> None:
        """Have the file at its place when this returns. What was written stays for the next run when it raises."""
        self.progress.start(ref.path, ref.size)
        self.meter.at(ref.path)
        with self.destination.lock(ref, self._locks) as held:
            if not self.is_done_by_another(ref):
                self._publish_verified(ref, held=held)
        self.progress.finish(ref.path)

    def lock(self, ref: BlobRef) -> AbstractContextManager[bool]:
        return self.destination.lock(ref, self._locks)

    def is_done_by_another(self, ref: BlobRef) -> bool:
        """Whether another process finished the same file while this one waited for it."""
        if self._force:
            return False
        state = self.destination.state(ref)
        done = state is State.PRESENT or (state is State.ADOPTABLE and self.destination.adopt(ref))
        if done:
            self.progress.skip(ref.size or 0)
        return done

    def publish(self, partial: Partial, ref: BlobRef) -> bool:
        """Give a verified file its place, unless it is gone: without locks that work another process may have taken
        it, and finished it. False when it did not."""
        try:
            self.destination.publish(partial, ref)
        except LocalStorageError as error:
            if error.details.get("errno") != "ENOENT":
                raise
            self.destination.discard(partial)
            return self.is_done_by_another(ref)
        return True

    def wrong_bytes(self, ref: BlobRef) -> IntegrityError:
        return IntegrityError(
            f"wrong bytes, twice: {ref.path} does not have the hash {ref.etag[:12]}… that the Hub lists",
            hint="a proxy or a mirror may be changing them; nothing was kept",
            details={"path": ref.path, "etag": ref.etag},
        )

    def from_any(
        self, sources: Sequence[Source], ref: BlobRef, asked: set[str], fetch: Callable[[Source], None]
    ) -> None:
        """Do ``fetch`` with the first source that can; the last one's failure is raised. ``asked`` gets their names."""
        *others, last = sources
        for source in others:
            asked.add(source.name)
            try:
                return fetch(source)
            except (Cancelled, LocalStorageError):
                raise
            except Exception as error:  # whatever ails a plugin's backend, the next can do its work
                self.context.log(f"{ref.path}: {source.name} failed, trying the next: {error}")
        asked.add(last.name)
        return fetch(last)

    def _publish_verified(self, ref: BlobRef, *, held: bool) -> None:
        file = resume(self.destination, ref, self.context.check) if held else begin(self.destination, ref)
        kept = file.position
        self.progress.skip(kept)
        sources = self.sources_of(ref)
        suspects = self._fill(file, ref, sources)
        if not file.is_right():
            self.context.log(f"{ref.path}: the bytes are wrong; fetching the whole file once more")
            self.progress.skip(-kept)
            self.progress.advance(kept, ref.path)
            self._take_back(file, ref)
            file = begin(self.destination, ref)
            self._fill(file, ref, unsuspected(sources, suspects))
        if not file.is_right():
            self._take_back(file, ref)
            raise self.wrong_bytes(ref)
        if not self.publish(file.partial, ref):
            file = begin(self.destination, ref)
            self._fill(file, ref, sources)
            if not file.is_right():
                raise self.wrong_bytes(ref)
            self.destination.publish(file.partial, ref)

    def _tidy(self, ref: BlobRef) -> None:
        """What earlier runs began of content that came another way is of no use any more."""
        names = self.destination.partials(ref)
        if names:
            with suppress(BusyError), self.destination.lock(ref, replace(self._locks, timeout=0)) as held:
                for name in names if held else ():
                    self.destination.remove_partial(name)

    def _take_back(self, file: VerifiedFile, ref: BlobRef) -> None:
        """Throw away what proved wrong."""
        self.progress.advance(-file.position, ref.path)
        self.destination.discard(file.partial)

    def _fill(self, file: VerifiedFile, ref: BlobRef, sources: Sequence[Source]) -> set[str]:
        """Bring the file to its whole length; faults of connections are retried from the offset reached.

        Gives the names of the sources that were asked. A file that cannot be filled is kept as far as it goes.
        """
        assert ref.size is not None
        asked: set[str] = set()
        patience = Patience(self.context, ref.path)
        try:
            while file.position < ref.size:
                reached = file.position
                try:
                    self.from_any(sources, ref, asked, lambda source: self._from_source(source, file, ref))
                except HfError as error:
                    brought = file.position - reached
                    patience.after(error, brought=brought, position=file.position, missing=file.position < ref.size)
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
            self.destination.discard(file.partial)

    def _from_source(self, source: Source, file: VerifiedFile, ref: BlobRef) -> None:
        size = ref.size or 0
        if not source.offer.ranged or source.offer.by_path:
            self.progress.advance(-file.position, ref.path)
            file.restart()
        if source.offer.by_path:
            with storage_errors(file.partial.path):
                source.backend.fetch_file(ref, file.partial.path)
                # The library may have put another file in its place.
                file.reopen(self.destination.open_partial(file.partial.name))
        else:
            source.backend.fetch(ref, file.position, size, file)
        file.follow(size, self.context.check)
        if file.position < size:
            raise IntegrityError(f"{source.name} brought {file.position:,} of {size:,} bytes: {ref.path}")


def unsuspected(sources: Sequence[Source], suspects: set[str]) -> Sequence[Source]:
    """Those who had no part in wrong bytes, where there is anybody else."""
    return [source for source in sources if source.name not in suspects] or sources
