"""What is said of a deletion of files: before, after, and where nothing is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import NothingMatchedError, escape, format_size

from .changes import Change, command_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import CommitResult, Repo

    from .files import FileDeletion, Plan

KEPT = ".gitattributes"
"""Without it the large files of the repo would become text; the official client keeps it, too (surface.md §5.7)."""

_TITLE = 100
"""Characters of a commit's first line, beyond which it says how many files instead of which."""


def title_of(patterns: Sequence[str], plan: Plan) -> str:
    named = f"Delete files {' '.join(patterns)} with hfcli"
    return named if len(named) <= _TITLE else f"Delete {_count(plan)} with hfcli"


def change_of(endpoint: str, deletion: FileDeletion, plan: Plan, made: CommitResult | None) -> Change:
    """``made`` is None in a dry run."""
    paths, size = [entry.path for entry in plan.files], sum(entry.size for entry in plan.files)
    what = f"delete {_count(plan)} ({format_size(size)}) of {plan.repo.type} {plan.repo.id}"
    would = f"Would open a pull request to {what}" if deletion.create_pr else f"Would {what}"
    pr_url = made.pr_url if made else None
    page = pr_url or (made.url if made else plan.repo.web_url(endpoint, revision=deletion.revision, path=""))
    return Change(
        done=f"Opened a pull request to {what}: {escape(page)}"
        if pr_url
        else f"Files correctly deleted from repo. Commit: {escape(page)}",
        planned="\n".join([*map(escape, paths), would]),
        data={
            "repo_id": plan.repo.id,
            "repo_type": plan.repo.type,
            "revision": deletion.revision,
            "parent": plan.head,
            "files": paths,
            "size": size,
            "commit": made.oid if made else None,
            "commit_url": made.url if made else None,
            "pr_url": pr_url,
        },
        quiet=page,
        undo=None if deletion.create_pr else _way_back(deletion, plan),
        warnings=tuple(_warning(pattern) for pattern in plan.unmatched),
    )


def _warning(pattern: str) -> str:
    """For a pattern that stands for no file while others do."""
    return f"{KEPT} stays: it says which files are large" if pattern == KEPT else f"no file matches '{pattern}'"


def nothing_matched(repo: Repo, patterns: Sequence[str], paths: Sequence[str]) -> NothingMatchedError:
    if list(patterns) == [KEPT] and KEPT in paths:
        return NothingMatchedError(f"{KEPT} is never deleted: it says which files are large")
    more = f" and {len(patterns) - 3} more" if len(patterns) > 3 else ""
    quoted = ", ".join(f"'{pattern}'" for pattern in patterns[:3])
    return NothingMatchedError(
        f"none of the {len(paths)} files of {repo} matches {quoted}{more}",
        hint=_suggestion(patterns[0], [path for path in paths if path != KEPT]),
        details={"patterns": list(patterns)},
    )


def _suggestion(pattern: str, paths: Sequence[str]) -> str:
    from difflib import get_close_matches

    folder = f"{pattern.rstrip('/')}/"
    if any(path.startswith(folder) for path in paths):
        return f"'{folder}' means all files of that folder"
    near = get_close_matches(pattern, paths, n=3)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"the repo has, for example, {', '.join(paths[:3])}" if paths else f"the repo has no file but {KEPT}"


def _way_back(deletion: FileDeletion, plan: Plan) -> str:
    """The commit before has the files: from there they can be had, and uploaded again."""
    names = [one for one in deletion.patterns if one not in plan.unmatched]
    source = ("download", plan.repo.id, *names, "--revision", plan.head, "--local-dir", "restored")
    branch = () if deletion.revision == "main" else ("--revision", deletion.revision)
    upload = ("upload", plan.repo.id, "restored", ".", *branch)
    return f"{command_line(plan.repo, *source)} && {command_line(plan.repo, *upload)}"


def _count(plan: Plan) -> str:
    return f"{len(plan.files)} file{'' if len(plan.files) == 1 else 's'}"
