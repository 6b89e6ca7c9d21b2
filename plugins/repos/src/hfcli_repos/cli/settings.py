"""``hf repo settings``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Choice, argument, command, option, pass_app, repo_type_option, token_option

from .options import VisibilityCommand, dry_run_option, visibility_options

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("settings", cls=VisibilityCommand)
@argument("repo_id")
@repo_type_option
@option(
    "--gated",
    type=Choice(["auto", "manual", "false"]),
    help="Who gets the files: everybody who asks, whom you accept, or everybody.",
)
@visibility_options
@dry_run_option
@token_option
@pass_app
def settings_command(
    app: App,
    *,
    repo_id: str,
    repo_type: RepoType | None,
    gated: str | None,
    private: bool | None,
    public: bool,
    protected: bool,
    dry_run: bool,
    token: str | None,
) -> None:
    """Change who may see a repository, and who may have its files.

    \b
    Examples:
      hf repo settings my-model --gated auto
      hf repo settings my-model --private true
    """
    from ..changes import tell
    from ..settings import change_settings
    from ..targets import read_repo
    from ..visibility import read_visibility

    with app.session(token=token) as session:
        repo = read_repo(repo_id, repo_type, session)
        visibility = read_visibility(repo.type, private=private, public=public, protected=protected)
        change = change_settings(session, repo, gated=gated, visibility=visibility, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
