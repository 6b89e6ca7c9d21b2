"""An upload from beginning to end: scan, plan, send, commit."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..backends.choice import backend_context, load_writer
from .card import check_card
from .commit import commit_all
from .names import check_names
from .plan import make_plan
from .remarks import count_of_files, refuse_no_match, remark_on
from .repository import find_destination, require_token
from .result import make_result
from .send import Sender
from .sources import find_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hfcli_core.api import App, CommitResult, HubSession, LfsAddition, Progress, UploadResult

    from .plan import Small, UploadPlan
    from .repository import Destination
    from .request import UploadRequest

_NOTHING_COMMITTED = "nothing was committed; large files that were sent whole are not sent again"
_PERHAPS_COMMITTED = "the commit may have been made: look before trying again"


def upload(app: App, request: UploadRequest, session: HubSession) -> UploadResult:
    """Put the files of ``request`` into the repository with one commit, or with none when nothing changed.

    Until that commit the branch is as it was: whatever fails before leaves nothing behind but objects that the next
    attempt finds stored. Raises ``HfError``.
    """
    output = app.output
    with _noting(_NOTHING_COMMITTED):
        sources = find_sources(request)
        refuse_no_match(request, sources)
        for warning in (*sources.skipped, *check_names([source.path for source in sources.chosen])):
            output.warn(warning)
        require_token(app, session)
        check_card(session, request.repo.type, sources.chosen, output)
        destination = find_destination(session, request, output)
        plan = make_plan(session, request, destination, sources.chosen)
        remark_on(plan, request, destination, output)
    return _Transfer(app, request, session, destination, plan).run()


@dataclass(frozen=True)
class _Transfer:
    """The part of an upload that moves bytes."""

    app: App
    request: UploadRequest
    session: HubSession
    destination: Destination
    plan: UploadPlan

    def run(self) -> UploadResult:
        plan, endpoint = self.plan, self.session.endpoint
        files = [*(file.source for file in plan.small), *(file.source for file in plan.large)]
        made, large, moved = None, [], 0
        if files or plan.deleted:
            size = sum(source.size for source in files)
            title = f"Uploading {count_of_files(len(files))}"
            with (
                self.app.output.progress(title, total_bytes=size, total_files=len(files)) as progress,
                self.session.reporting(progress.status),
            ):
                large = self._send(progress)
                if plan.small or large or plan.deleted:
                    made = self._commit(large, progress)
                moved = progress.snapshot().moved
        if made is None:
            compared = plan.large or plan.unchanged
            why = "the repository has all of it already" if compared else "there are no files"
            self.app.output.note(f"nothing to upload: {why}")
            return make_result(endpoint, self.request, self.destination, None)
        return make_result(
            endpoint,
            self.request,
            self.destination,
            made,
            files=len(plan.small) + len(large),
            deleted=len(plan.deleted),
            sent=moved,
        )

    def _send(self, progress: Progress) -> list[LfsAddition]:
        """The large files that changed, stored."""
        if not self.plan.large:
            return []
        revision = None if self.destination.create_pr else self.destination.revision
        context = backend_context(self.app, self.session, progress.advance, revision=revision)
        sender = Sender(load_writer(self.app, context), self.destination, context, progress)
        with _noting(_NOTHING_COMMITTED):
            return sender.send(self.plan.large)

    def _commit(self, large: Sequence[LfsAddition], progress: Progress) -> CommitResult:
        progress.status("committing")
        with _noting(_PERHAPS_COMMITTED):
            made = commit_all(
                self.session,
                self.request,
                self.destination,
                small=self.plan.small,
                large=large,
                deleted=self.plan.deleted,
                read=_Reader(progress),
            )
        progress.status("")
        return made


class _Reader:
    """Reads small files for the commit, and counts each once, however often it is sent."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._counted: set[str] = set()

    def __call__(self, file: Small) -> bytes:
        content = file.source.read()
        if file.source.path not in self._counted:
            self._counted.add(file.source.path)
            self._progress.advance(len(content))
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
