"""``hf repo tag list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app, repo_type_option, token_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("list")
@argument("repo_id")
@repo_type_option
@token_option
@pass_app
def tag_list_command(app: App, *, repo_id: str, repo_type: RepoType | None, token: str | None) -> None:
    """List the tags of a repository."""
    from ..tags import list_tags, show_tags
    from ..targets import read_repo, readable_repo

    with app.session(token=token) as session:
        repo = readable_repo(session, read_repo(repo_id, repo_type, session))
        show_tags(app.output, repo, list_tags(session, repo))
