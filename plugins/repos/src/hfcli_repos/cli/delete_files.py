"""``hf repo-files delete``, and ``hf repo delete-files``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, option, pass_app, repo_type_option, token_option

from .options import dry_run_option, if_match_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("delete")
@argument("repo_id")
@argument("patterns", nargs=-1, required=True)
@repo_type_option
@option("--revision", help="A branch, or refs/pr/N.  [default: main]")
@option("--commit-message", metavar="TEXT", help="The first line of the commit's message.")
@option("--commit-description", metavar="TEXT", help="The rest of the commit's message.")
@option("--create-pr/--no-create-pr", help="Open a pull request instead of changing the branch.")
@if_match_option
@dry_run_option
@token_option
@pass_app
def delete_files_command(
    app: App,
    *,
    repo_id: str,
    patterns: tuple[str, ...],
    repo_type: RepoType | None,
    revision: str | None,
    commit_message: str | None,
    commit_description: str | None,
    create_pr: bool,
    if_match: str | None,
    dry_run: bool,
    token: str | None,
) -> None:
    """Delete files from a repository in one commit, and print its address.

    PATTERNS are names, folders ('logs/') or patterns ('*.txt'); * matches / too. The history keeps what is deleted.

    \b
    Examples:
      hf repo-files delete my-model folder/
      hf repo-files delete my-model file.txt folder/pytorch_model.bin
      hf repo-files delete my-model "*.txt" "folder/*.bin"
    """
    from ..changes import tell
    from ..files import FileDeletion, check, delete_files
    from ..targets import read_repo_at

    with app.session(token=token) as session:
        repo, revision = read_repo_at(repo_id, repo_type, revision, session)
        deletion = FileDeletion(
            repo, patterns, revision or "main", commit_message, commit_description, create_pr, if_match
        )
        check(deletion)
        change = delete_files(session, deletion, app.output, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
