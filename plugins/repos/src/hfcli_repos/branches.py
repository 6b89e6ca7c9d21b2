"""Create and delete branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, RevisionNotFoundError, UsageError, escape, repo_info

from . import orders
from .changes import Change, command_line
from .nearest import did_you_mean, suggesting
from .targets import check_rights, own_repo

if TYPE_CHECKING:
    from hfcli_core.api import HubSession, Repo

_DEFAULT = "main"


def create_branch(
    session: HubSession, repo: Repo, branch: str, revision: str | None, *, exist_ok: bool, dry_run: bool
) -> Change:
    """At ``revision``, or main. Raises ``ConflictError`` where there is such a branch, unless ``exist_ok``."""
    repo = own_repo(session, repo)
    with suggesting(session, repo, revision):
        commit = repo_info(session, repo, revision).sha
        existing = orders.find_ref(session, repo, "branch", branch)
        if existing and not exist_ok:
            raise ConflictError(f"Branch '{branch}' exists already on {repo}", hint="use another name, or --exist-ok")
        if dry_run:
            check_rights(session, repo)
        elif not existing:
            orders.add_branch(session, repo, branch, commit, exist_ok=exist_ok)
    name, url = escape(branch), repo.web_url(session.endpoint, revision=branch, path="")
    return Change(
        done=f"Successfully created {name} branch on {repo.type} {repo.id}",
        planned=f"Branch {name} exists already on {repo.type} {repo.id}"
        if existing
        else f"Would create {name} branch on {repo.type} {repo.id} at {commit or 'its first commit'}",
        data={
            "repo_id": repo.id,
            "repo_type": repo.type,
            "branch": branch,
            "commit": existing.commit if existing else commit,
            "url": url,
            "existed": existing is not None,
        },
        quiet=url,
    )


def delete_branch(session: HubSession, repo: Repo, branch: str, *, dry_run: bool) -> Change:
    """Raises ``RevisionNotFoundError``."""
    if branch == _DEFAULT:
        raise UsageError(
            f"The branch {_DEFAULT} cannot be deleted", hint=f"hf repo-files delete {repo.id} '*' empties it"
        )
    repo = own_repo(session, repo)
    with suggesting(session, repo):
        branches = {ref.name: ref.commit for ref in orders.refs_of(session, repo, "branch")}
    if branch not in branches:
        raise RevisionNotFoundError(
            f"Branch '{branch}' not found in {repo}", hint=did_you_mean(branch, list(branches)) or "check the spelling"
        )
    if dry_run:
        check_rights(session, repo)
    else:
        orders.delete_ref(session, repo, "branch", branch)
    name, commit = escape(branch), branches[branch]
    return Change(
        done=f"Successfully deleted {name} branch on {repo.type} {repo.id}",
        planned=f"Would delete {name} branch on {repo.type} {repo.id}, which is at {commit}",
        data={"repo_id": repo.id, "repo_type": repo.type, "branch": branch, "commit": commit},
        quiet=branch,
        undo=command_line(repo, "repo", "branch", "create", repo.id, branch, "--revision", commit),
    )
