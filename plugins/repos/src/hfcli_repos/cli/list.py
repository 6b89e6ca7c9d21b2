"""``hf repo list``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Choice, IntRange, command, option, pass_app, token_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("list")
@option("--namespace", metavar="NAME", help="The repos of this organization, instead of your own.")
@option(
    "--repo-type",
    "--type",
    "repo_type",
    type=Choice(["model", "dataset", "space", "bucket"]),
    help="Only repos of this kind.",
)
@option("--search", metavar="TEXT", help="Only repos with this in their id.")
@option("--sort", type=Choice(["name", "updated", "storage"]), help="What comes first.  [default: the Hub's order]")
@option("--limit", type=IntRange(0), default=30, show_default=True, help="How many to show; 0 for all.")
@token_option
@pass_app
def list_command(
    app: App,
    *,
    namespace: str | None,
    repo_type: str | None,
    search: str | None,
    sort: str | None,
    limit: int,
    token: str | None,
) -> None:
    """List all your repositories, or those of an organization, with what they take."""
    from ..listing import list_own, select, show

    with app.session(token=token) as session:
        repos = list_own(session, namespace)
    show(app.output, select(repos, repo_type=repo_type, search=search, sort=sort), limit)
