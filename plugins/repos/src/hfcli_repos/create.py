"""Make a repository."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hfcli_core.api import ConflictError, Repo, RepoUrl, UsageError, escape, repo_info

from . import orders
from .changes import Change, command_line
from .targets import check_rights, exists, own_repo
from .templates import find_template
from .visibility import visibility_fields, visibility_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.api import HubSession

    from .visibility import Visibility

SDKS = ("gradio", "streamlit", "docker", "static")


@dataclass(frozen=True, slots=True)
class Creation:
    """``space`` are fields of the request that only a Space has (wire.md §5.2)."""

    repo: Repo
    visibility: Visibility | None
    exist_ok: bool
    sdk: str | None = None
    template: str | None = None
    resource_group_id: str | None = None
    region: str | None = None
    space: Mapping[str, Any] = field(default_factory=dict)

    def further(self) -> dict[str, Any]:
        """The fields of the request beside name, type and SDK."""
        given = {"template": self.template, "resourceGroupId": self.resource_group_id, "region": self.region}
        named = {name: value for name, value in given.items() if value is not None}
        return {**visibility_fields(self.visibility), **named, **self.space}


def create(session: HubSession, creation: Creation, *, dry_run: bool) -> Change:
    """Raises ``ConflictError`` where there is such a repo, unless ``exist_ok``."""
    creation = _checked(session, creation)
    made = _preview(session, creation) if dry_run else _create(session, creation)
    kind, name, url = creation.repo.type, escape(made.id), escape(made.url)
    what = f"{creation.visibility} {kind}" if creation.visibility else kind
    return Change(
        # What the guide says, also of a repo that was there and may be.
        done=f"Successfully created {name} on the Hub.\nYour repo is now available at {url}",
        planned=f"{name} exists already at {url}" if made.existed else f"Would create the {what} {name} at {url}",
        data={
            "repo_id": made.id,
            "repo_type": kind,
            "url": made.url,
            "visibility": creation.visibility,
            "existed": made.existed,
        },
        quiet=made.url,
        warnings=_left_as_it_is(session, creation, made),
    )


def _left_as_it_is(session: HubSession, creation: Creation, made: RepoUrl) -> tuple[str, ...]:
    """Whoever creates a private repo must know that the one which was there is none."""
    if not made.existed or creation.visibility is None:
        return ()
    repo = Repo(creation.repo.type, made.id)
    visibility = visibility_of(repo_info(session, repo))
    if visibility == creation.visibility:
        return ()
    change = command_line(repo, "repo", "settings", made.id, f"--{creation.visibility}")
    return (f"{made.id} was there and is {visibility}; to change that: {change}",)


def _checked(session: HubSession, creation: Creation) -> Creation:
    """With what a template says of itself. Raises ``UsageError`` where an SDK is missing, or out of place."""
    kind = creation.repo.type
    if kind != "space":
        for option, value in {"--space-sdk": creation.sdk, "--template": creation.template}.items():
            if value is not None:
                raise UsageError(f"{option} is for Spaces, and this is a {kind}", hint="add --repo-type space")
        return creation
    if creation.template is not None:
        template = find_template(session, creation.template)
        if creation.sdk not in (None, template.sdk):
            raise UsageError(f"The template {template.id} is made with {template.sdk}", hint="leave out --space-sdk")
        preferred: Visibility | None = "private" if template.prefers_private else None
        visibility = creation.visibility or preferred
        creation = replace(creation, template=template.id, sdk=template.sdk, visibility=visibility)
    if creation.sdk not in SDKS:
        problem = "A Space needs an SDK" if creation.sdk is None else f"No SDK of Spaces: '{creation.sdk}'"
        raise UsageError(problem, hint=f"--space-sdk, one of: {', '.join(SDKS)}")
    return creation


def _create(session: HubSession, creation: Creation) -> RepoUrl:
    return orders.create(
        session, creation.repo, exist_ok=creation.exist_ok, space_sdk=creation.sdk, further=creation.further()
    )


def _preview(session: HubSession, creation: Creation) -> RepoUrl:
    repo = own_repo(session, creation.repo)
    existed = exists(session, repo)
    if existed and not creation.exist_ok:
        raise ConflictError(f"{repo.title} exists already", hint="use another name, or --exist-ok")
    if not existed:
        check_rights(session, repo)
    return RepoUrl(repo.web_url(session.endpoint), repo.id, existed)
