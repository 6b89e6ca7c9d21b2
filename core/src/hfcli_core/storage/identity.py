"""What a blob is: its content's hash, which is also its name on disk, and hints on where it may be had."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from hfcli_core.errors import UnsafeInputError

if TYPE_CHECKING:
    from hfcli_core.hub.refs import Repo

_SHA1 = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_sha256(text: str) -> bool:
    return _SHA256.fullmatch(text) is not None


def is_commit(text: str) -> bool:
    """Whether it is a full commit sha, which never moves."""
    return _SHA1.fullmatch(text) is not None


def is_etag(text: str) -> bool:
    """Whether a server's etag may name a file: a git blob sha1 or a sha256, and nothing else (faults.md S02)."""
    return is_commit(text) or is_sha256(text)


def check_etag(text: str) -> str:
    if not is_etag(text):
        raise UnsafeInputError(f"not a content hash: {text[:80]!r}")
    return text


def check_commit(text: str) -> str:
    """The commit, once it is certain that it can name a directory (faults.md S03)."""
    if not is_commit(text):
        raise UnsafeInputError(f"not a commit hash: {text[:80]!r}")
    return text


class FileEntry(Protocol):
    """A file of a listing, as the Hub's tree and the cached tree both give it."""

    @property
    def path(self) -> str: ...
    @property
    def oid(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def lfs_sha256(self) -> str | None: ...
    @property
    def xet_hash(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class BlobRef:
    """One blob of one commit.

    ``git_sha1`` is the git hash of the content; for an LFS file git's own hash covers only the pointer, so there it is
    None and ``sha256`` identifies the content. At least one of the two is set. ``size`` is in bytes.
    """

    repo: Repo
    commit: str
    path: str
    size: int | None
    sha256: str | None
    git_sha1: str | None
    xet_hash: str | None = None

    def __post_init__(self) -> None:
        check_commit(self.commit)
        check_etag(self.etag)

    @classmethod
    def from_entry(cls, repo: Repo, commit: str, entry: FileEntry) -> Self:
        return cls(
            repo=repo,
            commit=commit,
            path=entry.path,
            size=entry.size,
            sha256=entry.lfs_sha256,
            git_sha1=entry.oid if entry.lfs_sha256 is None else None,
            xet_hash=entry.xet_hash,
        )

    @property
    def etag(self) -> str:
        """The blob's name on disk: the sha256 of an LFS file, else the git blob sha1 (wire.md §6)."""
        return self.sha256 or self.git_sha1 or ""


class BlobHasher:
    """Hashes a blob while it streams, in the order of its bytes; compare :meth:`hexdigest` with ``BlobRef.etag``."""

    def __init__(self, etag: str, size: int | None) -> None:
        """``size`` is needed for a git sha1, which covers the length before the content."""
        if is_sha256(check_etag(etag)):
            self._hash = hashlib.sha256()
        elif size is None:
            raise ValueError("a git blob hash needs the blob's size")
        else:
            self._hash = _git_blob_hash(size)

    @classmethod
    def for_ref(cls, ref: BlobRef) -> Self:
        return cls(ref.etag, ref.size)

    def update(self, data: bytes | memoryview) -> None:
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def git_blob_sha1(data: bytes) -> str:
    """The name that git gives to a file with this content."""
    digest = _git_blob_hash(len(data))
    digest.update(data)
    return digest.hexdigest()


def _git_blob_hash(size: int) -> hashlib._Hash:
    # Not a security choice but git's identity; saying so lets it work on hosts whose OpenSSL is restricted to FIPS.
    return hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
