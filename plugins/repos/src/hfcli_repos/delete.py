"""Delete a repository, after its name was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Aborted, RepoNotFoundError, repo_info

from . import orders
from .changes import Change
from .nearest import suggesting
from .targets import check_commit, check_rights, own_repo

if TYPE_CHECKING:
    from hfcli_core.api import HubSession, Output, Repo, RepoInfo


def delete(
    session: HubSession, repo: Repo, output: Output, *, if_match: str | None, yes: bool, missing_ok: bool, dry_run: bool
) -> Change:
    """Raises ``Aborted`` where another name is typed, ``RepoNotFoundError`` unless ``missing_ok``, ``ConflictError``
    where the repo is not at the commit ``if_match``."""
    repo = own_repo(session, repo)
    try:
        with suggesting(session, repo):
            found = _found(session, repo)
    except RepoNotFoundError:
        if not missing_ok:
            raise
        return _nothing_to_delete(repo)
    check_commit(repo, found.sha, if_match)
    if dry_run:
        check_rights(session, repo)
    else:
        _ask(output, repo, yes=yes)
        orders.delete_repo(session, repo)
    files = len(found.raw.get("siblings") or ())
    return Change(
        done=f"Successfully deleted {repo.id} on the Hub.",
        planned=f"Would delete the {repo.type} {repo.id} for ever: its {files} files, its history and its discussions",
        data={"repo_id": repo.id, "repo_type": repo.type, "existed": True, "commit": found.sha, "files": files},
        quiet=repo.id,
    )


def _found(session: HubSession, repo: Repo) -> RepoInfo:
    """The repo of this very name: one that had it once has another now, and is not what is to be deleted."""
    found = repo_info(session, repo)
    if found.id.lower() != repo.id.lower():
        raise RepoNotFoundError(
            f"{repo.title} is now called {found.id}", hint=f"to delete it, give the name that it has: {found.id}"
        )
    return found


def _ask(output: Output, repo: Repo, *, yes: bool) -> None:
    if yes:
        return
    question = f"This deletes the {repo.type} {repo.id} for ever. Type its name to go on"
    if output.ask(question, flag="--yes") != repo.id:
        raise Aborted


def _nothing_to_delete(repo: Repo) -> Change:
    told = f"There is no {repo.type} {repo.id} on the Hub."
    data = {"repo_id": repo.id, "repo_type": repo.type, "existed": False, "commit": None, "files": 0}
    return Change(done=told, planned=told, data=data, quiet=repo.id)
