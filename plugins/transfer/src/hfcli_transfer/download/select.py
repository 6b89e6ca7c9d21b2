"""Which files of a listing are wanted, and what to say when none is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hfcli_core.api import EntryNotFoundError, NothingMatchedError, Patterns, is_reserved

from .request import is_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Protocol

    from .request import DownloadRequest

    class Named(Protocol):
        @property
        def path(self) -> str: ...


F = TypeVar("F", bound="Named")


def select(request: DownloadRequest, files: Sequence[F], note: Callable[[str], None]) -> list[F]:
    """The wanted ones of all ``files`` of a commit, in the order of the listing.

    Files with reserved names, which some repos contain by accident, are left out with a note unless they are asked for
    by name. Raises ``EntryNotFoundError`` for a name that no file or folder has, and ``NothingMatchedError`` where
    patterns let no file of the repo pass; both suggest names that are near.
    """
    if request.filenames:
        return _by_names(request, files, note)
    patterns = Patterns(request.include, request.exclude)
    wanted = _unreserved([file for file in files if patterns.matches(file.path)], note)
    if not wanted and files and (request.include is not None or request.exclude):
        raise _nothing_matched(request, request.include or request.exclude, files)
    return wanted


def missing_name(request: DownloadRequest, name: str, paths: Iterable[str] | None = None) -> EntryNotFoundError:
    """The error for a name that the commit does not have. Suggests one of ``paths``, all that it has, if known."""
    return EntryNotFoundError(
        f"no file '{name}' in {request.repo} at revision '{request.revision}'",
        hint=None if paths is None else _suggestion(name, paths),
        details={"path": name, "repo": request.repo.id, "revision": request.revision},
    )


def _by_names(request: DownloadRequest, files: Sequence[F], note: Callable[[str], None]) -> list[F]:
    by_path = {file.path: file for file in files}
    chosen: set[str] = set()
    for name in request.filenames:
        if name in by_path:  # also where it looks like a pattern: "part[1].bin"
            chosen.add(name)
            continue
        matched = list(Patterns([name if is_pattern(name) else f"{name}/"]).filter(by_path))
        if not matched and is_pattern(name):
            raise _nothing_matched(request, (name,), files)
        if not matched:
            raise missing_name(request, name, by_path)
        chosen.update(file.path for file in _unreserved([by_path[path] for path in matched], note))
    return [file for file in files if file.path in chosen]


def _unreserved(files: Sequence[F], note: Callable[[str], None]) -> list[F]:
    kept = [file for file in files if not is_reserved(file.path)]
    if left_out := len(files) - len(kept):
        note(f"leaving out {left_out} file(s) with names that are reserved for git or for this program")
    return kept


def _nothing_matched(request: DownloadRequest, patterns: Sequence[str], files: Sequence[Named]) -> NothingMatchedError:
    shown = ", ".join(f"'{pattern}'" for pattern in patterns[:3])
    return NothingMatchedError(
        f"none of the {len(files)} files of {request.repo} matches {shown}",
        hint=_suggestion(patterns[0], [file.path for file in files]),
        details={"patterns": list(patterns)},
    )


def _suggestion(name: str, paths: Iterable[str]) -> str | None:
    """The names that are most like ``name``, as whole paths or by their last part."""
    from difflib import get_close_matches

    listed = list(paths)
    by_tail = {path.rpartition("/")[2]: path for path in reversed(listed)}
    tail = name.rstrip("/").rpartition("/")[2]
    near = [*get_close_matches(name, listed, n=3), *(by_tail[one] for one in get_close_matches(tail, by_tail, n=3))]
    if not near:
        near = listed[:3]
        return f"the repo has, for example, {', '.join(near)}" if near else "the repo is empty"
    return f"did you mean {' or '.join(list(dict.fromkeys(near))[:3])}?"
