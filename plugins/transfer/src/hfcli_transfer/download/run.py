"""A download from beginning to end: plan, preflight, fetch, verify, publish."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.api import (
    DISABLE_SYMLINKS,
    DISABLE_SYMLINKS_WARNING,
    HUB_CACHE,
    LOCK_TIMEOUT,
    DownloadResult,
    HubCache,
    LocalDir,
    LocalStorageError,
    LockOptions,
    PlannedFile,
    is_commit,
)

from ..backends.choice import Sources, backend_context, readers
from ..workers import run_all
from .cache_destination import CacheDestination
from .destination import State
from .fetch import Fetcher, Meter
from .limits import RateLimit
from .listing import Lister
from .local_destination import LocalDestination
from .plan import DownloadPlan, make_plan, refuse_offline
from .preflight import preflight
from .result import tell_what_is_kept
from .schedule import fetch_all
from .single import open_single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import App, BlobRef, HubSession, OpenedAnswer, Progress

    from .destination import Destination
    from .listing import Listing
    from .request import DownloadRequest

_ADOPTERS = 8
"""Files to link or copy at the same time, where the user does not say."""


class Download:
    """One download, not yet begun."""

    def __init__(self, app: App, request: DownloadRequest, session: HubSession) -> None:
        self._app = app
        self._request = request
        self._session = session
        sources = readers(app, request.transport)  # a wrong name is told before anything is asked
        self._only_from_hub = [loaded.spec.name for loaded in sources] == ["http"]
        self._destination = open_destination(app, request)
        self._lister = Lister(request, self._destination, session, app.output)

    def preview(self) -> list[PlannedFile]:
        """What :meth:`run` would do; writes nothing."""
        commit = self._lister.commit()
        plan = self._plan(self._lister.listing(commit)) if commit else DownloadPlan(None)
        return [PlannedFile(ref.path, ref.size, state is not State.MISSING) for ref, state in plan.files.items()]

    def run(self) -> DownloadResult:
        """Have every wanted file in place, and say where.

        When it fails or is interrupted, all that was written stays for the next run.
        """
        if self._only_from_hub and (opened := open_single(self._request, self._destination, self._session)):
            with opened.answer.closing:
                return self._carry_out(opened.listing, {opened.ref: opened.answer})
        commit = self._lister.commit()
        if commit is None:
            return self._result(None, [], cached=0, fetched=0)
        names = self._request.filenames
        if self._needs_no_listing(commit):
            return self._result(commit, names, cached=len(names), fetched=0)
        return self._carry_out(self._lister.listing(commit), {})

    def _carry_out(self, listing: Listing, opened: dict[BlobRef, OpenedAnswer]) -> DownloadResult:
        plan = self._plan(listing)
        commit = listing.commit
        missing, adopted = plan.of(State.MISSING), plan.of(State.ADOPTABLE)
        if self._session.options.offline:
            refuse_offline(self._request, plan)
        if listing.tree is not None:
            self._destination.keep_tree(commit, listing.tree)
        if not self._request.force_download:
            tell_what_is_kept(self._app.output, plan, self._destination)
        fetched = self._fetch(plan, opened) if missing or adopted else 0
        self._remember(commit, wrote=bool(missing or adopted))
        paths = [ref.path for ref in plan.files]
        return self._result(commit, paths, cached=len(paths) - len(missing), fetched=fetched)

    def _needs_no_listing(self, commit: str) -> bool:
        """Whether the names are all there, which for a pinned commit, and offline, is believed without a listing."""
        names = self._request.filenames
        if self._request.force_download or not self._request.names_alone:
            return False
        if not is_commit(self._request.revision) and not self._session.options.offline:
            return False
        return all(self._destination.has_by_name(commit, name) for name in names)

    def _plan(self, listing: Listing) -> DownloadPlan:
        plan = make_plan(self._request, listing, self._destination)
        preflight(plan, self._destination, may_write=not self._request.dry_run)
        return plan

    def _fetch(self, plan: DownloadPlan, opened: dict[BlobRef, OpenedAnswer]) -> int:
        """Bring what is missing, then link or copy what is here; how many bytes were moved."""
        to_fetch, repeats = self._without_repeats(plan.of(State.MISSING))
        to_adopt = plan.of(State.ADOPTABLE) + repeats
        count = len(plan.files)
        with (
            self._app.output.progress(
                f"Fetching {count} file{'' if count == 1 else 's'}",
                total_bytes=sum(ref.size or 0 for ref in plan.files),
                total_files=count,
            ) as progress,
            self._session.reporting(progress.status),
            self._destination.kept_open(),
        ):
            for ref in plan.of(State.PRESENT):
                progress.skip(ref.size or 0)
                progress.finish(ref.path)
            fetcher = self._fetcher(progress, opened)
            fetcher.look_for_sources(to_fetch)
            cancelled, workers = self._session.cancelled, self._request.max_workers
            try:
                fetch_all(to_fetch, fetcher, cancelled=cancelled, files=workers, connections=self._request.connections)
                run_all(
                    to_adopt, fetcher.failures.spare(fetcher.adopt), workers=workers or _ADOPTERS, cancelled=cancelled
                )
            except KeyboardInterrupt as interruption:
                interruption.add_note("what was downloaded is kept: the same command goes on from there")
                raise
            self._destination.settle()
            fetcher.failures.raise_any(count, self._app.output.note)
            return progress.snapshot().moved

    def _without_repeats(self, refs: list[BlobRef]) -> tuple[list[BlobRef], list[BlobRef]]:
        """The files to fetch, and those whose content comes with one of these."""
        if not self._destination.shares_blobs:
            return refs, []
        first = {ref.etag: ref for ref in reversed(refs)}
        return list(first.values()), [ref for ref in refs if first[ref.etag] is not ref]

    def _fetcher(self, progress: Progress, opened: dict[BlobRef, OpenedAnswer]) -> Fetcher:
        app = self._app
        cancelled, rate, patience = self._session.cancelled, self._request.limit_rate, self._request.lock_timeout
        meter = Meter(progress, None if rate is None else RateLimit(rate, cancelled))
        context = replace(backend_context(app, self._session, meter), opened=opened)
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

    def _remember(self, commit: str, *, wrote: bool) -> None:
        try:
            self._destination.remember(self._request.revision, commit)
        except LocalStorageError as error:
            # A cache that cannot be written can be read all the same (faults.md D3).
            if wrote:
                raise
            self._app.output.verbose(f"not writing down where {self._request.revision} is: {error.message}")

    def _result(self, commit: str | None, paths: Sequence[str], *, cached: int, fetched: int) -> DownloadResult:
        request = self._request
        one = paths[0] if list(paths) == list(request.filenames) and len(paths) == 1 and not request.include else None
        return DownloadResult(
            repo=request.repo,
            commit=commit,
            path=self._destination.answer(commit, one) if commit else None,
            files=len(paths),
            cached=cached,
            fetched=fetched,
        )


def open_destination(app: App, request: DownloadRequest) -> Destination:
    """Where the files of a request go; nothing is made yet."""
    settings, output = app.settings, app.output
    shown = str(settings[HUB_CACHE]) if request.cache_dir is None else expanded(request.cache_dir)
    silent = settings[DISABLE_SYMLINKS_WARNING]
    cache = HubCache(
        Path(shown),
        symlinks=not settings[DISABLE_SYMLINKS],
        note=output.verbose if silent else output.note,
    )
    cached = cache.repo(request.repo)
    if request.local_dir is None:
        return CacheDestination(cached, shown)
    shown = expanded(request.local_dir)
    return LocalDestination(LocalDir(Path(shown)), shown, cached, force=request.force or request.force_download)


def expanded(path: str) -> str:
    """The path with ``~`` replaced, which a shell leaves alone after ``=``; else exactly as it was written."""
    return os.path.expanduser(path)  # noqa: PTH111  pathlib would drop a leading "./"
