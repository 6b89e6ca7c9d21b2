"""A repo in a cache, as a client would have left it, of any size and age; contents of declared size are sparse."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def fill_cache(
    cache: Path,
    repo: str,
    revisions: Mapping[str, Mapping[str, bytes | int]],
    refs: Mapping[str, str] | None = None,
    *,
    accessed: float | None = None,
    modified: float | None = None,
) -> Path:
    """The folder of ``repo`` (``model/ns/name``) in a hub cache with these revisions: commit → path → content.

    A number stands for a content of so many bytes, whose name is made of the path and the number. ``refs`` are names →
    commits; times are in seconds since 1970.
    """
    kind, _, repo_id = repo.partition("/")
    folder = cache / "--".join((f"{kind}s", *repo_id.split("/")))
    for name in ("blobs", "refs", "snapshots"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for commit, files in revisions.items():
        (folder / "snapshots" / commit).mkdir(exist_ok=True)
        for path, content in files.items():
            blob = folder / "blobs" / _write(folder / "blobs", path, content)
            pointer = folder / "snapshots" / commit / path
            pointer.parent.mkdir(parents=True, exist_ok=True)
            pointer.symlink_to(os.path.relpath(blob, pointer.parent))
            if accessed is not None or modified is not None:
                found = blob.stat()
                os.utime(blob, (accessed or found.st_atime, modified or found.st_mtime))
    for name, commit in (refs or {}).items():
        (folder / "refs" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "refs" / name).write_text(commit)
    return folder


def _write(blobs: Path, path: str, content: bytes | int) -> str:
    if isinstance(content, int):
        name = hashlib.sha256(f"{path} {content}".encode()).hexdigest()
        with (blobs / name).open("wb") as file:
            file.truncate(content)
        return name
    name = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    (blobs / name).write_bytes(content)
    return name
