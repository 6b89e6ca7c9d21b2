"""What an upload has to send: each file by the way that the server wants, without what is there already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hfcli_core.api import (
    SAMPLE_SIZE,
    EntryNotFoundError,
    Patterns,
    PreuploadFile,
    list_tree,
    preupload,
)

from .hashing import git_sha1_of

if TYPE_CHECKING:
    from hfcli_core.api import HubSession, PreuploadAnswer

    from .repository import Destination
    from .request import UploadRequest
    from .sources import Source

_LARGEST_INLINE = 64 * 2**20
"""Bytes. The Hub's own limit for what is sent within a commit is lower; no server may make us encode more at once."""


@dataclass(frozen=True, slots=True)
class Small:
    """A file to send within the commit; ``oid`` is git's hash of it."""

    source: Source
    oid: str


@dataclass(frozen=True, slots=True)
class Large:
    """A file for LFS. ``remote_oid`` is that of the file that the repo has in its place, a sha256 if it is in LFS."""

    source: Source
    remote_oid: str | None


@dataclass(slots=True)
class UploadPlan:
    """``ignored`` are the paths that a ``.gitignore`` leaves out; ``unchanged`` counts the small files that are there
    already. Of the large ones this is known once they are hashed."""

    small: list[Small] = field(default_factory=list)
    large: list[Large] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unchanged: int = 0


def make_plan(
    session: HubSession, request: UploadRequest, destination: Destination, sources: list[Source]
) -> UploadPlan:
    """Ask how each file is to be sent (wire.md §5.4), and what ``--delete`` means."""
    plan = UploadPlan()
    for source, answer in zip(sources, _ask(session, destination, sources), strict=True):
        if answer.ignored:
            plan.ignored.append(source.path)
        elif answer.mode == "lfs" or source.size > _LARGEST_INLINE:
            plan.large.append(Large(source, answer.oid))
        elif (oid := git_sha1_of(source)) == answer.oid:
            plan.unchanged += 1
        else:
            plan.small.append(Small(source, oid))
    if request.delete:
        plan.deleted = _deletions(session, request, destination, {source.path for source in sources})
    return plan


def _ask(session: HubSession, destination: Destination, sources: list[Source]) -> list[PreuploadAnswer]:
    gitignore = next((source for source in sources if source.path == ".gitignore"), None)
    return preupload(
        session,
        destination.repo,
        destination.revision,
        [PreuploadFile(source.path, source.size, source.read(SAMPLE_SIZE)) for source in sources],
        gitignore=gitignore.read().decode(errors="replace") if gitignore else None,
        create_pr=destination.create_pr,
    )


def _deletions(session: HubSession, request: UploadRequest, destination: Destination, kept: set[str]) -> list[str]:
    """The files below PATH_IN_REPO that match, relative to it, and have no counterpart here.

    ``.gitattributes`` stays: without it the large files of the repo would become text.
    """
    if destination.head is None:
        return []
    patterns = Patterns(request.delete)
    prefix = f"{request.path_in_repo}/" if request.path_in_repo else ""
    try:
        return [
            entry.path
            for entry in list_tree(session, destination.repo, destination.head, request.path_in_repo)
            if entry.type == "file"
            and entry.path.startswith(prefix)
            and entry.path not in kept
            and entry.path != ".gitattributes"
            and patterns.matches(entry.path.removeprefix(prefix))
        ]
    except EntryNotFoundError:
        return []
