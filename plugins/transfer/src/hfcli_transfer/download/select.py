"""Which files of a listing are wanted, and what to say when none is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hfcli_core.api import EntryNotFoundError, NothingMatchedError, Patterns, anchored, is_reserved

from .request import has_wildcard, is_pattern

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

    A name or a pattern that matches nothing, while another does, is told with ``note``; one without wildcards is an
    error. Files with reserved names, which some repos contain by accident, are left out with a note unless they are
    asked for by name. Raises ``EntryNotFoundError`` for a name that no file or folder has, and ``NothingMatchedError``
    where nothing is left to download of a repo that has files; both suggest names that are near.
    """
    paths = [file.path for file in files]
    named = set(request.filenames).intersection(paths)  # also where it looks like a pattern: "part[1].bin"
    patterns = [name for name in request.filenames if name not in named] + list(request.include)
    matched = {pattern: _matched(pattern, paths, request) for pattern in patterns}
    chosen = named.union(*matched.values()) if named or patterns else set(paths)
    if patterns and not chosen:
        raise _nothing_matched(request, patterns, paths)
    if unmatched := [pattern for pattern, found in matched.items() if not found]:
        note(f"no file matches {_quoted(unmatched)}")
    if folders := [one for one in request.exclude if _is_folder(one, paths)]:
        note(f"--exclude {_quoted(folders)} takes off nothing; '{folders[0]}/' means all files of that folder")
    kept = set(Patterns(exclude=request.exclude).filter(chosen))
    if chosen and not kept:
        raise _all_excluded(request, len(chosen))
    reserved = {path for path in kept - named if is_reserved(path)}
    if reserved:
        note(f"leaving out {len(reserved)} file(s) with names that are reserved for git or for this program")
    if patterns and kept == reserved:
        raise _nothing_matched(request, patterns, paths)
    kept -= reserved
    return [file for file in files if file.path in kept]


def missing_name(request: DownloadRequest, name: str, paths: Iterable[str] | None = None) -> EntryNotFoundError:
    """The error for a name that the commit does not have. Suggests one of ``paths``, all that it has, if known."""
    return EntryNotFoundError(
        f"no file '{name}' in {request.repo} at revision '{request.revision}'",
        hint=None if paths is None else _suggestion(name, paths),
        details={"path": name, "repo": request.repo.id, "revision": request.revision},
    )


def _matched(pattern: str, paths: Sequence[str], request: DownloadRequest) -> list[str]:
    """The paths that a FILE or an ``--include`` stands for. A FILE without wildcards must stand for something."""
    if pattern not in request.filenames:
        return list(Patterns([pattern]).filter(paths))
    folder = f"{pattern.rstrip('/')}/"
    # Also where it looks like a pattern, as a folder from an address may.
    found = [path for path in paths if path.startswith(folder)]
    if found or has_wildcard(pattern):
        return found or list(Patterns([pattern]).filter(paths))
    raise _nothing_matched(request, [pattern], paths) if is_pattern(pattern) else missing_name(request, pattern, paths)


def _is_folder(name: str, paths: Iterable[str]) -> bool:
    folder = f"{anchored(name)}/"
    return any(path.startswith(folder) for path in paths)


def _nothing_matched(request: DownloadRequest, patterns: Sequence[str], paths: Sequence[str]) -> NothingMatchedError:
    return NothingMatchedError(
        f"none of the {len(paths)} files of {request.repo} matches {_quoted(patterns)}",
        hint=_suggestion(patterns[0], paths),
        details={"patterns": list(patterns)},
    )


def _all_excluded(request: DownloadRequest, count: int) -> NothingMatchedError:
    wanted = "the only file" if count == 1 else f"all {count} files"
    return NothingMatchedError(
        f"--exclude takes off {wanted} wanted of {request.repo}: {_quoted(request.exclude)}",
        hint="leave out --exclude, or narrow it",
        details={"exclude": list(request.exclude)},
    )


def _quoted(patterns: Sequence[str]) -> str:
    more = f" and {len(patterns) - 3} more" if len(patterns) > 3 else ""
    return ", ".join(f"'{pattern}'" for pattern in patterns[:3]) + more


def _suggestion(name: str, paths: Iterable[str]) -> str:
    """The names that are most like ``name``, as whole paths or by their last part."""
    from difflib import get_close_matches

    listed = list(paths)
    if _is_folder(name, listed):
        return f"'{name}/' means all files of that folder"
    by_tail = {path.rpartition("/")[2]: path for path in reversed(listed)}
    tail = name.rstrip("/").rpartition("/")[2]
    near = [*get_close_matches(name, listed, n=3), *(by_tail[one] for one in get_close_matches(tail, by_tail, n=3))]
    if not near:
        near = listed[:3]
        return f"the repo has, for example, {', '.join(near)}" if near else "the repo is empty"
    return f"did you mean {' or '.join(list(dict.fromkeys(near))[:3])}?"
