"""Commits through the Hub's API: which files go how, and the commit itself, made once even when its answer is lost."""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from hfcli_core.errors import (
    ConflictError,
    HfError,
    HubTimeoutError,
    IntegrityError,
    NetworkError,
    RateLimitedError,
    UsageError,
)
from hfcli_core.hub.budgets import UPLOAD
from hfcli_core.hub.refs import checked_commit, checked_oid, quote_revision
from hfcli_core.hub.repos import paths_info, repo_info
from hfcli_core.storage.identity import git_blob_sha1

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hfcli_core.hub.refs import Repo
    from hfcli_core.hub.session import HubSession

PREUPLOAD_BATCH = 256
"""Files per question (wire.md §5.4)."""

SAMPLE_SIZE = 512
"""Bytes of the start of a file by which the server tells text from binary."""

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Addition:
    """A file whose bytes are sent within the commit."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileAddition:
    """A file whose bytes are sent within the commit and read only then, so that many are never in memory together.

    ``read`` may be called more than once. Content that is not of ``size`` bytes with the git blob hash ``oid`` ends the
    commit with a :class:`ConflictError`, before the server has enough of it to make one.
    """

    path: str
    size: int
    oid: str
    read: Callable[[], bytes]

    def content(self) -> bytes:
        content = self.read()
        if len(content) != self.size or git_blob_sha1(content) != self.oid:
            raise ConflictError(f"'{self.path}' changed while it was sent", hint="nothing was committed; run it again")
        return content


@dataclass(frozen=True, slots=True)
class LfsAddition:
    """A file whose bytes are in LFS storage already; ``sha256`` in hex, ``size`` in bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Deletion:
    """A file to remove."""

    path: str


Operation = Addition | FileAddition | LfsAddition | Deletion


@dataclass(frozen=True, slots=True)
class CommitResult:
    """A commit that was made: its sha, its page, and the page of the pull request if one was asked for."""

    oid: str
    url: str
    pr_url: str | None = None


@dataclass(frozen=True, slots=True)
class PreuploadFile:
    """A file to ask about: its path in the repository, its size and its first :data:`SAMPLE_SIZE` bytes."""

    path: str
    size: int
    sample: bytes


@dataclass(frozen=True, slots=True)
class PreuploadAnswer:
    """How the server wants a file; ``oid`` is that of the file it has at this path: sha256 in LFS, else git sha1."""

    path: str
    mode: Literal["regular", "lfs"]
    ignored: bool
    oid: str | None


def preupload(
    session: HubSession,
    repo: Repo,
    revision: str,
    files: Sequence[PreuploadFile],
    *,
    gitignore: str | None = None,
    create_pr: bool = False,
) -> list[PreuploadAnswer]:
    """Ask how each file is to be sent (wire.md §5.4); answers in the order of ``files``. Empty files are regular."""
    answers: dict[str, PreuploadAnswer] = {}
    for start in range(0, len(files), PREUPLOAD_BATCH):
        batch = files[start : start + PREUPLOAD_BATCH]
        body: dict[str, Any] = {
            "files": [
                {"path": file.path, "sample": base64.b64encode(file.sample[:SAMPLE_SIZE]).decode(), "size": file.size}
                for file in batch
            ]
        }
        if gitignore is not None:
            body["gitIgnore"] = gitignore
        raw = session.json(
            "POST",
            f"{repo.api_path}/preupload/{quote_revision(revision)}",
            params={"create_pr": 1} if create_pr else None,
            json=body,
            repo=repo,
            revision=revision,
            retry=True,
        )
        answers.update((answer.path, answer) for answer in _preupload_answers(raw, session.endpoint))
    missing = next((file.path for file in files if file.path not in answers), None)
    if missing is not None:
        raise IntegrityError(f"The Hub did not say how to send '{missing}'")
    empty = {file.path for file in files if file.size == 0}
    return [
        PreuploadAnswer(path, "regular", answer.ignored, answer.oid) if path in empty else answer
        for path, answer in ((file.path, answers[file.path]) for file in files)
    ]


def create_commit(
    session: HubSession,
    repo: Repo,
    revision: str,
    operations: Sequence[Operation],
    *,
    message: str,
    description: str = "",
    parent: str | None = None,
    create_pr: bool = False,
) -> CommitResult:
    """Commit ``operations`` to a branch, or as a pull request against it (wire.md §5.4).

    ``parent`` is the commit that the branch must still be at: another one is a :class:`ConflictError`. When the answer
    is lost the branch is looked at before the commit is sent again, so that it is never made twice (faults.md U1).
    """
    if not message.strip():
        raise UsageError("A commit needs a message")
    header = {"summary": message, "description": description} | ({"parentCommit": parent} if parent else {})
    body = _Ndjson(header, operations)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            raw = session.json(
                "POST",
                f"{repo.api_path}/commit/{quote_revision(revision)}",
                params={"create_pr": 1} if create_pr else None,
                content=body,
                headers={"Content-Type": "application/x-ndjson", "Content-Length": str(body.size)},
                budget=UPLOAD,
                repo=repo,
                revision=revision,
            )
        except ConflictError:
            # After a lost answer, the commit that is in the way may be our own.
            landed = _landed(session, repo, revision, operations) if attempt > 1 else None
            if landed is None:
                raise
            return landed
        except (NetworkError, HubTimeoutError, RateLimitedError) as error:
            if not _outcome_unknown(error):
                raise
            error.hint = "the commit may have been made: look before trying again"
            if create_pr:
                raise
            with contextlib.suppress(NetworkError, HubTimeoutError, RateLimitedError):
                landed = _landed(session, repo, revision, operations)
                if landed is not None:
                    return landed
                if attempt < _ATTEMPTS:
                    continue
            raise
        else:
            return _commit_result(raw, session, repo)
    raise AssertionError("unreachable")


