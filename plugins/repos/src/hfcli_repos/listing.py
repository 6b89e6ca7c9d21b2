"""The repositories of an owner, with what they take of its storage."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from hfcli_core.api import (
    AuthenticationError,
    Column,
    IntegrityError,
    NotFoundError,
    UsageError,
    format_size,
    quote_path,
    whoami,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hfcli_core.api import HubSession, Output


@dataclass(frozen=True, slots=True)
class OwnRepo:
    """``storage`` in bytes, ``storage_percent`` of what the owner uses in all; ``updated`` as the Hub writes it."""

    id: str
    type: str
    updated: str
    visibility: str
    storage: int
    storage_percent: float


ORDERS: dict[str, Callable[[OwnRepo], Any]] = {
    "name": lambda repo: repo.id.lower(),
    "updated": lambda repo: repo.updated,
    "storage": lambda repo: repo.storage,
}
"""What ``--sort`` knows; the newest and the largest come first."""


def list_own(session: HubSession, namespace: str | None) -> list[OwnRepo]:
    """All repos of the owner of the token, or of an organization they belong to (wire.md §5.2)."""
    if namespace is not None and namespace.lower() != whoami(session).name.lower():
        if "/" in namespace or not namespace.strip():
            raise UsageError(f"Not the name of an organization: '{namespace}'")
        path = f"api/organizations/{quote_path(namespace)}/settings/repositories"
    else:
        path = "api/settings/repositories"
    try:
        return [_read(item) for item in session.paginate(path)]
    except (AuthenticationError, NotFoundError) as error:
        if namespace is not None and session.token is not None:
            error.hint = f"only its members see this; hf api models -X GET -f author={namespace} lists what is public"
        raise


def select(repos: Sequence[OwnRepo], *, repo_type: str | None, search: str | None, sort: str | None) -> list[OwnRepo]:
    found = [
        repo
        for repo in repos
        if repo_type in (None, repo.type) and (search is None or search.lower() in repo.id.lower())
    ]
    return sorted(found, key=ORDERS[sort], reverse=sort != "name") if sort else found


def show(output: Output, repos: Sequence[OwnRepo], limit: int) -> None:
    """At most ``limit`` rows, all with 0."""
    shown = repos[:limit] if limit else repos
    columns = [
        Column("id"),
        Column("type"),
        Column("updated", human=lambda updated: updated[:10]),
        Column("visibility"),
        Column("storage", align="right", human=format_size),
        Column("storage_percent", "%_OF_TOTAL", align="right", human=lambda percent: f"{percent:.1f}%"),
    ]
    output.table([asdict(repo) for repo in shown], columns, quiet="id")
    if len(shown) < len(repos):
        output.hint(f"these are {len(shown)} of {len(repos)} repos; --limit 0 lists all")


def _read(raw: Any) -> OwnRepo:
    try:
        return OwnRepo(
            id=str(raw["id"]),
            type=str(raw["type"]),
            updated=str(raw["updatedAt"]),
            visibility=str(raw["visibility"]),
            storage=int(raw["storage"]),
            storage_percent=float(raw.get("storagePercent") or 0),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise IntegrityError("The Hub listed a repository in a form that is not known") from None
