"""An upload from beginning to end: scan, plan, send, commit."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from hfcli_core.api import BackendContext, NothingMatchedError

from ..backends.choice import plugin_settings
from ..backends.writer import load_writer
from .card import README, check_card
from .commit import commit_all
from .names import check_names
from .plan import make_plan
from .repository import find_destination
from .result import make_result
from .send import Sender
from .sources import find_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hfcli_core.api import App, CommitResult, HubSession, LfsAddition, Output, Progress

    from .plan import Small, UploadPlan
    from .repository import Destination
    from .request import UploadRequest
    from .result import UploadResult
    from .sources import Sources

_NOTHING_COMMITTED = "nothing was committed; large files that were sent whole are not sent again"

_SHOWN = 5
"""Names in a line about several files."""


def upload(app: App, request: UploadRequest, session: HubSession) -> UploadResult:
    """Put the files of ``request`` into the repository with one commit, or with none when nothing changed.

    Until that commit the branch is as it was: whatever fails before leaves nothing behind but objects that the next
    attempt finds stored. Raises ``HfError``.
    """
    output = app.output
    with _noting(_NOTHING_COMMITTED):
        sources = find_sources(request)
        _refuse_no_match(request, sources)
        for warning in (*sources.skipped, *check_names([source.path for source in sources.chosen])):
            output.warn(warning)
        destination = find_destination(session, request, output)
        plan = make_plan(session, request, destination, sources.chosen)
        _tell(request, destination, plan, output)
        card = next((file for file in plan.small if file.source.path == README), None)
        if card is not None:
            check_card(session, destination.repo.type, card.source.read(), output)
    return _carry_out(app, request, session, destination, plan)


def _carry_out(
    app: App, request: UploadRequest, session: HubSession, destination: Destination, plan: UploadPlan
) -> UploadResult:
    files = [*(file.source for file in plan.small), *(file.source for file in plan.large)]
    size = sum(source.size for source in files)
    made, large, moved = None, [], 0
    if files or plan.deleted:
        with (
            app.output.progress(
                f"Uploading {_files(len(files))}", total_bytes=size, total_files=len(files)
            ) as progress,
            session.reporting(progress.status),
        ):
            large = _send(app, session, destination, plan, progress)
            if plan.small or large or plan.deleted:
                made = _commit(request, session, destination, plan, large, progress)
            moved = progress.snapshot().moved
    if made is None:
        app.output.note("nothing to upload: nothing differs from what the repository has")
        return make_result(session.endpoint, request, destination, None)
    return make_result(
        session.endpoint,
        request,
        destination,
        made,
        files=len(plan.small) + len(large),
        deleted=len(plan.deleted),
        sent=moved,
    )


def _commit(
    request: UploadRequest,
    session: HubSession,
    destination: Destination,
    plan: UploadPlan,
    large: Sequence[LfsAddition],
    progress: Progress,
) -> CommitResult:
    progress.status("committing")
    with _noting("the commit may have been made: look before trying again"):
        made = commit_all(
            session,
            request,
            destination,
            small=plan.small,
            large=large,
            deleted=plan.deleted,
            read=_Reader(progress),
        )
    progress.status("")
    return made


def _send(
    app: App, session: HubSession, destination: Destination, plan: UploadPlan, progress: Progress
) -> list[LfsAddition]:
    if not plan.large:
        return []
    context = BackendContext(
        session=session,
        cancelled=session.cancelled,
        advance=progress.advance,
        log=app.output.verbose,
        settings=plugin_settings(app),
        revision=None if destination.create_pr else destination.revision,
    )
    sender = Sender(load_writer(app, context), destination, context, progress)
    with _noting(_NOTHING_COMMITTED):
        return sender.send(plan.large)


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


def _refuse_no_match(request: UploadRequest, sources: Sources) -> None:
    """Patterns that leave nothing of a folder are a mistake; an empty folder, or one to delete from, is none."""
    if sources.chosen or request.delete or not (sources.others or request.include):
        return
    from difflib import get_close_matches

    wanted = (request.include or request.exclude)[0]
    near = get_close_matches(wanted, sources.others, n=3, cutoff=0.4) or sorted(sources.others)[:3]
    raise NothingMatchedError(
        f"Nothing in '{request.local}' matched ({_files(len(sources.others))})",
        hint=f"there is: {', '.join(near)}" if near else None,
    )


def _tell(request: UploadRequest, destination: Destination, plan: UploadPlan, output: Output) -> None:
    if plan.ignored and request.is_file:
        raise NothingMatchedError(
            f"'{request.path_in_repo}' is left out by the .gitignore of {destination.repo}",
            hint="change that .gitignore, or give another PATH_IN_REPO",
        )
    if plan.ignored:
        output.note(f"left out by .gitignore: {_some(plan.ignored)}")
    tables = [file.source.path for file in plan.large if file.source.path.endswith((".parquet", ".arrow"))]
    if tables and destination.repo.type != "dataset":
        output.warn(
            f"{_some(tables)} may belong into a dataset (--repo-type dataset), not into a {destination.repo.type}"
        )
    if plan.unchanged:
        output.verbose(f"{_files(len(plan.unchanged))} unchanged")


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _some(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + rest


@contextmanager
def _noting(note: str) -> Iterator[None]:
    """Have the user told ``note`` where Ctrl-C ends the block."""
    try:
        yield
    except KeyboardInterrupt as interruption:
        interruption.add_note(note)
        raise
