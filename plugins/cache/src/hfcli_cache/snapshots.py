"""Reads the revisions of a repo: which blob each of their files is."""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from os import readlink, scandir
from typing import TYPE_CHECKING

from .entries import Snapshot
from .layout import IGNORED, TEMPORARY

if TYPE_CHECKING:
    from .entries import RepoFolder

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_HAS_FD = scandir in os.supports_fd and readlink in os.supports_dir_fd


class Opened:
    """A folder being read: ``entries`` of it, and ``fd``, from which the system finds them faster than by their paths.

    ``entry.path`` then is the name alone, as calls with ``dir_fd`` want it. Without descriptors (Windows) ``fd`` is
    None, and the path whole.
    """

    __slots__ = ("entries", "fd")

    def __init__(self, path: str) -> None:
        self.fd = os.open(path, _FOLDER) if _HAS_FD else None
        self.entries = scandir(path if self.fd is None else self.fd)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.entries.close()
        if self.fd is not None:
            os.close(self.fd)


def read_snapshots(repo: RepoFolder, top: str, others: dict[str, os.stat_result]) -> list[str]:
    """Fill in the revisions that are below ``top``; what is odd about them is returned.

    ``others`` are files in ``blobs/`` whose names are no hashes; one that a revision refers to becomes a blob.
    """
    odd = []
    reader = _Reader(repo, others)
    with scandir(top) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            snapshot = repo.snapshots[entry.name] = Snapshot(entry.name)
            reader.read(snapshot, entry.path)
            if not snapshot.files:
                snapshot.modified = entry.stat(follow_symlinks=False).st_mtime
        elif entry.name not in IGNORED:
            odd.append(f"snapshots/{entry.name} is no directory")
    return odd


class _Reader:
    def __init__(self, repo: RepoFolder, others: dict[str, os.stat_result]) -> None:
        self._repo = repo
        self._others = others
        self._texts: dict[int, dict[str, str]] = {}

    @cached_property
    def _by_inode(self) -> dict[tuple[int, int], str]:
        """Blobs that have other names: where links are impossible, files of revisions are hard links to them."""
        repo = self._repo
        several = (name for name, stat in repo.blobs.items() if stat.st_nlink > 1 and name not in repo.shared)
        return {(repo.blobs[name].st_dev, repo.blobs[name].st_ino): name for name in several}

    def read(self, snapshot: Snapshot, top: str) -> None:
        folders = [""]
        while folders:
            folder = folders.pop()
            self._read_folder(snapshot, f"{top}/{folder}", folder, folders)

    def _read_folder(self, snapshot: Snapshot, place: str, folder: str, folders: list[str]) -> None:
        """Read one folder; those in it are appended to ``folders``."""
        files = snapshot.files
        texts = self._usual_texts(folder.count("/"))
        with Opened(place) as opened:
            fd = opened.fd
            for entry in opened.entries:
                path = folder + entry.name
                if entry.is_symlink():
                    text = readlink(entry.path, dir_fd=fd)
                    blob = texts.get(text) or self._other_blob(snapshot.commit, path, text)
                    if blob is not None:
                        files[path] = blob
                    elif TEMPORARY.fullmatch(entry.name):
                        self._add_temporary(snapshot, path, entry)
                    else:
                        snapshot.broken[path] = text
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                elif TEMPORARY.fullmatch(entry.name):
                    self._add_temporary(snapshot, path, entry)
                else:
                    stat = snapshot.plain[path] = entry.stat(follow_symlinks=False)
                    files[path] = self._by_inode.get((stat.st_dev, stat.st_ino))

    def _usual_texts(self, depth: int) -> dict[str, str]:
        """The text of a link to each blob, as every client writes it so many folders below a revision."""
        if depth not in self._texts:
            up = "../" * (depth + 2)
            self._texts[depth] = {f"{up}blobs/{name}": name for name in self._repo.blobs}
        return self._texts[depth]

    def _other_blob(self, commit: str, path: str, text: str) -> str | None:
        """The blob of a link that is written otherwise; None when it leads nowhere, or out of the repo."""
        repo, text = self._repo, text.replace(os.sep, "/")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(f"snapshots/{commit}/{path}"), text))
        folder, _, name = target.rpartition("/")
        if posixpath.isabs(text) and folder.endswith(f"/{repo.folder}/blobs"):
            # Links with a whole path, of a cache that has not been moved since.
            folder = "blobs" if os.path.exists(text) else ""  # noqa: PTH110
        if folder != "blobs":
            return None
        if name in self._others:
            repo.blobs[name] = self._others[name]
        return name if name in repo.blobs else None

    def _add_temporary(self, snapshot: Snapshot, path: str, entry: os.DirEntry[str]) -> None:
        self._repo.temporaries[f"snapshots/{snapshot.commit}/{path}"] = entry.stat(follow_symlinks=False)
