"""Create, list and delete tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Column, ConflictError, Format, RevisionNotFoundError, escape, repo_info

from . import orders
from .changes import Change, command_line
from .nearest import did_you_mean, suggesting
from .targets import check_rights, own_repo

if TYPE_CHECKING:
    from hfcli_core.api import HubSession, Output, Ref, Repo


def create_tag(
    session: HubSession, repo: Repo, tag: str, revision: str | None, message: str | None, *, dry_run: bool
) -> Change:
    """Where ``revision`` is now, or main. Raises ``ConflictError`` where there is such a tag."""
    repo = own_repo(session, repo)
    with suggesting(session, repo, revision):
        commit = repo_info(session, repo, revision).sha
        if commit is None:
            raise RevisionNotFoundError(f"There is nothing to tag in {repo}", hint="upload something first")
        if dry_run:
            check_rights(session, repo)
            if orders.find_ref(session, repo, "tag", tag):
                raise _exists(repo, tag)
        else:
            _create(session, repo, tag, commit, message)
    name, url = escape(tag), repo.web_url(session.endpoint, revision=tag, path="")
    return Change(
        # Both lines at the end: what failed prints nothing on stdout.
        done=f"You are about to create tag {name} on {repo.type} {repo.id}\nTag {name} created on {repo.id}",
        planned=f"Would create tag {name} on {repo.type} {repo.id} at {commit}",
        data={
            "repo_id": repo.id,
            "repo_type": repo.type,
            "tag": tag,
            "commit": commit,
            "message": message,
            "url": url,
        },
        quiet=url,
    )


def _create(session: HubSession, repo: Repo, tag: str, commit: str, message: str | None) -> None:
    try:
        orders.create_tag(session, repo, tag, commit, message)
    except ConflictError as error:
        raise _exists(repo, tag) from error


def _exists(repo: Repo, tag: str) -> ConflictError:
    delete = command_line(repo, "repo", "tag", "delete", repo.id, tag)
    return ConflictError(f"Tag '{tag}' exists already on {repo}", hint=f"use another name, or first: {delete}")


def delete_tag(session: HubSession, repo: Repo, tag: str, output: Output, *, yes: bool, dry_run: bool) -> Change:
    """Raises ``Aborted`` where the answer is no, ``RevisionNotFoundError`` where there is no such tag."""
    repo = own_repo(session, repo)
    name = escape(tag)
    if not (yes or dry_run):
        # As in the guide: asked before anything is looked up, and yes is the default.
        output.note(f"You are about to delete tag {tag} on {repo.type} {repo.id}")
        output.confirm("Proceed?", default=True)
    tags = {ref.name: ref.commit for ref in list_tags(session, repo)}
    if tag not in tags:
        raise RevisionNotFoundError(
            f"Tag '{tag}' not found on {repo}", hint=did_you_mean(tag, list(tags)) or "check the spelling"
        )
    if dry_run:
        check_rights(session, repo)
    else:
        orders.delete_ref(session, repo, "tag", tag)
    return Change(
        done=f"Tag {name} deleted on {repo.id}",
        planned=f"Would delete tag {name} on {repo.type} {repo.id}, which is at {tags[tag]}",
        data={"repo_id": repo.id, "repo_type": repo.type, "tag": tag, "commit": tags[tag]},
        quiet=tag,
        undo=command_line(repo, "repo", "tag", "create", repo.id, tag, "--revision", tags[tag]),
    )


def list_tags(session: HubSession, repo: Repo) -> tuple[Ref, ...]:
    """In the order of the Hub."""
    with suggesting(session, repo):
        return orders.refs_of(session, repo, "tag")


def show_tags(output: Output, repo: Repo, tags: tuple[Ref, ...]) -> None:
    rows = [{"name": tag.name, "target_commit": tag.commit, "ref": tag.ref} for tag in tags]
    if output.format is Format.HUMAN and rows:
        lines = [f"Tags for {repo.type} {repo.id}:", *(escape(tag.name) for tag in tags)]
        output.result("\n".join(lines), {})
    else:
        columns = [Column("name"), Column("target_commit"), Column("ref")]
        output.table(rows, columns, quiet="name", empty="No tags found")
