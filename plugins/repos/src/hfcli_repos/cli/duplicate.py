"""``hf repo duplicate``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import argument, command, option, pass_app, repo_type_option, token_option

from .options import VisibilityCommand, dry_run_option, visibility_options
from .space_options import read_space_options, space_options

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("duplicate", cls=VisibilityCommand)
@argument("from_id")
@argument("to_id", required=False)
@repo_type_option
@visibility_options
@option("--exist-ok/--no-exist-ok", help="Succeed if the repo exists already.")
@option("--resource-group-id", metavar="ID", help="The resource group of the organization that it belongs to.")
@space_options
@dry_run_option
@token_option
@pass_app
def duplicate_command(
    app: App,
    /,
    *,
    from_id: str,
    to_id: str | None,
    repo_type: RepoType | None,
    private: bool | None,
    public: bool,
    protected: bool,
    exist_ok: bool,
    resource_group_id: str | None,
    dry_run: bool,
    token: str | None,
    **space: Any,
) -> None:
    """Copy a repository that you may read to a namespace of yours, and print where it is.

    TO_ID is by default the same name in your own namespace.
    """
    from ..changes import tell
    from ..duplicate import Duplication, duplicate
    from ..targets import read_repo
    from ..visibility import read_visibility

    with app.session(token=token) as session:
        repo = read_repo(from_id, repo_type, session)
        duplication = Duplication(
            repo,
            None if to_id is None else read_repo(to_id, repo.type, session),
            read_visibility(repo.type, private=private, public=public, protected=protected),
            exist_ok=exist_ok,
            resource_group_id=resource_group_id,
            space=read_space_options(app, repo, session, space),
        )
        change = duplicate(session, duplication, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
