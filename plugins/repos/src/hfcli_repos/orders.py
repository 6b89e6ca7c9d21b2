"""Orders to the Hub about repositories (wire.md §5.2), each carried out once even when its answer is lost."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from hfcli_core.api import (
    HfError,
    HubTimeoutError,
    IntegrityError,
    NetworkError,
    RateLimitedError,
    RepoUrl,
    create_branch,
    create_repo,
    list_refs,
    quote_revision,
)

from .targets import exists, own_repo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hfcli_core.api import HubSession, Ref, Repo

T = TypeVar("T")
Kind = Literal["branch", "tag"]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Where a copy is; ``pending``: its large files are still being copied."""

    url: str
    pending: bool


def create(session: HubSession, repo: Repo, *, exist_ok: bool, **options: Any) -> RepoUrl:
    """As ``create_repo``, whose ``options`` it takes."""

    def outcome() -> RepoUrl | None:
        # Otherwise nobody can tell a repo that was made just now from one that must not be there.
        if not exist_ok:
            return None
        made = own_repo(session, repo)
        return RepoUrl(made.web_url(session.endpoint), made.id, existed=True) if exists(session, made) else None

    return settled(lambda: create_repo(session, repo, exist_ok=exist_ok, **options), outcome)


def delete_repo(session: HubSession, repo: Repo) -> None:
    namespace, _, name = repo.id.rpartition("/")
    body = {"name": name, "organization": namespace or None, "type": repo.type}
    settled(
        lambda: session.request("DELETE", "api/repos/delete", json=body, repo=repo),
        lambda: None if exists(session, repo) else "gone",
    )


def move_repo(session: HubSession, repo: Repo, to: Repo) -> None:
    """Raises ``ConflictError`` where the new name is taken."""
    body = {"fromRepo": repo.id, "toRepo": to.id, "type": repo.type}
    settled(
        lambda: session.request("POST", "api/repos/move", json=body, repo=repo),
        lambda: "moved" if exists(session, to) and not exists(session, repo) else None,
    )


def change_settings(session: HubSession, repo: Repo, settings: Mapping[str, Any]) -> None:
    """``settings`` are fields of the request: ``gated``, and ``private`` or ``visibility``."""
    session.request("PUT", f"{repo.api_path}/settings", json=settings, repo=repo)


def duplicate_repo(session: HubSession, repo: Repo, to: Repo, further: Mapping[str, Any]) -> Duplicate:
    """Raises ``ConflictError`` where the new name is taken."""
    body = {"repository": to.id, **further}
    raw = settled(
        lambda: session.json("POST", f"{repo.api_path}/duplicate", json=body, repo=repo),
        # A repo of that name may have been there before.
        lambda: None,
    )
    url = raw.get("url") if isinstance(raw, dict) else None
    if not isinstance(url, str):
        raise IntegrityError("The Hub did not say where the copy is")
    return Duplicate(session.localize(url), bool(raw.get("filesCopyPending")))


def add_branch(session: HubSession, repo: Repo, branch: str, start: str | None, *, exist_ok: bool) -> None:
    """As ``create_branch``."""

    def order() -> Ref | None:
        create_branch(session, repo, branch, start, exist_ok=exist_ok)
        return None

    settled(order, lambda: find_ref(session, repo, "branch", branch, start))


def create_tag(session: HubSession, repo: Repo, tag: str, commit: str, message: str | None) -> None:
    """Raises ``ConflictError`` where there is such a tag."""
    body = {"tag": tag} | ({"message": message} if message else {})
    path = f"{repo.api_path}/tag/{quote_revision(commit)}"
    settled(
        lambda: session.request("POST", path, json=body, repo=repo, revision=commit),
        lambda: find_ref(session, repo, "tag", tag, commit),
    )


def delete_ref(session: HubSession, repo: Repo, kind: Kind, name: str) -> None:
    path = f"{repo.api_path}/{kind}/{quote_revision(name)}"
    settled(
        lambda: session.request("DELETE", path, repo=repo, revision=name),
        lambda: None if find_ref(session, repo, kind, name) else "gone",
    )


def find_ref(session: HubSession, repo: Repo, kind: Kind, name: str, commit: str | None = None) -> Ref | None:
    """The branch or tag of that name; with ``commit``, only where it is there."""
    found = next((ref for ref in refs_of(session, repo, kind) if ref.name == name), None)
    return found if found and commit in (None, found.commit) else None


def refs_of(session: HubSession, repo: Repo, kind: Kind) -> tuple[Ref, ...]:
    refs = list_refs(session, repo)
    return refs.branches if kind == "branch" else refs.tags


def settled(order: Callable[[], T], outcome: Callable[[], T | None]) -> T:
    """Give an order; where its answer was lost, look for its outcome, None if there is none (faults.md U1)."""
    try:
        return order()
    except (NetworkError, HubTimeoutError, RateLimitedError) as error:
        if error.details.get("outcome") != "unknown":
            raise
        error.hint = "it may have been done all the same: look before trying again"
        with suppress(HfError):
            if (found := outcome()) is not None:
                return found
        raise
