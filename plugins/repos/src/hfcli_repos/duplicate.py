"""Copy a repository to a name of one's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hfcli_core.api import ConflictError, Repo, UsageError, escape, repo_info

from . import orders
from .changes import Change
from .nearest import suggesting
from .targets import check_rights, exists, own_repo, readable_repo
from .visibility import visibility_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.api import HubSession

    from .visibility import Visibility


@dataclass(frozen=True, slots=True)
class Duplication:
    """``to`` is None for one's own namespace and the same name; ``space`` as in ``Creation``."""

    repo: Repo
    to: Repo | None
    visibility: Visibility | None
    exist_ok: bool
    resource_group_id: str | None = None
    space: Mapping[str, Any] = field(default_factory=dict)

    def further(self) -> dict[str, Any]:
        """The fields of the request beside the name."""
        group = {} if self.resource_group_id is None else {"resourceGroupId": self.resource_group_id}
        return {**visibility_fields(self.visibility), **group, **self.space}


def duplicate(session: HubSession, wanted: Duplication, *, dry_run: bool) -> Change:
    """Raises ``ConflictError`` where there is such a repo, unless ``exist_ok``."""
    repo = readable_repo(session, wanted.repo)
    to = own_repo(session, wanted.to or Repo(repo.type, repo.id.rpartition("/")[2]))
    if to.type != repo.type:
        raise UsageError(f"A {repo.type} cannot become a {to.type}")
    with suggesting(session, repo):
        info = repo_info(session, repo)
        made = _preview(session, wanted, to) if dry_run else _duplicate(session, wanted, repo, to)
    pending = f"the large files of {to.id} are still being copied; they cannot be had before that is done"
    source, url = escape(info.id), made.url if made else to.web_url(session.endpoint)
    there = f"{to.id} exists already at {url}"
    return Change(
        done=f"Successfully duplicated {source} to {to.id} on the Hub.\nYour repo is now available at {escape(url)}"
        if made
        else there,
        planned=f"Would duplicate the {repo.type} {source} to {to.id}, at {url}" if made else there,
        data={
            "from_id": info.id,
            "to_id": to.id,
            "repo_type": repo.type,
            "url": url,
            "commit": info.sha,
            "visibility": wanted.visibility,
            "existed": made is None,
        },
        quiet=url,
        warnings=(pending,) if made and made.pending else (),
    )


def _duplicate(session: HubSession, wanted: Duplication, repo: Repo, to: Repo) -> orders.Duplicate | None:
    try:
        return orders.duplicate_repo(session, repo, to, wanted.further())
    except ConflictError:
        if wanted.exist_ok:
            return None
        raise _exists(to) from None


def _preview(session: HubSession, wanted: Duplication, to: Repo) -> orders.Duplicate | None:
    if exists(session, to):
        if wanted.exist_ok:
            return None
        raise _exists(to)
    check_rights(session, to)
    return orders.Duplicate(to.web_url(session.endpoint), pending=False)


def _exists(to: Repo) -> ConflictError:
    return ConflictError(f"{to.title} exists already", hint="give another TO_ID, or --exist-ok")
