"""``hf repo tag delete``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app, repo_type_option, token_option

from .options import dry_run_option, yes_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("delete")
@argument("repo_id")
@argument("tag")
@repo_type_option
@yes_option
@dry_run_option
@token_option
@pass_app
def tag_delete_command(
    app: App, *, repo_id: str, tag: str, repo_type: RepoType | None, yes: bool, dry_run: bool, token: str | None
) -> None:
    """Delete a tag, and say how to have it back."""
    from ..changes import tell
    from ..tags import delete_tag
    from ..targets import read_repo

    with app.session(token=token) as session:
        repo = read_repo(repo_id, repo_type, session)
        change = delete_tag(session, repo, tag, app.output, yes=yes, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
