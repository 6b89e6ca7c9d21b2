"""One file by its name, of which nothing is here: it is asked for at once, as the answer itself says what it is."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from hfcli_core.api import (
    BlobRef,
    CachedEntry,
    EntryNotFoundError,
    OpenedAnswer,
    UnsafeInputError,
    check_path,
    is_commit,
    is_etag,
    is_sha256,
    quote_path,
    quote_revision,
)

from .listing import Listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.api import HubSession, StreamedResponse

    from .destination import Destination
    from .request import DownloadRequest


class OpenedFile:
    """The file that is wanted, and the open answer that brings it."""

    def __init__(self, request: DownloadRequest, commit: str, entry: CachedEntry, answer: OpenedAnswer) -> None:
        self.listing = Listing(commit, [entry])
        self.ref = BlobRef.from_entry(request.repo, commit, entry)
        self.answer = answer


def open_single(request: DownloadRequest, destination: Destination, session: HubSession) -> OpenedFile | None:
    """Ask for the file by its revision (wire.md §5.3). None where more must be known first.

    That is so for more than one file, where a question to the Hub may show that the file is here already, and for a
    name that the Hub does not have as a file.
    """
    name = _only_name(request)
    if name is None or session.options.offline or _may_be_here(request, destination, name):
        return None
    closing = ExitStack()
    try:
        url = f"{request.repo.git_path}/resolve/{quote_revision(request.revision)}/{quote_path(name)}"
        asked = session.stream("GET", url, repo=request.repo, revision=request.revision)
        response = closing.enter_context(asked)
        told = _read_headers(response, session.endpoint, name)
        if told is not None and (told[0] == request.revision or not is_commit(request.revision)):
            return OpenedFile(request, *told, OpenedAnswer(response, closing.pop_all()))
    except EntryNotFoundError:
        pass  # perhaps it is a folder; if not, there are names to suggest
    finally:
        closing.close()
    return None


def _only_name(request: DownloadRequest) -> str | None:
    if len(request.filenames) != 1 or not request.names_alone or request.dry_run:
        return None
    try:
        return check_path(request.filenames[0])
    except UnsafeInputError:
        return None


def _may_be_here(request: DownloadRequest, destination: Destination, name: str) -> bool:
    pinned = is_commit(request.revision)
    commit = request.revision if pinned else destination.last_commit(request.revision)
    if commit is None:
        return False
    return destination.may_hold(commit, name) or (pinned and destination.read_tree(commit) is not None)


def _read_headers(response: StreamedResponse, endpoint: str, name: str) -> tuple[str, CachedEntry] | None:
    """The commit and the file, by the headers of the last answer that came from the Hub (wire.md §3)."""
    at_home = response.url.startswith(f"{endpoint}/")
    headers: Mapping[str, str] = response.headers if at_home else response.first_response_headers
    commit = headers.get("x-repo-commit", "")
    etag = (headers.get("x-linked-etag") or headers.get("etag") or "").removeprefix("W/").strip('"')
    size = headers.get("x-linked-size") or (str(response.length) if at_home else "")
    if response.status != 200 or not is_commit(commit) or not is_etag(etag) or not size.isdecimal():
        return None
    return commit, CachedEntry(name, etag, int(size), lfs_sha256=etag if is_sha256(etag) else None)
