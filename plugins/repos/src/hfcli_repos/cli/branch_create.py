"""``hf repo branch create``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app, repo_type_option, token_option

from .options import dry_run_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("create")
@argument("repo_id")
@argument("branch")
@repo_type_option
@option("--revision", help="Where it starts: a branch, a tag, a commit or refs/pr/N.  [default: main]")
@option("--exist-ok/--no-exist-ok", help="Succeed if the branch exists already.")
@dry_run_option
@token_option
@pass_app
def branch_create_command(
    app: App,
    *,
    repo_id: str,
    branch: str,
    repo_type: RepoType | None,
    revision: str | None,
    exist_ok: bool,
    dry_run: bool,
    token: str | None,
) -> None:
    """Create a branch.

    \b
    Examples:
      hf repo branch create my-model dev
      hf repo branch create my-model release-1 --revision refs/pr/104
    """
    from ..branches import create_branch
    from ..changes import tell
    from ..targets import read_repo_at

    with app.session(token=token) as session:
        repo, revision = read_repo_at(repo_id, repo_type, revision, session)
        change = create_branch(session, repo, branch, revision, exist_ok=exist_ok, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
