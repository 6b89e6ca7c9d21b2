"""An upload from beginning to end: scan, plan, send, commit."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..backends.choice import backend_context, load_writer
from ..rate import RateLimit
from .commit import Committer, message_of
from .prepare import Preparation
from .remarks import count_of_files
from .result import after, make_result
from .send import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hfcli_core.api import App, CommitResult, HubSession, LfsAddition, Progress, UploadResult

    from .plan import Small
    from .prepare import Prepared
    from .request import UploadRequest

_NOTHING_COMMITTED = "nothing was committed; large files that were sent whole are not sent again"
_PERHAPS_COMMITTED = "the commit may have been made: look before trying again"


def upload(app: App, request: UploadRequest, session: HubSession) -> UploadResult:
    """Put the files of ``request`` into the repository; with one commit, unless they are too many for one, or with none
    when nothing changed.

    Until a commit the branch is as it was: whatever fails before leaves nothing behind but objects that the next
    attempt finds stored. Raises ``HfError``.
    """
    with _noting(_NOTHING_COMMITTED):
        prepared = Preparation(app, request, session).for_real()
    try:
        return _Transfer(app, request, session, prepared).run()
    finally:
        prepared.known.save()


class _Transfer:
    """The part of an upload that moves bytes."""

    def __init__(self, app: App, request: UploadRequest, session: HubSession, prepared: Prepared) -> None:
        self._app, self._request, self._session = app, request, session
        self._plan, self._known = prepared.plan, prepared.known
        self._destination = prepared.destination
        self._made: CommitResult | None = None
        self._pr_url: str | None = None
        self._files = 0

    def run(self) -> UploadResult:
        plan, moved = self._plan, 0
        files = plan.sources
        if files or plan.deleted:
            size = sum(source.size for source in files)
            title = f"Uploading {count_of_files(len(files))}"
            with (
                self._app.output.progress(title, total_bytes=size, total_files=len(files)) as progress,
                self._session.reporting(progress.status),
            ):
                self._carry_out(progress)
                moved = progress.snapshot().moved
        if self._made is None:
            compared = plan.large or plan.unchanged
            why = "the repository has all of it already" if compared else "there are no files"
            # Of the uploads that repeat, most find nothing.
            tell = self._app.output.verbose if self._request.growing else self._app.output.note
            tell(f"nothing to upload: {why}")
        return make_result(
            self._session.endpoint,
            self._request,
            self._destination,
            self._made,
            pr_url=self._pr_url,
            files=self._files,
            deleted=len(plan.deleted) if self._made else 0,
            sent=moved,
        )

    def _carry_out(self, progress: Progress) -> None:
        parts = self._plan.commits()
        if len(parts) > 1:
            self._app.output.note(f"{count_of_files(len(self._plan.sources))} go in {len(parts)} commits")
        advance = self._limited(progress.advance)
        committer = Committer(self._session, self._request, _Reader(progress, advance))
        for number, part in enumerate(parts, start=1):
            large: list[LfsAddition] = []
            done = f"{number - 1} of {len(parts)} commits were made; the same command goes on"
            if part.large:
                # A backend is finished before a commit names what it stored, and is of no use after that.
                with _noting(_NOTHING_COMMITTED if number == 1 else done):
                    large = self._sender(progress, advance).send(part.large)
            if not (part.small or large or part.deleted):
                continue
            progress.status("committing")
            with _noting(_PERHAPS_COMMITTED if number == 1 else done):
                message = message_of(self._request, number, len(parts))
                made = committer.commit(self._destination, part, large, message=message)
            progress.status("")
            self._made, self._pr_url = made, made.pr_url or self._pr_url
            self._destination = after(self._destination, made)
            self._files += len(part.small) + len(large)

    def _sender(self, progress: Progress, advance: Callable[[int], None]) -> Sender:
        revision = None if self._destination.create_pr else self._destination.revision
        context = backend_context(
            self._app, self._session, advance, revision=revision, connections=self._request.connections
        )
        return Sender(load_writer(self._app, context), self._destination, context, self._known, progress)

    def _limited(self, advance: Callable[[int], None]) -> Callable[[int], None]:
        """``advance``, which takes as long as ``--limit-rate`` says."""
        if self._request.limit_rate is None:
            return advance
        limit = RateLimit(self._request.limit_rate, self._session.cancelled)

        def slowly(count: int) -> None:
            advance(count)
            limit.spend(max(count, 0))

        return slowly


class _Reader:
    """Reads small files for the commit, and counts each once, however often it is sent."""

    def __init__(self, progress: Progress, advance: Callable[[int], None]) -> None:
        self._progress, self._advance = progress, advance
        self._counted: set[str] = set()

    def __call__(self, file: Small) -> bytes:
        content = file.source.read()
        if file.source.path not in self._counted:
            self._counted.add(file.source.path)
            self._advance(len(content))
            self._progress.finish(file.source.path)
        return content


@contextmanager
def _noting(note: str) -> Iterator[None]:
    """Have the user told ``note`` where Ctrl-C ends the block."""
    try:
        yield
    except KeyboardInterrupt as interruption:
        interruption.add_note(note)
        raise
