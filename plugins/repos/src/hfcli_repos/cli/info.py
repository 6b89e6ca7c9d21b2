"""``hf repo info``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app, repo_type_option, token_option

from .options import revision_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("info")
@argument("repo_id")
@repo_type_option
@revision_option
@token_option
@pass_app
def info_command(
    app: App, *, repo_id: str, repo_type: RepoType | None, revision: str | None, token: str | None
) -> None:
    """Describe a repository; --json prints all that the Hub says of it."""
    from ..info import show_info
    from ..targets import read_repo_at, readable_repo

    with app.session(token=token) as session:
        repo, revision = read_repo_at(repo_id, repo_type, revision, session)
        show_info(session, readable_repo(session, repo), revision, app.output)
