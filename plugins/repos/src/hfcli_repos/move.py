"""Give a repository another name or owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, UsageError, repo_info

from . import orders
from .changes import Change, command_line
from .nearest import suggesting
from .targets import check_rights, exists, own_repo

if TYPE_CHECKING:
    from hfcli_core.api import HubSession, Repo


def move(session: HubSession, repo: Repo, to: Repo, *, dry_run: bool) -> Change:
    """Raises ``RepoNotFoundError``, and ``ConflictError`` where the new name is taken."""
    if repo.type != to.type:
        raise UsageError(f"A {repo.type} cannot become a {to.type}")
    repo, to = own_repo(session, repo), own_repo(session, to)
    if repo.id == to.id:
        raise UsageError(f"{repo.title} has this name already")
    with suggesting(session, repo):
        if dry_run:
            repo_info(session, repo)
            check_rights(session, repo, to)
            if exists(session, to) and repo.id.lower() != to.id.lower():
                raise ConflictError(f"{to.title} exists already", hint="use another name")
        else:
            orders.move_repo(session, repo, to)
    url = to.web_url(session.endpoint)
    return Change(
        done=f"Successfully moved {repo.id} to {to.id} on the Hub.",
        planned=f"Would move the {repo.type} {repo.id} to {to.id}, at {url}",
        data={"from_id": repo.id, "to_id": to.id, "repo_type": repo.type, "url": url},
        quiet=url,
        undo=command_line(repo, "repo", "move", to.id, repo.id),
    )
