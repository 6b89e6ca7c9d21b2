"""How what a download answers is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Column, Format, escape, format_size

from .destination import State
from .journal import kept_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import DownloadResult, Output, PlannedFile

    from .destination import Destination
    from .plan import DownloadPlan


def tell_what_is_kept(output: Output, plan: DownloadPlan, destination: Destination) -> None:
    """Before anything is fetched, where an earlier run did a part of the work."""
    missing = plan.of(State.MISSING)
    kept = [size for size in (kept_bytes(destination, ref) for ref in missing) if size]
    here = len(plan.files) - len(missing)
    if not missing or not (kept or here):
        return
    to_go = len(missing) - len(kept)
    partly = [f"{len(kept)} in part ({format_size(sum(kept))} kept)"] if kept else []
    rest = [f"{to_go} to go"] if to_go else []
    output.note(", ".join([f"{here} of {len(plan.files)} files are here already", *partly, *rest]))


def show(output: Output, result: DownloadResult) -> None:
    """The path, alone on standard output."""
    if result.files == 0:
        output.note(f"{result.repo.title} is empty: there is nothing to download")
    data = {
        "path": result.path,
        "repo_id": result.repo.id,
        "repo_type": result.repo.type,
        "commit": result.commit,
        "files": result.files,
        "bytes": result.fetched,
        "cached": result.cached,
    }
    output.result(None if result.path is None else escape(result.path), data, quiet=result.path)


def show_plan(output: Output, files: Sequence[PlannedFile]) -> None:
    """The names and what each would cost, without a header; rows for programs."""
    coming = [file for file in files if not file.here]
    total = format_size(sum(file.size or 0 for file in coming))
    output.note(f"[dry-run] Will download {len(coming)} file(s) (out of {len(files)}) totalling {total}")
    if output.format is not Format.HUMAN:
        rows = [{"file": file.path, "size": file.size, "cached": file.here} for file in files]
        output.table(rows, [Column("file"), Column("size"), Column("cached")], quiet="file")
        return
    width = max((len(escape(file.path)) for file in files), default=0)
    for file in files:
        size = "-" if file.here or file.size is None else format_size(file.size)
        output.print(f"{escape(file.path):<{width}}  {size}")
