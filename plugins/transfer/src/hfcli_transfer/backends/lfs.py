"""The write backend of the Hub: git-lfs's batch protocol (wire.md §5.5), objects in one request or in parts.

Content goes to signed addresses without the Hub's credentials. Only requests to the endpoint itself, which join the
parts and confirm an upload, carry them.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hfcli_core.api import AddressExpiredError, HfError, IntegrityError

from ..workers import run_all
from .lfs_actions import Action, Actions, parse_batch
from .lfs_body import content_of
from .lfs_memory import SentParts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from hfcli_core.api import BackendContext, BlobRef, Repo, Response

    from .lfs_body import Body, Content

_STORED = Actions(upload=None, verify=None)

BATCH = 256
"""Objects per question (wire.md §5.5)."""

_CONNECTIONS = 8
"""Bodies that are sent at the same time, over all objects."""

_GONE = (400, 404, 409, 410, 422)
"""Statuses of a server that does not know an unfinished upload any more, or not these parts of it."""

_LFS_JSON = {"Accept": "application/vnd.git-lfs+json", "Content-Type": "application/vnd.git-lfs+json"}


@dataclass
class _Turn:
    """One upload of an object at a time: parts belong to their object, so two would take them from each other."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    stored: bool = False


class LfsBackend:
    """Stores blobs that have a sha256; others are sent within the commit."""

    def __init__(self, context: BackendContext) -> None:
        self._context = context
        self._known: dict[tuple[str, str], Actions] = {}
        self._connections = context.connections or _CONNECTIONS
        self._free = threading.BoundedSemaphore(self._connections)
        self._turns: dict[tuple[str, str], _Turn] = {}
        self._lock = threading.Lock()

    def prepare(self, refs: Sequence[BlobRef]) -> Sequence[BlobRef]:
        answered: dict[str, Actions] = {}
        asked = [ref for ref in refs if ref.size is not None]
        for start in range(0, len(asked), BATCH):
            self._context.check()
            answered |= self._ask(asked[start : start + BATCH])
        return [ref for ref in refs if ref.size is None or answered[_oid(ref)].upload is not None]

    def put(self, ref: BlobRef, source: Callable[[], BinaryIO]) -> None:
        self._context.check()
        with self._lock:
            turn = self._turns.setdefault(_key(ref), _Turn())
        with turn.lock, source() as file:
            size = file.seek(0, os.SEEK_END) if ref.size is None else ref.size
            content = content_of(ref, size, file, source, self._context)
            actions = _STORED if turn.stored else self._take(ref) or self._ask_one(ref, size)
            try:
                self._store(ref.repo, content, actions)
            except AddressExpiredError:
                # Signed addresses live for an hour, which may be less than the files before this one took.
                self._context.log(f"{ref.path}: its address has expired; asking for another")
                content.begin_again()
                self._store(ref.repo, content, self._ask_one(ref, size))
            turn.stored = True

    def put_as(self, ref: BlobRef, source: Callable[[], BinaryIO], actions: Actions) -> None:
        """Store one blob in a way that somebody else has asked for."""
        assert ref.size is not None
        with source() as file:
            self._store(ref.repo, content_of(ref, ref.size, file, source, self._context), actions)

    def finish(self) -> None:
        """Each object is confirmed on its own."""

    def _take(self, ref: BlobRef) -> Actions | None:
        """What ``prepare`` learned, once: addresses are not for a second upload."""
        with self._lock:
            return self._known.pop(_key(ref), None)

    def _ask_one(self, ref: BlobRef, size: int) -> Actions:
        self._ask([replace(ref, size=size)])
        return self._take(ref) or _STORED

    def _ask(self, refs: Sequence[BlobRef]) -> dict[str, Actions]:
        """The actions for each object of one repo; those to upload are kept for :meth:`put`."""
        repo = refs[0].repo
        sizes = {_oid(ref): ref.size or 0 for ref in refs}
        body: dict[str, Any] = {
            "operation": "upload",
            "transfers": ["basic", "multipart"],
            "objects": [{"oid": oid, "size": size} for oid, size in sizes.items()],
            "hash_algo": "sha256",
        }
        if self._context.revision is not None:
            body["ref"] = {"name": self._context.revision}
        raw = self._context.session.json(
            "POST",
            f"{repo.git_path}.git/info/lfs/objects/batch",
            json=body,
            headers=_LFS_JSON,
            repo=repo,
            retry=True,
        )
        actions = parse_batch(raw, sizes)
        with self._lock:
            for oid, found in actions.items():
                if found.upload is not None:
                    self._known[repo.git_path, oid] = found
        return actions

    def _store(self, repo: Repo, content: Content, actions: Actions) -> None:
        if actions.upload is None:
            content.report(content.size)
            return
        if actions.upload.part_size is None:
            with content.body(0, content.size) as body:
                self._send(actions.upload, body)
            content.check()
        else:
            self._store_in_parts(repo, actions.upload, content)
        if actions.verify is not None:
            self._call(repo, actions.verify, {"oid": content.oid, "size": content.size})

    def _store_in_parts(self, repo: Repo, upload: Action, content: Content) -> None:
        """Go on with what an earlier run sent, if that is still to be had."""
        memory = self._context.memory if content.in_any_order else None
        sent = SentParts(memory, f"{self._context.session.endpoint} {repo.git_path}", content.oid, content.size)
        if sent.upload is not None:
            self._context.log(f"{content.path}: {len(sent.etags)} parts are stored already")
            try:
                self._send_parts(repo, sent.upload, content, sent)
            except HfError as error:
                if not isinstance(error, AddressExpiredError) and error.details.get("status") not in _GONE:
                    raise
                self._context.log(f"{content.path}: the parts that were sent are gone; sending all of them again")
                content.begin_again()
            else:
                return
        sent.begin(upload)
        self._send_parts(repo, upload, content, sent)

    def _send_parts(self, repo: Repo, upload: Action, content: Content, sent: SentParts) -> None:
        """Each part on its own, several at the same time if the content allows that; then the request that joins
        them."""
        expired: list[AddressExpiredError] = []

        def send(part: tuple[int, str, int, int]) -> None:
            number, url, start, stop = part
            try:
                with content.body(start, stop) as body:
                    answer = self._send(Action(url, {}), body)
            except AddressExpiredError as error:
                expired.append(error)
                return
            etag = answer.headers.get("etag")
            if not etag:
                raise IntegrityError(f"{answer.host} did not confirm part {number} of {content.path!a}")
            sent.add(number, etag)

        workers = self._connections if content.in_any_order else 1
        missing = [part for part in upload.parts(content.size) if part[0] not in sent.etags]
        run_all(missing, send, workers=workers, cancelled=self._context.cancelled)
        if expired:
            raise expired[0]
        content.check()
        parts = [{"partNumber": number, "etag": etag} for number, etag in sorted(sent.etags.items())]
        self._call(repo, Action(upload.href, {}), {"oid": content.oid, "parts": parts})
        sent.forget()

    def _send(self, action: Action, body: Body) -> Response:
        headers = {**action.header, "Content-Length": str(body.size)}
        try:
            with self._free:
                return self._context.session.send_external(
                    "PUT", action.href, content=body, headers=headers, retry=True
                )
        except Exception:
            if body.failure is not None:
                # The cause, whatever the connection made of it.
                raise body.failure from None
            raise

    def _call(self, repo: Repo, action: Action, body: dict[str, Any]) -> None:
        """A request that may be to the Hub itself, and then carries its credentials."""
        self._context.check()
        session = self._context.session
        href = session.localize(action.href)
        if href.startswith(f"{session.endpoint}/"):
            session.request("POST", href, json=body, headers={**_LFS_JSON, **action.header}, repo=repo, retry=True)
        else:
            content = json.dumps(body).encode()
            session.send_external("POST", href, content=content, headers={**_LFS_JSON, **action.header}, retry=True)


def _key(ref: BlobRef) -> tuple[str, str]:
    return ref.repo.git_path, _oid(ref)


def _oid(ref: BlobRef) -> str:
    if ref.sha256 is None:
        raise ValueError(f"{ref.path!a} has no sha256, by which LFS names its objects")
    return ref.sha256
