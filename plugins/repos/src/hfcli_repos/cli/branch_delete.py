"""``hf repo branch delete``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app, repo_type_option, token_option

from .options import dry_run_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("delete")
@argument("repo_id")
@argument("branch")
@repo_type_option
@dry_run_option
@token_option
@pass_app
def branch_delete_command(
    app: App, *, repo_id: str, branch: str, repo_type: RepoType | None, dry_run: bool, token: str | None
) -> None:
    """Delete a branch, and say how to have it back."""
    from ..branches import delete_branch
    from ..changes import tell
    from ..targets import read_repo

    with app.session(token=token) as session:
        change = delete_branch(session, read_repo(repo_id, repo_type, session), branch, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
