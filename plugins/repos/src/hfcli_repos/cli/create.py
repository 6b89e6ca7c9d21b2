"""``hf repo create``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import Choice, argument, command, option, pass_app, repo_type_option, token_option

from .options import VisibilityCommand, dry_run_option, visibility_options
from .space_options import read_space_options, space_options

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("create", cls=VisibilityCommand)
@argument("repo_id")
@repo_type_option
@option("--space-sdk", "--sdk", "sdk", metavar="SDK", help="gradio, streamlit, docker or static; a Space needs one.")
@option("--template", metavar="SPACE", help="Start a Space with the files of this template.")
@visibility_options
@option("--exist-ok/--no-exist-ok", help="Succeed if the repo exists already.")
@option("--resource-group-id", metavar="ID", help="The resource group of the organization that it belongs to.")
@option("--region", type=Choice(["us", "eu"]), help="Where its files are kept.")
@space_options
@dry_run_option
@token_option
@pass_app
def create_command(
    app: App,
    /,
    *,
    repo_id: str,
    repo_type: RepoType | None,
    sdk: str | None,
    template: str | None,
    private: bool | None,
    public: bool,
    protected: bool,
    exist_ok: bool,
    resource_group_id: str | None,
    region: str | None,
    dry_run: bool,
    token: str | None,
    **space: Any,
) -> None:
    """Create a repository, and print where it is.

    REPO_ID without a namespace is one of yours.

    \b
    Examples:
      hf repo create my-model
      hf repo create my-data --repo-type dataset --private
      hf repo create my-space --repo-type space --space-sdk gradio
    """
    from ..changes import tell
    from ..create import Creation, create
    from ..targets import read_repo
    from ..visibility import read_visibility

    with app.session(token=token) as session:
        repo = read_repo(repo_id, repo_type, session)
        creation = Creation(
            repo,
            read_visibility(repo.type, private=private, public=public, protected=protected),
            exist_ok=exist_ok,
            sdk=sdk,
            template=template,
            resource_group_id=resource_group_id,
            region=region,
            space=read_space_options(app, repo, session, space),
        )
        change = create(session, creation, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)
