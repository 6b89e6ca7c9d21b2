"""One large file by several connections: in parts, hashed behind them, verified, and published."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from hfcli_core.api import BlobHasher, Cancelled, HfError, IntegrityError, RangesIgnoredError, storage_errors

from .failures import OF_ONE_FILE
from .fetch import unsuspected
from .journal import begin_parts, resume_parts
from .limits import Patience
from .spans import Spans

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hfcli_core.api import BlobRef, Partial

    from ..backends.choice import Source
    from .fetch import Fetcher
    from .spans import Span
    from .written import Written

_READ = 1 << 20
_LOOK = 0.25
"""Seconds between looks at whether the run is to end."""


def open_in_parts(ref: BlobRef, fetcher: Fetcher) -> LargeFile | None:
    """Wait for the lock, and go on where earlier runs ended. None when another process has finished the file."""
    fetcher.progress.start(ref.path, ref.size)
    with ExitStack() as locked:
        held = locked.enter_context(fetcher.lock(ref))
        if fetcher.is_done_by_another(ref):
            fetcher.progress.finish(ref.path)
            return None
        sources = [source for source in fetcher.sources_of(ref) if takes_parts(source)]
        begin = resume_parts if held else begin_parts
        attempt = Attempt(*begin(fetcher.destination, ref))
        fetcher.progress.skip(attempt.written.total)
        return LargeFile(ref, fetcher, sources, attempt, locked.pop_all())


class LargeFile:
    """A file that is fetched in parts: any thread may ask for one, while one thread is in :meth:`follow`."""

    def __init__(
        self, ref: BlobRef, fetcher: Fetcher, sources: Sequence[Source], attempt: Attempt, locked: ExitStack
    ) -> None:
        self.ref = ref
        self.size = attempt.written.size
        self.fetcher = fetcher
        self.sources = sources
        self.asked: set[str] = set()
        """Names of the sources that had a share in it."""
        self._attempt = attempt
        self._locked = locked
        self._failure: HfError | None = None
        self._here = False

    def claim(self, most: int) -> Part | None:
        """The next part that nobody is at, of about ``most`` bytes."""
        return self._part(self._attempt.spans.claim(most))

    def take_over(self, least: int) -> Part | None:
        """Half of what another connection has to do, where that is at least ``least`` bytes."""
        return self._part(self._attempt.spans.take_over(least))

    @property
    def unclaimed(self) -> int:
        return self._attempt.spans.unclaimed

    @property
    def received(self) -> int:
        """Bytes that came in this run."""
        return self._attempt.spans.received

    def follow(self) -> None:
        """Hash what is written, until all of it is; then give the file its place, or begin it once more.

        What goes wrong with this file alone is raised when nobody is at it any more, and it is left to the next run.
        """
        try:
            self._follow()
        except OF_ONE_FILE:
            self._attempt.spans.withdraw()
            self._attempt.wait_until_left(self.fetcher.context.check)
            self.put_away()
            raise

    def fetch_here(self) -> None:
        """Have :meth:`follow` also fetch what nobody else is at."""
        self._here = True

    def give_up(self, failure: HfError) -> None:
        """End all work at the file; :meth:`follow` raises ``failure``."""
        self._failure = failure
        self._attempt.spans.withdraw()

    def _follow(self) -> None:
        fetcher, ref = self.fetcher, self.ref
        if self._hash() != ref.etag:
            fetcher.context.log(f"{ref.path}: the bytes are wrong; fetching the whole file once more")
            self._take_back()
            self.sources = unsuspected(self.sources, self.asked)
            self._begin_again()
        self._attempt.written.close()
        if not fetcher.publish(self._attempt.partial, ref):
            self._begin_again()
            self._attempt.written.close()
            fetcher.destination.publish(self._attempt.partial, ref)
        self._locked.close()
        fetcher.progress.finish(ref.path)

    def _begin_again(self) -> None:
        self._attempt = Attempt(*begin_parts(self.fetcher.destination, self.ref))
        if self._hash() != self.ref.etag:
            self._take_back()
            raise self.fetcher.wrong_bytes(self.ref)

    def put_away(self) -> None:
        """Leave what is written to the next run, which may begin at once."""
        self._attempt.put_away(self.fetcher)
        self._locked.close()

    def _part(self, span: Span | None) -> Part | None:
        return None if span is None else Part(self, self._attempt, span)

    def _take_back(self) -> None:
        kept = self._attempt.kept
        self.fetcher.progress.advance(kept - self.size, self.ref.path)
        self.fetcher.progress.skip(-kept)
        self._attempt.written.close()
        self.fetcher.destination.discard(self._attempt.partial)

    def _check(self) -> None:
        self.fetcher.context.check()
        if self._failure is not None:
            raise self._failure

    def _hash(self) -> str:
        """The hash of the whole file, once it is there and nobody is at it any more."""
        attempt, check = self._attempt, self._check
        hasher = BlobHasher.for_ref(self.ref)
        buffer = memoryview(bytearray(_READ))
        position = 0
        while self._here and (part := self.claim(self.size)):
            part.fetch()
        while position < self.size:
            ready = attempt.wait_for_more_than(position, check)
            while position < ready:
                with storage_errors(attempt.partial.path):
                    count = attempt.partial.sink.read_at(position, buffer[: ready - position])
                if not count:
                    raise IntegrityError(f"another program shortened the file while it was fetched: {self.ref.path}")
                hasher.update(buffer[:count])
                position += count
                check()
        attempt.wait_until_left(check)
        return hasher.hexdigest()


class Attempt:
    """An unfinished file, what is written of it, and who is at what is missing."""

    def __init__(self, partial: Partial, written: Written) -> None:
        self.partial = partial
        self.written = written
        self.kept = written.total
        """Bytes that earlier runs left."""
        self.spans = Spans(written.gaps())

    def wait_for_more_than(self, position: int, check: Callable[[], None]) -> int:
        """How far the file is written without a gap, once that is beyond ``position``."""
        written = self.written
        with written.changed:
            while (prefix := written.prefix) <= position:
                written.changed.wait(_LOOK)
                check()
        return prefix

    def wait_until_left(self, check: Callable[[], None]) -> None:
        """Return when no thread holds a descriptor of the file any more, so that it can be closed."""
        with self.written.changed:
            while not self.spans.finished:
                self.written.changed.wait(_LOOK)
                check()

    def leave(self, span: Span, position: int) -> None:
        """A thread is done with its span, which is written up to ``position``."""
        with suppress(OSError):  # then the next run fetches a little more
            self.written.flush(span.start, position)
        self.spans.finish(span, position)
        with self.written.changed:
            self.written.changed.notify_all()

    def put_away(self, fetcher: Fetcher) -> None:
        with suppress(HfError, OSError):
            self.written.flush(0, self.written.size)
            if not self.spans.busy:
                self.written.close()
                if self.written.total:
                    self.partial.sink.close()
                else:
                    fetcher.destination.discard(self.partial)


class Part:
    """A part of a large file, and the sink for its bytes."""

    def __init__(self, file: LargeFile, attempt: Attempt, span: Span) -> None:
        self._file = file
        self._attempt = attempt
        self._span = span
        self._asked_to = span.stop
        self.position = span.start
        """Where its written bytes end."""

    def fetch(self) -> None:
        """Have the part in the file when this returns; faults of connections are retried from the offset reached."""
        file = self._file
        fetcher, ref = file.fetcher, file.ref
        fetcher.meter.at(ref.path)
        patience = Patience(fetcher.context, ref.path)
        try:
            while self._missing:
                reached = self.position
                try:
                    fetcher.from_any(file.sources, ref, file.asked, self._from_source)
                except _TakenOver:
                    return
                except RangesIgnoredError as error:
                    fetcher.context.log(f"{ref.path}: {error.message}; going on with one connection")
                    self._attempt.spans.one_at_a_time()
                    return
                except HfError as error:
                    brought = self.position - reached
                    patience.after(error, brought=brought, position=self.position, missing=self._missing)
        except OF_ONE_FILE as failure:
            file.give_up(failure)
        finally:
            self._attempt.leave(self._span, self.position)

    @property
    def _missing(self) -> bool:
        return self.position < self._span.stop

    def _from_source(self, source: Source) -> None:
        self._asked_to = self._span.stop
        source.backend.fetch(self._file.ref, self.position, self._asked_to, self)
        # What was written in another order, or through the descriptor, is there now.
        self._wrote(self._asked_to)

    def write_at(self, offset: int, view: bytes | memoryview) -> None:
        mine = self._attempt.spans.reserve(self._span, offset, len(view))
        with storage_errors(self._attempt.partial.path):
            self._attempt.partial.sink.write_at(offset, memoryview(view)[:mine])
        if offset == self.position:
            self._wrote(offset + mine)
        if offset + mine >= self._span.stop < self._asked_to:
            # The backend does not get to tell of them.
            self._file.fetcher.meter(mine)
            raise _TakenOver

    def fileno(self) -> int:
        return self._attempt.partial.sink.fileno()

    def _wrote(self, stop: int) -> None:
        if stop > self.position:
            with storage_errors(self._attempt.partial.path):
                self._attempt.written.record(self.position, stop)
            self.position = stop


class _TakenOver(Cancelled):
    """The part ends earlier than was thought when it was asked for: another connection goes on with the rest."""


def takes_parts(source: Source) -> bool:
    return source.offer.ranged and not source.offer.by_path
