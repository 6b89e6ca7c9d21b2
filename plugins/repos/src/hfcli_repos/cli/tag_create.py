"""``hf repo tag create``, which lists and deletes too, as the guide writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import UsageError, argument, command, option, pass_app, repo_type_option, token_option

from .options import dry_run_option, yes_option

if TYPE_CHECKING:
    from hfcli_core.api import App, RepoType


@command("create")
@argument("repo_id")
@argument("tag", required=False)
@repo_type_option
@option("-m", "--message", help="A message for the tag.")
@option("--revision", help="What is tagged: a branch, a tag, a commit or refs/pr/N.  [default: main]")
@option("-l", "--list", "list_them", is_flag=True, help="List the tags of the repo instead.")
@option("-d", "--delete", is_flag=True, help="Delete TAG instead.")
@yes_option
@dry_run_option
@token_option
@pass_app
def tag_create_command(
    app: App,
    *,
    repo_id: str,
    tag: str | None,
    repo_type: RepoType | None,
    message: str | None,
    revision: str | None,
    list_them: bool,
    delete: bool,
    yes: bool,
    dry_run: bool,
    token: str | None,
) -> None:
    """Create a tag.

    \b
    Examples:
      hf repo tag create my-model v1.0
      hf repo tag create my-model v1.0 --revision refs/pr/104 -m "First release"
      hf repo tag create my-model -l
      hf repo tag create -d my-model v1.0
    """
    from .. import tags
    from ..changes import tell
    from ..targets import read_repo_at, readable_repo

    with app.session(token=token) as session:
        repo, revision = read_repo_at(repo_id, repo_type, revision, session)
        wanted = _wanted_tag(tag, list_them=list_them, delete=delete, described=bool(message or revision))
        if wanted is None:
            repo = readable_repo(session, repo)
            tags.show_tags(app.output, repo, tags.list_tags(session, repo))
            return
        if delete:
            change = tags.delete_tag(session, repo, wanted, app.output, yes=yes, dry_run=dry_run)
        else:
            change = tags.create_tag(session, repo, wanted, revision, message, dry_run=dry_run)
    tell(app.output, change, dry_run=dry_run)


def _wanted_tag(tag: str | None, *, list_them: bool, delete: bool, described: bool) -> str | None:
    """The tag to create or delete, None to list them. Raises ``UsageError`` for what does not go together."""
    if list_them and (delete or tag is not None or described):
        raise UsageError("--list goes with REPO_ID alone")
    if delete and described:
        raise UsageError("--delete goes with REPO_ID and TAG alone")
    if tag is None and not list_them:
        raise UsageError("missing argument 'TAG'", hint="or --list, to see which there are")
    return tag
