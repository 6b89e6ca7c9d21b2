"""What is to be verified: a snapshot of the cache, or a directory of plain files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import NotFoundError, RevisionNotFoundError, UsageError, is_commit, is_reserved

from ..places import scanned

if TYPE_CHECKING:
    from hfcli_core.api import Repo

    from ..entries import RepoFolder, Snapshot


@dataclass(frozen=True)
class LocalFiles:
    """Files by their paths in the repo, and where their content is; None where a link leads to none.

    ``revision`` is what they should be: a commit for a snapshot, any revision for a directory.
    """

    path: str
    revision: str
    files: dict[str, str | None]


def cached_files(cache: str, repo: Repo, revision: str | None, *, must_exist: bool) -> LocalFiles:
    """The snapshot of a revision: a commit, else what the ref is known to be at; without one that of ``main``, else
    the only one there is. Raises ``NotFoundError``, or ``UsageError`` where it is not clear which one is meant."""
    scan = scanned(cache, must_exist=must_exist, only=lambda name: name == repo.folder_name)
    for folder in scan.repos:
        if folder.snapshots:
            snapshot = _choose(folder, revision)
            path = f"{cache}/{folder.folder}/snapshots/{snapshot.commit}"
            return LocalFiles(path, snapshot.commit, _contents(cache, folder, snapshot, path))
    raise NotFoundError(
        f"{repo.title} is not in the cache: {cache}/{repo.folder_name}",
        hint=f"hf download {repo.id}, or pass --local-dir",
    )


def files_below(top: str, revision: str) -> LocalFiles:
    """Plain files in a directory, without what clients keep in ``.cache/huggingface``, and without ``.git``."""
    if not os.path.isdir(top):  # noqa: PTH112
        raise NotFoundError(f"no such directory: {top}")
    files: dict[str, str | None] = {}
    for folder, folders, names in os.walk(top):
        below = os.path.relpath(folder, top).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        folders[:] = [name for name in folders if not is_reserved(f"{prefix}{name}/x")]
        for name in names:
            place = os.path.join(folder, name)  # noqa: PTH118
            if not is_reserved(prefix + name):
                files[prefix + name] = place if os.path.isfile(place) else None  # noqa: PTH113
    return LocalFiles(top, revision, files)


def _choose(folder: RepoFolder, revision: str | None) -> Snapshot:
    commit = folder.refs.get(revision or "main", revision if revision and is_commit(revision) else None)
    if commit is None and revision is None:
        if len(folder.snapshots) == 1:
            return next(iter(folder.snapshots.values()))
        known = ", ".join(sorted({ref for one in folder.snapshots.values() for ref in one.refs}) or folder.snapshots)
        raise UsageError(f"{folder.name} has several revisions in the cache and no main", hint=f"--revision: {known}")
    if commit is None or commit not in folder.snapshots:
        raise RevisionNotFoundError(
            f"revision '{revision or 'main'}' of {folder.name} is not in the cache",
            hint="hf cache ls --revisions lists those that are",
        )
    return folder.snapshots[commit]


def _contents(cache: str, folder: RepoFolder, snapshot: Snapshot, path: str) -> dict[str, str | None]:
    blobs = f"{cache}/{folder.folder}/blobs"
    files: dict[str, str | None] = dict.fromkeys(snapshot.broken)
    for name, blob in snapshot.files.items():
        files[name] = f"{path}/{name}" if blob is None or name in snapshot.plain else f"{blobs}/{blob}"
    return {name: place for name, place in files.items() if not is_reserved(name)}
