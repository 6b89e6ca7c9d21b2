"""What an upload has to send: each file by the way that the server wants, without what is there already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hfcli_core.api import (
    PREUPLOAD_BATCH,
    SAMPLE_SIZE,
    PreuploadAnswer,
    PreuploadFile,
    git_blob_sha1,
    preupload,
)

from ..workers import run_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hfcli_core.api import HubSession

    from .known import KnownHashes
    from .remote import Remote
    from .repository import Destination
    from .sources import Source

_LARGEST_INLINE = 64 * 2**20
"""Bytes. The Hub's own limit for what is sent within a commit is lower; no server may make us encode more at once."""

_READ_WHOLE = 2**16
"""Bytes up to which a file is read once, for the sample and for its hash, which it will probably need."""

_QUESTIONS = 4
"""Asked at the same time."""

_COMMIT_FILES, _COMMIT_INLINE, _COMMIT_BYTES = 10_000, 64 * 2**20, 50 * 10**9
"""What one commit has at most: files, bytes that are sent within it, and bytes in all. Of more, several are made, so
that what is interrupted has much of it done, and no server has to take too much at once."""


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
    """``ignored`` are the paths that a ``.gitignore`` leaves out; ``unchanged`` are those of files that are there
    already. Of the large ones some turn out to be only once they are hashed."""

    small: list[Small] = field(default_factory=list)
    large: list[Large] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @classmethod
    def of_new(cls, sources: Sequence[Source]) -> UploadPlan:
        """For a repo that does not exist, and cannot be asked how it wants them."""
        return cls(large=[Large(source, None) for source in sources])

    @property
    def sources(self) -> list[Source]:
        """All that is to be sent or looked at."""
        return [*(file.source for file in self.small), *(file.source for file in self.large)]

    def commits(self) -> list[UploadPlan]:
        """The plan in parts, each for one commit; what is deleted makes room in the first."""
        files: list[Small | Large] = [*self.small, *self.large]
        files.sort(key=lambda file: file.source.path)
        parts = [UploadPlan(deleted=self.deleted)]
        inline = size = 0
        for file in files:
            here = file.source.size if isinstance(file, Small) else 0
            part = parts[-1]
            count = len(part.small) + len(part.large)
            if count and (
                count == _COMMIT_FILES or inline + here > _COMMIT_INLINE or size + file.source.size > _COMMIT_BYTES
            ):
                parts.append(part := UploadPlan())
                inline = size = 0
            if isinstance(file, Small):
                part.small.append(file)
            else:
                part.large.append(file)
            inline, size = inline + here, size + file.source.size
        return parts


def make_plan(
    session: HubSession,
    destination: Destination,
    sources: Sequence[Source],
    *,
    remote: Remote,
    known: KnownHashes,
    unchanged: set[str],
) -> UploadPlan:
    """Ask how each file is to be sent (wire.md §5.4) that is not ``unchanged``; and find what ``--delete`` means."""
    plan = UploadPlan(unchanged=sorted(unchanged))
    left = [source for source in sources if source.path not in unchanged]
    for source, answer in zip(left, _ask_all(session, destination, sources, left, known), strict=True):
        if answer.ignored:
            plan.ignored.append(source.path)
        elif answer.mode == "lfs" or source.size > _LARGEST_INLINE:
            plan.large.append(Large(source, answer.oid))
        elif (oid := _sha1(source, known)) == answer.oid:
            plan.unchanged.append(source.path)
        else:
            plan.small.append(Small(source, oid))
    plan.deleted = remote.to_delete({source.path for source in sources})
    return plan


def _sha1(source: Source, known: KnownHashes) -> str:
    if (found := known.of(source).sha1) is not None:
        return found
    source.settle()
    oid = git_blob_sha1(source.read())
    known.learn(source, sha1=oid)
    return oid


def _ask_all(
    session: HubSession,
    destination: Destination,
    sources: Sequence[Source],
    left: Sequence[Source],
    known: KnownHashes,
) -> Iterator[PreuploadAnswer]:
    """Answers in the order of ``left``."""
    gitignore = next((source for source in sources if source.path == ".gitignore"), None)
    rules = gitignore.read().decode(errors="replace") if gitignore else None
    answers: dict[int, Sequence[PreuploadAnswer]] = {}

    def ask(start: int) -> None:
        answers[start] = preupload(
            session,
            destination.repo,
            destination.revision,
            [_sample(source, known) for source in left[start : start + PREUPLOAD_BATCH]],
            gitignore=rules,
            create_pr=destination.create_pr,
        )

    starts = range(0, len(left), PREUPLOAD_BATCH)
    run_all(starts, ask, workers=_QUESTIONS, cancelled=session.cancelled)
    return (answer for start in starts for answer in answers[start])


def _sample(source: Source, known: KnownHashes) -> PreuploadFile:
    if source.size > _READ_WHOLE or known.of(source).sha1 is not None:
        with source.open() as file:
            return PreuploadFile(source.path, source.size, file.read(SAMPLE_SIZE))
    source.settle()
    content = source.read()
    known.learn(source, sha1=git_blob_sha1(content))
    return PreuploadFile(source.path, source.size, content[:SAMPLE_SIZE])
