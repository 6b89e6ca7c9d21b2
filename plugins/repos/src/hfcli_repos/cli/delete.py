"""``hf repo delete``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app, repo_type_option, token_option

from .options import dry_run_option, if_match_option, yes_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("delete")
@argument("repo_id")
@repo_type_option
@option("--missing-ok/--no-missing-ok", help="Succeed if there is no such repo.")
@if_match_option
@yes_option
@dry_run_option
@token_option
@pass_app
def delete_command(
    app: App,
    *,
    repo_id: str,
    repo_type: RepoType | None,
    missing_ok: bool,
    if_match: str | None,
    yes: bool,
    dry_run: bool,
    token: str | None,
) -> None:
    """Delete a repository for ever: its files, its history, its discussions.

    On a terminal its name must be typed; elsewhere --yes is needed.
    """
    from ..changes import tell
    from ..delete import delete
    from ..targets import read_repo

    with app.session(token=token) as session:
        repo = read_repo(repo_id, repo_type, session)
        change = delete(session, repo, app.output, if_match=if_match, yes=yes, missing_ok=missing_ok, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
