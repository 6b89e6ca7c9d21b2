"""``hf upload --dry-run``: what would happen to each file, and how many bytes would really travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hfcli_core.api import Column, Format, escape, format_size

from ..backends.choice import backend_context, load_writer
from .prepare import Preparation
from .remarks import count_of_files
from .repository import Missing
from .send import Sender

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hfcli_core.api import App, HubSession, Output

    from .prepare import Prepared
    from .request import UploadRequest

Action = Literal["upload", "delete", "unchanged", "ignored"]
_SIGNS: dict[Action, str] = {"upload": "+", "delete": "-", "unchanged": "=", "ignored": "!"}


@dataclass(frozen=True, slots=True)
class PlannedUpload:
    """``size`` of the file in bytes, None for one that is deleted; ``sent`` are the bytes that would travel: none of
    what the Hub has stored already."""

    path: str
    action: Action
    size: int | None
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """``files`` by path; ``missing`` is what would be made first."""

    files: list[PlannedUpload]
    commits: int
    missing: Missing | None


def preview(app: App, request: UploadRequest, session: HubSession) -> Preview:
    """What :func:`.run.upload` would do. Reads and hashes, asks the Hub what it has, and changes nothing there."""
    preparation = Preparation(app, request, session)
    prepared = preparation.preview()
    try:
        files = sorted(_planned(app, session, prepared, preparation), key=lambda file: file.path)
    finally:
        prepared.known.save()
    changing = any(file.action in ("upload", "delete") for file in files)
    return Preview(files, len(prepared.plan.commits()) if changing else 0, prepared.destination.missing)


def _planned(app: App, session: HubSession, prepared: Prepared, preparation: Preparation) -> Iterable[PlannedUpload]:
    plan, sizes = prepared.plan, {source.path: source.size for source in preparation.sources}
    for path in plan.deleted:
        yield PlannedUpload(path, "delete", None)
    for path in plan.unchanged:
        yield PlannedUpload(path, "unchanged", sizes[path])
    for path in plan.ignored:
        yield PlannedUpload(path, "ignored", sizes[path])
    for small in plan.small:
        yield PlannedUpload(small.source.path, "upload", small.source.size, small.source.size)
    if prepared.destination.missing is Missing.REPO:
        for large in plan.large:
            yield PlannedUpload(large.source.path, "upload", large.source.size, large.source.size)
    elif plan.large:
        size = sum(file.source.size for file in plan.large)
        with app.output.progress("Hashing", total_bytes=size, total_files=len(plan.large)) as progress:
            context = backend_context(app, session, progress.advance, revision=prepared.destination.revision)
            sender = Sender(load_writer(app, context), prepared.destination, context, prepared.known, progress)
            missing = sender.missing(plan.large)
        for large in plan.large:
            source = large.source
            if (sent := missing.get(source.path)) is None:
                yield PlannedUpload(source.path, "unchanged", source.size)
            else:
                yield PlannedUpload(source.path, "upload", source.size, sent)


def show_preview(found: Preview, output: Output) -> None:
    """One line a file, with a sign and its size, of which ``-`` says that none of it travels; rows for programs."""
    counts = {action: sum(file.action == action for file in found.files) for action in _SIGNS}
    if found.missing is not None:
        output.note(f"[dry-run] The {found.missing.value} would be created")
    travels = format_size(sum(file.sent for file in found.files))
    commits = f"{found.commits} commit{'' if found.commits == 1 else 's'}"
    output.note(
        f"[dry-run] Would upload {count_of_files(counts['upload'])} and delete {counts['delete']} in {commits}; "
        f"{counts['unchanged']} unchanged, {counts['ignored']} left out by .gitignore; {travels} would be sent"
    )
    if output.format is not Format.HUMAN:
        rows = [{"path": f.path, "action": f.action, "size": f.size, "sent": f.sent} for f in found.files]
        output.table(rows, [Column("path"), Column("action"), Column("size"), Column("sent")], quiet="path")
        return
    width = max((len(escape(file.path)) for file in found.files), default=0)
    for file in found.files:
        size = format_size(file.sent) if file.sent else "-"
        output.print(f"{_SIGNS[file.action]} {escape(file.path):<{width}}  {size}")
