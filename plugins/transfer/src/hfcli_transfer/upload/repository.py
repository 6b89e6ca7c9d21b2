"""The repository and the branch that an upload goes to, made where they are missing."""

from __future__ import annotations

from dataclasses import dataclass
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
    from hfcli_core.api import App, HubSession, Output, RepoInfo

    from .request import UploadRequest

DEFAULT_REVISION = "main"
_DEFAULT_SDK = "gradio"
"""A Space cannot be made without one; its README.md may say another (surface.md §4)."""


@dataclass(frozen=True, slots=True)
class Destination:
    """``revision`` is at ``head``, which is None for a branch without a commit; a pull request is against it."""

    repo: Repo
    revision: str
    head: str | None
    create_pr: bool


def require_token(app: App, session: HubSession) -> None:
    """Raise ``AuthenticationError`` before anything is asked of the Hub."""
    if session.token is None:
        raise AuthenticationError(
            "Uploading needs a token, and none was found",
            hint=app.credentials.withheld(session.endpoint) or "set HF_TOKEN to a token that may write",
        )


def find_destination(session: HubSession, request: UploadRequest, output: Output) -> Destination:
    """Look before anything is made, so that a token that may only write to what exists is enough for that.

    Raises ``AuthenticationError`` without the right to create, ``RevisionNotFoundError`` for a pull request that does
    not exist, or a branch to open one against.
    """
    repo = _with_namespace(session, request.repo)
    revision = request.revision or DEFAULT_REVISION
    may_make_branch = not request.create_pr and not revision.startswith("refs/")
    try:
        info = repo_info(session, repo, revision)
    except RevisionNotFoundError:
        if not may_make_branch:
            raise
        info = _create_branch(session, repo, revision, output)
    except RepoNotFoundError:
        if not may_make_branch and revision != DEFAULT_REVISION:
            raise
        _create_repo(session, repo, request, output)
        if revision == DEFAULT_REVISION:
            info = repo_info(session, repo, revision)
        else:
            info = _create_branch(session, repo, revision, output)
    else:
        _say_what_private_does(request, info, output)
    return Destination(repo, revision, info.sha, request.create_pr)


def _with_namespace(session: HubSession, repo: Repo) -> Repo:
    return repo if "/" in repo.id else Repo(repo.type, f"{whoami(session).name}/{repo.id}")


def _create_repo(session: HubSession, repo: Repo, request: UploadRequest, output: Output) -> None:
    sdk = _DEFAULT_SDK if repo.type == "space" else None
    if not create_repo(session, repo, private=request.private, exist_ok=True, space_sdk=sdk).existed:
        output.note(f"created the {repo.type} {repo.id}")


def _create_branch(session: HubSession, repo: Repo, branch: str, output: Output) -> RepoInfo:
    """From the main branch; another upload may have made it in the meantime."""
    create_branch(session, repo, branch, exist_ok=True)
    output.note(f"created the branch {branch} from {DEFAULT_REVISION}")
    return repo_info(session, repo, branch)


def _say_what_private_does(request: UploadRequest, info: RepoInfo, output: Output) -> None:
    if request.private is not None and request.private != info.private:
        is_now = "private" if info.private else "public"
        option = "--private" if request.private else "--no-private"
        output.warn(f"{info.id} exists and is {is_now}; {option} is for repos that are created")
