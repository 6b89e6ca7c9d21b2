"""What is open while files are fetched: progress, connections, directories; begun with the first file, ended once."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from hfcli_core.api import LOCK_TIMEOUT, LockOptions

from ..backends.choice import Sources, backend_context
from ..rate import RateLimit
from ..workers import run_all
from .destination import State
from .fetch import Fetcher, Meter
from .schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from hfcli_core.api import App, BlobRef, HubSession, OpenedAnswer, Progress

    from .destination import Destination
    from .early import EarlyFiles
    from .plan import DownloadPlan
    from .request import DownloadRequest

_ADOPTERS = 8
"""Files to link or copy at the same time, where the user does not say."""


class Work:
    """The fetching of one download; a context manager that opens nothing until there is something to do."""

    def __init__(
        self,
        app: App,
        request: DownloadRequest,
        session: HubSession,
        destination: Destination,
        opened: dict[BlobRef, OpenedAnswer],
    ) -> None:
        self._app, self._request, self._session = app, request, session
        self._destination = destination
        self._opened = opened
        self._closing = ExitStack()
        self._tools: tuple[Progress, Fetcher, Schedule] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None and self._tools is not None:
            self._tools[2].end()
            if isinstance(error, KeyboardInterrupt):
                error.add_note("what was downloaded is kept: the same command goes on from there")
        self._closing.__exit__(kind, error, traceback)

    def begin(self, refs: Sequence[BlobRef]) -> None:
        """Start with small files while others are still being found."""
        _, fetcher, schedule = self._opened_tools()
        fetcher.look_for_sources(refs)
        schedule.begin(refs)

    def carry_out(self, plan: DownloadPlan, early: EarlyFiles) -> int:
        """Bring what is missing and was not begun, then link or copy what is here; how many bytes were moved."""
        progress, fetcher, schedule = self._opened_tools()
        to_fetch, repeats = self._without_repeats(plan.of(State.MISSING), early)
        to_adopt = plan.of(State.ADOPTABLE) + repeats
        count = len(plan.files)
        progress.expect(
            f"Fetching {count} file{'' if count == 1 else 's'}",
            total_bytes=sum(ref.size or 0 for ref in plan.files),
            total_files=count,
        )
        for ref in plan.of(State.PRESENT):
            progress.skip(ref.size or 0)
            progress.finish(ref.path)
        fetcher.look_for_sources(to_fetch)
        schedule.finish(to_fetch)
        adopt = fetcher.failures.spare(fetcher.adopt)
        workers = self._request.max_workers or _ADOPTERS
        run_all(to_adopt, adopt, workers=workers, cancelled=self._session.cancelled)
        self._destination.settle()
        fetcher.failures.raise_any(count, self._app.output.note)
        return progress.snapshot().moved

    def _without_repeats(self, refs: list[BlobRef], early: EarlyFiles) -> tuple[list[BlobRef], list[BlobRef]]:
        """The files to fetch, and those whose content comes with one of these or with one that was begun."""
        left = [ref for ref in refs if (begun := early.begun(ref)) is None or begun.path != ref.path]
        if not self._destination.shares_blobs:
            return left, []
        first = {ref.etag: ref for ref in reversed(left) if early.begun(ref) is None}
        return list(first.values()), [ref for ref in left if first.get(ref.etag) is not ref]

    def _opened_tools(self) -> tuple[Progress, Fetcher, Schedule]:
        if self._tools is None:
            progress = self._closing.enter_context(self._app.output.progress("Fetching files"))
            self._closing.enter_context(self._session.reporting(progress.status))
            self._closing.enter_context(self._destination.kept_open())
            fetcher = self._fetcher(progress)
            request = self._request
            schedule = Schedule(
                fetcher,
                cancelled=self._session.cancelled,
                connections=request.connections,
                files=request.max_workers,
            )
            self._tools = progress, fetcher, schedule
        return self._tools

    def _fetcher(self, progress: Progress) -> Fetcher:
        app = self._app
        cancelled, rate, patience = self._session.cancelled, self._request.limit_rate, self._request.lock_timeout
        meter = Meter(progress, None if rate is None else RateLimit(rate, cancelled))
        context = replace(backend_context(app, self._session, meter), opened=self._opened)
        locks = LockOptions(
            timeout=app.settings[LOCK_TIMEOUT] if patience is None else patience,
            on_wait=lambda waiting: app.output.note(str(waiting)),
            cancelled=context.cancelled.is_set,
            log=app.output.verbose,
        )
        return Fetcher(
            destination=self._destination,
            sources=Sources.load(app, context, self._request.transport),
            context=context,
            progress=progress,
            meter=meter,
            locks=locks,
            force=self._request.force_download,
        )
