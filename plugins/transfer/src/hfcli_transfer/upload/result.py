"""What an upload came to, and how it is told."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from hfcli_core.api import UploadResult

if TYPE_CHECKING:
    from hfcli_core.api import CommitResult, Output

    from .repository import Destination
    from .request import UploadRequest

_DISCUSSION = re.compile(r"/discussions/(\d+)/?$")


def after(destination: Destination, made: CommitResult) -> Destination:
    """Where further commits go: once a pull request is open, to its branch."""
    if not destination.create_pr or not made.pr_url or not (discussion := _DISCUSSION.search(made.pr_url)):
        return replace(destination, head=made.oid)
    return replace(destination, revision=f"refs/pr/{discussion[1]}", head=made.oid, create_pr=False)


def make_result(
    endpoint: str,
    request: UploadRequest,
    destination: Destination,
    made: CommitResult | None,
    *,
    pr_url: str | None = None,
    files: int = 0,
    deleted: int = 0,
    sent: int = 0,
) -> UploadResult:
    """``made`` is the last commit, None where there was nothing to commit; ``destination`` is as that left it."""
    page = destination.repo.web_url(
        endpoint, revision=destination.revision, path=request.path_in_repo, kind="blob" if request.is_file else "tree"
    )
    commit = made.oid if made else destination.head
    commit_url = made.url if made else commit and f"{destination.repo.web_url(endpoint)}/commit/{commit}"
    return UploadResult(page, commit_url, commit, pr_url, files, deleted, sent)


def show(result: UploadResult, output: Output) -> None:
    """The address alone on stdout; what else there is to know on stderr."""
    if result.files or result.deleted:
        output.note(f"commit: {result.commit_url}")
    if result.pr_url:
        output.note(f"pull request: {result.pr_url}")
    output.result(result.url, asdict(result), quiet=result.url)
