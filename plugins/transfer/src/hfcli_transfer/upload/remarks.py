"""What people should know about the files that they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import NothingMatchedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import Output

    from .plan import UploadPlan
    from .repository import Destination
    from .request import UploadRequest
    from .sources import Sources

_SHOWN = 5
"""Names in a line about several files."""


def refuse_no_match(request: UploadRequest, sources: Sources) -> None:
    """Patterns that leave nothing of a folder are a mistake; an empty folder, or one to delete from, is none."""
    if sources.chosen or request.delete or not (sources.others or request.include):
        return
    if not request.include:
        raise NothingMatchedError(f"--exclude leaves nothing of the {count_of_files(len(sources.others))} to upload")
    from difflib import get_close_matches

    near = get_close_matches(request.include[0], sources.others, n=3, cutoff=0.4) or sorted(sources.others)[:3]
    patterns = ", ".join(f"'{pattern}'" for pattern in request.include)
    raise NothingMatchedError(
        f"No file below '{request.local}' matches {patterns}", hint=f"there is: {', '.join(near)}" if near else None
    )


def remark_on(plan: UploadPlan, request: UploadRequest, destination: Destination, output: Output) -> None:
    """Raises ``NothingMatchedError`` when a ``.gitignore`` leaves out the one file that was named."""
    if plan.ignored and request.is_file:
        raise NothingMatchedError(
            f"'{request.path_in_repo}' is left out by the .gitignore of {destination.repo}",
            hint="change that .gitignore, or give another PATH_IN_REPO",
        )
    if plan.ignored:
        output.note(f"left out by .gitignore: {_some(plan.ignored)}")
    tables = [file.source.path for file in plan.large if file.source.path.endswith((".parquet", ".arrow"))]
    if tables and destination.repo.type != "dataset":
        output.warn(f"data usually goes into a dataset, with --repo-type dataset: {_some(tables)}")
    if plan.unchanged:
        output.verbose(f"unchanged: {count_of_files(len(plan.unchanged))}")


def count_of_files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _some(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + rest
