"""Which repository REPO_ID means, and what the caller may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import (
    AuthenticationError,
    ConflictError,
    Repo,
    RepoNotFoundError,
    UsageError,
    parse_repo,
    repo_info,
    whoami,
)

if TYPE_CHECKING:
    from hfcli_core.api import HubSession, RepoTarget, RepoType


def read_repo(text: str, repo_type: RepoType | None, session: HubSession) -> Repo:
    """REPO_ID where only a whole repository makes sense."""
    target = parse_repo(text, repo_type=repo_type, endpoint=session.endpoint)
    _refuse_path(text, target)
    if target.revision is not None:
        raise UsageError(f"'{text}' names a revision, and this is about the whole repo", hint=f"write {target.repo.id}")
    return target.repo


def read_repo_at(
    text: str, repo_type: RepoType | None, revision: str | None, session: HubSession
) -> tuple[Repo, str | None]:
    """REPO_ID, which may name the revision too, as ``ns/name@dev`` or the address of a page does."""
    target = parse_repo(text, repo_type=repo_type, endpoint=session.endpoint)
    _refuse_path(text, target)
    if revision is not None and target.revision not in (None, revision):
        raise UsageError(
            f"The revision is given twice: '{target.revision}' in REPO_ID, and '{revision}'",
            hint="leave out --revision",
        )
    if revision == "":
        raise UsageError("--revision is empty", hint="is a variable not set?")
    return target.repo, revision or target.revision


def own_repo(session: HubSession, repo: Repo) -> Repo:
    """The repo to change: an id without a namespace is one of the owner of the token."""
    return repo if "/" in repo.id else Repo(repo.type, f"{whoami(session).name}/{repo.id}")


def readable_repo(session: HubSession, repo: Repo) -> Repo:
    """The repo to read: an id without a namespace is a canonical one such as ``gpt2``, or else one of one's own."""
    if "/" in repo.id or session.token is None:
        return repo
    try:
        repo_info(session, repo)
    except RepoNotFoundError:
        return own_repo(session, repo)
    return repo


def exists(session: HubSession, repo: Repo) -> bool:
    """Whether there is a repo of this very name, and not only one that had it once."""
    try:
        return repo_info(session, repo).id.lower() == repo.id.lower()
    except RepoNotFoundError:
        return False


def check_rights(session: HubSession, *repos: Repo) -> None:
    """What a dry run can know of whether the change would be allowed: the token's role, and whose repos these are."""
    me = whoami(session)
    if me.token_role == "read":  # noqa: S105  a role
        raise AuthenticationError(f"The token of {me.name} has the role read", hint="this needs the role write")
    mine = {name.lower() for name in (me.name, *me.orgs)}
    for repo in repos:
        namespace = repo.id.rpartition("/")[0]
        if namespace.lower() not in mine:
            raise AuthenticationError(
                f"{repo.title} is not of {me.name} nor of an organization of theirs",
                hint="use a token of somebody who may change it",
            )


def check_commit(repo: Repo, head: str | None, expected: str | None) -> None:
    """Raise ``ConflictError`` where the repo is not at the commit (or its first digits) that ``--if-match`` names."""
    if expected is not None and not (expected and (head or "").startswith(expected.lower())):
        raise ConflictError(f"{repo.title} is at {head or 'no commit'}, not at '{expected}'", hint="look what changed")


def _refuse_path(text: str, target: RepoTarget) -> None:
    if target.path is not None:
        raise UsageError(f"'{text}' names a path in a repo, and here belongs the repo", hint=f"write {target.repo.id}")