class _Ndjson:
    """The lines of a commit (wire.md §5.4): made as they are sent, which may be more than once, so that the encoded
    files are never in memory together. ``size`` is that of all lines, in bytes."""

    def __init__(self, header: dict[str, str], operations: Sequence[Operation]) -> None:
        self._header = _line("header", header)
        deletions = [operation for operation in operations if isinstance(operation, Deletion)]
        self._operations = deletions + [operation for operation in operations if not isinstance(operation, Deletion)]
        self.size = len(self._header) + sum(map(_line_size, self._operations))

    def __iter__(self) -> Iterator[bytes]:
        yield self._header
        yield from map(_line_of, self._operations)


def _line_of(operation: Operation) -> bytes:
    if isinstance(operation, Deletion):
        return _line("deletedFile", {"path": operation.path})
    if isinstance(operation, LfsAddition):
        value = {"path": operation.path, "algo": "sha256", "oid": operation.sha256, "size": operation.size}
        return _line("lfsFile", value)
    content = operation.content() if isinstance(operation, FileAddition) else operation.content
    return _file_line(operation.path, content)


def _line_size(operation: Operation) -> int:
    """The length of the operation's line, without reading a file."""
    if isinstance(operation, FileAddition):
        return len(_file_line(operation.path, b"")) + 4 * -(-operation.size // 3)
    return len(_line_of(operation))


def _file_line(path: str, content: bytes) -> bytes:
    return _line("file", {"content": base64.b64encode(content).decode(), "path": path, "encoding": "base64"})


def _line(key: str, value: dict[str, Any]) -> bytes:
    return json.dumps({"key": key, "value": value}).encode() + b"\n"


def _outcome_unknown(error: HfError) -> bool:
    """Whether the server may have made the commit although it did not say so."""
    return error.details.get("outcome") == "unknown"


def _landed(session: HubSession, repo: Repo, revision: str, operations: Sequence[Operation]) -> CommitResult | None:
    """The head of the branch, if it holds exactly what the commit was to bring about."""
    head = repo_info(session, repo, revision).sha
    if head is None:
        return None
    there = {entry.path: entry for entry in paths_info(session, repo, head, [op.path for op in operations])}
    added = {op.path for op in operations if not isinstance(op, Deletion)}
    for operation in operations:
        entry = there.get(operation.path)
        if isinstance(operation, Deletion):
            if entry is not None and operation.path not in added:
                return None
            continue
        if entry is None or entry.etag != _etag_of(operation):
            return None
    return CommitResult(head, f"{repo.web_url(session.endpoint)}/commit/{head}")


def _etag_of(addition: Addition | FileAddition | LfsAddition) -> str:
    if isinstance(addition, LfsAddition):
        return addition.sha256
    return addition.oid if isinstance(addition, FileAddition) else git_blob_sha1(addition.content)


def _commit_result(raw: Any, session: HubSession, repo: Repo) -> CommitResult:
    if not isinstance(raw, dict):
        raise IntegrityError("The Hub answered a commit with something that is not a JSON object")
    oid = checked_commit(raw.get("commitOid"), session.endpoint)
    url, pr_url = raw.get("commitUrl"), raw.get("pullRequestUrl")
    return CommitResult(
        oid,
        session.localize(url) if isinstance(url, str) else f"{repo.web_url(session.endpoint)}/commit/{oid}",
        session.localize(pr_url) if isinstance(pr_url, str) else None,
    )


def _preupload_answers(raw: Any, endpoint: str) -> Iterator[PreuploadAnswer]:
    files = raw.get("files") if isinstance(raw, dict) else None
    if not isinstance(files, list):
        raise IntegrityError("The Hub did not answer which files to send how")
    for item in files:
        mode = item.get("uploadMode") if isinstance(item, dict) else None
        if mode not in ("regular", "lfs") or not isinstance(item.get("path"), str):
            raise IntegrityError("The Hub answered with a way of sending a file that is not known")
        oid = item.get("oid")
        yield PreuploadAnswer(
            item["path"], mode, bool(item.get("shouldIgnore")), checked_oid(oid, endpoint) if oid else None
        )
