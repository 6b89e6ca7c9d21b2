"""The repository and the branch that an upload goes to: looked at first, made only when there is something to send."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from hfcli_core.api import (
    AuthenticationError,
    Repo,
    RepoNotFoundError,
    RevisionNotFoundError,
    create_branch,
    create_repo,
    repo_info,
    whoami,
)

if TYPE_CHECKING:
    from hfcli_core.api import App, HubSession, Output, RepoInfo, WhoAmI

    from .request import UploadRequest

DEFAULT_REVISION = "main"
_DEFAULT_SDK = "gradio"
"""A Space cannot be made without one; its README.md may say another (surface.md §4)."""


class Missing(Enum):
    """What has to be made first."""

    REPO = "repo"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Destination:
    """``revision`` is at ``head``, which is None for a branch without a commit; a pull request is against it."""

    repo: Repo
    revision: str
    head: str | None
    create_pr: bool
    missing: Missing | None = None


def require_token(app: App, session: HubSession) -> None:
    """Raise ``AuthenticationError`` before anything is asked of the Hub."""
    if session.token is None:
        raise AuthenticationError(
            "Uploading needs a token, and none was found",
            hint=app.credentials.withheld(session.endpoint) or "set HF_TOKEN to a token that may write",
        )


def find_destination(session: HubSession, request: UploadRequest, output: Output) -> Destination:
    """Look, and make nothing.

    Raises ``RevisionNotFoundError`` for a pull request that does not exist, or a branch to open one against.
    """
    repo = with_namespace(session, request.repo)
    revision = request.revision or DEFAULT_REVISION
    may_make_branch = not request.create_pr and not revision.startswith("refs/")
    missing, head = None, None
    try:
        info = repo_info(session, repo, revision)
    except RevisionNotFoundError:
        if not may_make_branch:
            raise
        missing = Missing.BRANCH
    except RepoNotFoundError:
        if not may_make_branch and revision != DEFAULT_REVISION:
            raise
        missing = Missing.REPO
    else:
        head = info.sha
        _say_what_private_does(request, info, output)
    return Destination(repo, revision, head, request.create_pr, missing)


def make_destination(
    session: HubSession, request: UploadRequest, destination: Destination, output: Output
) -> Destination:
    """Have what is missing made, so that a token that may only write to what exists is enough for that."""
    repo, revision = destination.repo, destination.revision
    if destination.missing is None:
        return destination
    created = destination.missing is Missing.REPO and _create_repo(session, repo, request, output)
    if revision != DEFAULT_REVISION:
        # Another upload may have made it in the meantime.
        create_branch(session, repo, revision, exist_ok=True)
        output.note(f"created the branch {revision} from {DEFAULT_REVISION}")
    elif created:
        return Destination(repo, revision, None, destination.create_pr)
    return Destination(repo, revision, repo_info(session, repo, revision).sha, destination.create_pr)


def check_scopes(me: WhoAmI, destination: Destination, source: str) -> None:
    """Raise ``AuthenticationError`` where the token, from ``source``, may not write there by what the Hub says of it
    (wire.md §5.1)."""
    repo = destination.repo
    if _may_write(me, repo):
        return
    role = me.token_role
    if role == "read":
        hint = f"the token from {source} has the role read; this needs write"
    else:
        has = "; ".join(me.token_scopes) or "no permission at all"
        hint = f"this needs repo.write in {repo}; the token from {source} has {has}"
    raise AuthenticationError(f"{me.name}'s token may not write to {repo}; nothing was sent", hint=hint)


def _may_write(me: WhoAmI, repo: Repo) -> bool:
    """What is not said is not held against it: the Hub decides in the end."""
    role = me.token_role
    if role != "fineGrained":
        return role != "read"
    try:
        granted = me.raw["auth"]["accessToken"]["fineGrained"]
        scopes = [(scope["entity"]["name"], scope["permissions"]) for scope in granted["scoped"]]
    except (KeyError, TypeError):
        return True
    namespace = repo.id.partition("/")[0]
    entities = (repo.id, f"{repo.type}s/{repo.id}", namespace, f"users/{namespace}", f"orgs/{namespace}")
    return any(name in entities and "repo.write" in permissions for name, permissions in scopes)


def with_namespace(session: HubSession, repo: Repo) -> Repo:
    """The repo with its namespace, which is by default that of the token's owner."""
    return repo if "/" in repo.id else Repo(repo.type, f"{whoami(session).name}/{repo.id}")


def _create_repo(session: HubSession, repo: Repo, request: UploadRequest, output: Output) -> bool:
    """False where it is there after all."""
    sdk = _DEFAULT_SDK if repo.type == "space" else None
    if create_repo(session, repo, private=request.private, exist_ok=True, space_sdk=sdk).existed:
        return False
    output.note(f"created the {repo.type} {repo.id}")
    return True


def _say_what_private_does(request: UploadRequest, info: RepoInfo, output: Output) -> None:
    if request.private is not None and request.private != info.private:
        is_now = "private" if info.private else "public"
        option = "--private" if request.private else "--no-private"
        output.warn(f"{info.id} exists and is {is_now}; {option} is for repos that are created")
