"""A download from beginning to end: plan, preflight, fetch, verify, publish."""

from __future__ import annotations

import functools
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.api import (
    DISABLE_SYMLINKS,
    DISABLE_SYMLINKS_WARNING,
    HUB_CACHE,
    DownloadResult,
    HubCache,
    LocalDir,
    LocalStorageError,
    PlannedFile,
    is_commit,
)

from ..backends.choice import readers
from .cache_destination import CacheDestination
from .destination import State
from .early import EarlyFiles
from .foresight import commit_and_foresight
from .listing import Lister
from .local_destination import LocalDestination
from .plan import make_plan, refuse_offline
from .preflight import preflight
from .result import tell_what_is_kept
from .single import open_single

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hfcli_core.api import App, BlobRef, HubSession, OpenedAnswer

    from .destination import Destination
    from .listing import Listing
    from .plan import DownloadPlan
    from .request import DownloadRequest
    from .work import Work


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
        if commit is None:
            return []
        plan = make_plan(self._request, self._lister.listing(commit), self._destination)
        self._preflight(plan)
        return [PlannedFile(ref.path, ref.size, state is not State.MISSING) for ref, state in plan.files.items()]

    def run(self) -> DownloadResult:
        """Have every wanted file in place, and say where.

        When it fails or is interrupted, all that was written stays for the next run.
        """
        if self._only_from_hub and (opened := open_single(self._request, self._destination, self._session)):
            with opened.answer.closing:
                return self._carry_out(lambda _early: opened.listing, {opened.ref: opened.answer})
        commit, foresight = commit_and_foresight(self._request, self._destination, self._lister)
        if commit is None:
            return self._result(None, [], cached=0, fetched=0)
        names = self._request.filenames
        if self._needs_no_listing(commit):
            return self._result(commit, names, cached=len(names), fetched=0)
        if foresight:
            for note in foresight.notes:
                self._app.output.note(note)
            return self._carry_out(lambda _early: foresight.listing, {}, foresight.plan)
        return self._carry_out(lambda early: self._lister.listing(commit, early), {})

    def _carry_out(
        self,
        find: Callable[[EarlyFiles], Listing],
        opened: dict[BlobRef, OpenedAnswer],
        plan: DownloadPlan | None = None,
    ) -> DownloadResult:
        with ExitStack() as closing:

            @functools.cache
            def work() -> Work:
                from .work import Work  # not needed where everything is here

                return closing.enter_context(Work(self._app, self._request, self._session, self._destination, opened))

            early = EarlyFiles(self._request, self._destination, lambda refs: work().begin(refs))
            listing = find(early)
            plan = plan or make_plan(self._request, listing, self._destination, early)
            return self._complete(listing, plan, work, early)

    def _complete(
        self, listing: Listing, plan: DownloadPlan, work: Callable[[], Work], early: EarlyFiles
    ) -> DownloadResult:
        self._preflight(plan, early)
        commit = listing.commit
        missing, adopted = plan.of(State.MISSING), plan.of(State.ADOPTABLE)
        if self._session.options.offline:
            refuse_offline(self._request, plan)
        if listing.tree is not None:
            self._destination.keep_tree(commit, listing.tree)
        if not self._request.force_download:
            tell_what_is_kept(self._app.output, plan, self._destination)
        fetched = work().carry_out(plan, early) if missing or adopted else 0
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

    def _preflight(self, plan: DownloadPlan, early: EarlyFiles | None = None) -> None:
        preflight(plan, self._destination, early, may_write=not self._request.dry_run)

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
