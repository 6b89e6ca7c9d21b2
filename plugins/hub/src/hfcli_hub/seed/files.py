"""Commits of whole files made on the Hub's own side, with large files where its rules want them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_hub.server.gitrules import LfsRules
from hfcli_hub.store.git import Author, PutFile, PutLfs
from hfcli_hub.store.refs import MAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_hub.store.git import Change
    from hfcli_hub.store.repos import Repo


@dataclass(frozen=True)
class Zeros:
    """A file of ``size`` zero bytes, which takes no room; ``sha256`` is known beforehand, as hashing takes seconds."""

    size: int
    sha256: str


Content = bytes | Zeros


def commit_files(
    repo: Repo,
    files: Mapping[str, Content],
    *,
    ref: str = MAIN,
    message: str = "Add files",
    author: Author | None = None,
) -> str:
    """Commit ``files`` (path → content) on ``ref``, a full name of a ref that exists; return the commit."""
    git = repo.git
    head = git.resolve(ref)
    rules = LfsRules(lambda path: git.read_file(head, path))
    changes: list[Change] = [_stored(repo, rules, path, content) for path, content in files.items()]
    return git.commit(ref, changes, message=message, author=author or _owner(repo))


def _stored(repo: Repo, rules: LfsRules, path: str, content: Content) -> Change:
    objects = repo.hub.objects
    if isinstance(content, Zeros):
        if not objects.has(content.sha256, content.size):
            objects.add_sparse(content.sha256, content.size)
        repo.add_large(content.sha256)
        return PutLfs(path, content.sha256, content.size)
    if not content or (len(content) <= repo.hub.limits.max_regular and not rules.tracks(path)):
        return PutFile(path, content)
    sha256 = hashlib.sha256(content).hexdigest()
    if not objects.has(sha256):
        with objects.open_write() as upload:
            upload.write(content)
            upload.commit(sha256, len(content))
    repo.add_large(sha256)
    return PutLfs(path, sha256, len(content))


def _owner(repo: Repo) -> Author:
    name = repo.namespace or "system"  # canonical repos belong to nobody
    return Author(name, f"{name}@users.noreply.localhost")
