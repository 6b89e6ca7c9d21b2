"""Delete files of a repository in one commit, planned anew where somebody else commits meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import (
    CommitResult,
    ConflictError,
    Deletion,
    Patterns,
    RevisionNotFoundError,
    UsageError,
    create_commit,
    is_commit,
    list_tree,
    repo_info,
)

from .files_words import KEPT, change_of, nothing_matched, title_of
from .nearest import suggesting
from .targets import check_commit, check_rights, own_repo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.api import HubSession, Output, Repo, TreeEntry

    from .changes import Change

_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class FileDeletion:
    """``revision`` is a branch or a pull request; with ``create_pr`` a new one is opened against it.
    ``if_match`` is the commit that it must be at."""

    repo: Repo
    patterns: Sequence[str]
    revision: str
    message: str | None
    description: str | None
    create_pr: bool
    if_match: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The files of the commit ``head`` to delete, in the order of its listing; ``unmatched`` patterns mean none."""

    repo: Repo
    head: str
    files: Sequence[TreeEntry]
    unmatched: Sequence[str]


def check(deletion: FileDeletion) -> None:
    """Raises ``UsageError``."""
    if "" in deletion.patterns:
        raise UsageError("A pattern is empty", hint="is a variable not set?")
    if is_commit(deletion.revision):
        raise UsageError("A commit cannot be changed", hint="give a branch with --revision")
    if deletion.create_pr and deletion.revision.startswith("refs/pr/"):
        raise UsageError(f"{deletion.revision} is a pull request already", hint="leave out --create-pr to add to it")
    if deletion.message is not None and not deletion.message.strip():
        raise UsageError("--commit-message is empty", hint="leave it out for a message that says what was deleted")


def delete_files(session: HubSession, deletion: FileDeletion, output: Output, *, dry_run: bool) -> Change:
    """Raises ``NothingMatchedError``, and ``ConflictError`` where others commit again and again."""
    repo = own_repo(session, deletion.repo)
    with suggesting(session, repo, deletion.revision):
        plan, made = make_plan(session, repo, deletion), None
        if not dry_run:
            plan, made = _commit_anew(session, deletion, plan, output)
        elif not deletion.create_pr:
            check_rights(session, repo)
    return change_of(session.endpoint, deletion, plan, made)


def make_plan(session: HubSession, repo: Repo, deletion: FileDeletion) -> Plan:
    head = repo_info(session, repo, deletion.revision).sha
    check_commit(repo, head, deletion.if_match)
    if head is None:
        raise RevisionNotFoundError(f"There is no file in {repo}")
    files = [entry for entry in list_tree(session, repo, head) if entry.type == "file"]
    paths = [entry.path for entry in files]
    chosen, unmatched = choose(deletion.patterns, paths)
    if not chosen:
        raise nothing_matched(repo, deletion.patterns, paths)
    return Plan(repo, head, [entry for entry in files if entry.path in chosen], unmatched)


def choose(patterns: Sequence[str], paths: Sequence[str]) -> tuple[set[str], list[str]]:
    """The paths that the patterns stand for, and the patterns that stand for none.

    A path that is given as it is stands for itself, also where it looks like a pattern: ``part[1].bin``.
    """
    candidates = [path for path in paths if path != KEPT]
    known = set(candidates)
    matched = {one: {one} if one in known else set(Patterns([one]).filter(candidates)) for one in patterns}
    return set().union(*matched.values()), [one for one, found in matched.items() if not found]


def _commit_anew(session: HubSession, deletion: FileDeletion, plan: Plan, output: Output) -> tuple[Plan, CommitResult]:
    """The commit, and the plan that it carries out: another one where the branch moved meanwhile."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return plan, _commit(session, deletion, plan)
        except ConflictError:
            output.note("somebody else changed the repo meanwhile; looking again")
            plan = make_plan(session, plan.repo, deletion)
    return plan, _commit(session, deletion, plan)


def _commit(session: HubSession, deletion: FileDeletion, plan: Plan) -> CommitResult:
    return create_commit(
        session,
        plan.repo,
        deletion.revision,
        [Deletion(entry.path) for entry in plan.files],
        message=deletion.message or title_of(deletion.patterns, plan),
        description=deletion.description or "",
        parent=plan.head,
        create_pr=deletion.create_pr,
    )
