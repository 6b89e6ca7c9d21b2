"""``hf repo move``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app, repo_type_option, token_option

from .options import dry_run_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("move")
@argument("from_id")
@argument("to_id")
@repo_type_option
@dry_run_option
@token_option
@pass_app
def move_command(
    app: App, *, from_id: str, to_id: str, repo_type: RepoType | None, dry_run: bool, token: str | None
) -> None:
    """Rename a repository, or give it to another of your namespaces. The old name goes on leading there."""
    from ..changes import tell
    from ..move import move
    from ..targets import read_repo

    with app.session(token=token) as session:
        repo = read_repo(from_id, repo_type, session)
        change = move(session, repo, read_repo(to_id, repo.type, session), dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
