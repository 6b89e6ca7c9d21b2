"""Reads a cache: what is damaged or foreign costs one warning, and never the listing of the rest (faults.md C3).

A large cache has tens of thousands of links, so this is made of ``scandir`` and ``readlink``: each file costs one
system call, and none leads out of the repo's folder.
"""

from __future__ import annotations

import os
import posixpath
from os import readlink, scandir
from typing import TYPE_CHECKING

from .entries import Blob, RepoFolder, Scan, Snapshot, Unfinished
from .layout import BLOB, IGNORED, JOURNAL, PARTIAL, SHARED, STORE, TEMPORARY, parse_folder
from .store import is_store, read_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAX_REF = 200


def scan_cache(path: str, only: Callable[[str], bool] = lambda _folder: True) -> Scan:
    """Everything in the cache at ``path``, repos by type and id; ``only`` chooses folders by name.

    Raises ``OSError`` where the directory itself cannot be read.
    """
    scan = Scan(path, [], {}, [])
    shared = is_store(path)
    if shared:
        scan.store.update(read_store(path))
    with scandir(path) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        name = entry.name
        if name in IGNORED or (name == STORE and shared) or TEMPORARY.fullmatch(name) or not only(name):
            continue
        parsed = parse_folder(name)
        if parsed is None or not entry.is_dir():
            scan.warnings.append(f"not a cached repo: {entry.path}")
            continue
        repo = RepoFolder(name, parsed, linked=entry.is_symlink())
        try:
            _read_repo(repo, entry.path, scan)
        except OSError as error:
            scan.warnings.append(f"cannot be read: {error.filename or entry.path}: {error.strerror}")
            continue
        scan.repos.append(repo)
    scan.repos.sort(key=lambda repo: repo.name)
    return scan


def _read_repo(repo: RepoFolder, path: str, scan: Scan) -> None:
    odd: list[str] = []
    with scandir(path) as entries:
        parts = {entry.name: entry for entry in entries}
    for name in ("blobs", "snapshots", "refs"):
        if name in parts and not parts[name].is_dir(follow_symlinks=False):
            odd.append(f"{name} is no directory")
            del parts[name]
    others = _read_blobs(repo, f"{path}/blobs", scan) if "blobs" in parts else {}
    if "snapshots" in parts:
        _read_snapshots(repo, path, others, odd)
    repo.foreign = {name: stat for name, stat in others.items() if name not in repo.blobs}
    if "refs" in parts:
        _read_refs(repo, f"{path}/refs", odd)
    if broken := sum(len(one.broken) for one in repo.snapshots.values()):
        odd.append(f"{broken} link(s) to content that is not there; hf cache verify --repair fetches it")
    if odd:
        scan.warnings.append(f"damaged: {path}: {'; '.join(odd)}")


def _read_blobs(repo: RepoFolder, path: str, scan: Scan) -> dict[str, os.stat_result]:
    """Fill in blobs and unfinished files; regular files of other names are returned."""
    others: dict[str, os.stat_result] = {}
    journals: dict[str, list[str]] = {}
    partials = []
    with scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if entry.is_symlink():
                # Links that lead anywhere else are no blobs: what points to them is broken.
                match = SHARED.fullmatch(readlink(entry.path).replace(os.sep, "/"))  # noqa: PTH115
                if match and match[1] in scan.store:
                    repo.blobs[name] = Blob(scan.store[match[1]], match[1])
                elif TEMPORARY.fullmatch(name):
                    repo.temporaries[f"blobs/{name}"] = entry.stat(follow_symlinks=False)
                continue
            if not entry.is_file():
                continue
            stat = entry.stat(follow_symlinks=False)
            if BLOB.fullmatch(name):
                repo.blobs[name] = Blob(stat)
            elif match := PARTIAL.fullmatch(name):
                partials.append((name, match[1], stat))
            elif match := JOURNAL.fullmatch(name):
                journals.setdefault(name.removesuffix(".journal"), []).append(name)
            elif TEMPORARY.fullmatch(name):
                repo.temporaries[f"blobs/{name}"] = stat
            else:
                others[name] = stat
    for name, etag, stat in sorted(partials):
        mine = journals.pop(name.removesuffix(".incomplete"), [])
        repo.unfinished.append(Unfinished(name, etag, stat, tuple(mine)))
    for names in journals.values():
        repo.temporaries.update((f"blobs/{name}", os.lstat(f"{path}/{name}")) for name in names)
    return others


def _read_snapshots(repo: RepoFolder, path: str, others: dict[str, os.stat_result], odd: list[str]) -> None:
    with scandir(f"{path}/snapshots") as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    by_inode = {
        (blob.stat.st_dev, blob.stat.st_ino): name
        for name, blob in repo.blobs.items()
        if blob.stat.st_nlink > 1 and blob.shared is None
    }
    for entry in found:
        if entry.name in IGNORED:
            continue
        if not entry.is_dir(follow_symlinks=False):
            odd.append(f"snapshots/{entry.name} is no directory")
            continue
        snapshot = repo.snapshots[entry.name] = Snapshot(entry.name)
        _read_snapshot(repo, snapshot, entry.path, others, by_inode)
        if not snapshot.files:
            snapshot.modified = entry.stat(follow_symlinks=False).st_mtime


def _read_snapshot(
    repo: RepoFolder,
    snapshot: Snapshot,
    top: str,
    others: dict[str, os.stat_result],
    by_inode: dict[tuple[int, int], str],
) -> None:
    blobs, files = repo.blobs, snapshot.files
    folders = [""]
    while folders:
        folder = folders.pop()
        expected = f"{'../' * (folder.count('/') + 2)}blobs/"
        length = len(expected)
        with scandir(f"{top}/{folder}" if folder else top) as entries:
            for entry in entries:
                path = folder + entry.name
                if entry.is_symlink():
                    text = readlink(entry.path)  # noqa: PTH115
                    name: str | None = text[length:]
                    if not (text.startswith(expected) and name in blobs):
                        name = _other_blob(repo, snapshot.commit, path, text, others)
                    if name:
                        files[path] = name
                    elif TEMPORARY.fullmatch(entry.name):
                        repo.temporaries[f"snapshots/{snapshot.commit}/{path}"] = entry.stat(follow_symlinks=False)
                    else:
                        snapshot.broken[path] = text
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                elif TEMPORARY.fullmatch(entry.name):
                    repo.temporaries[f"snapshots/{snapshot.commit}/{path}"] = entry.stat(follow_symlinks=False)
                else:
                    stat = entry.stat(follow_symlinks=False)
                    snapshot.plain[path] = stat
                    files[path] = by_inode.get((stat.st_dev, stat.st_ino)) if by_inode else None


def _other_blob(repo: RepoFolder, commit: str, path: str, text: str, others: dict[str, os.stat_result]) -> str | None:
    """The blob of a link that is not written in the usual way; None when it leads nowhere, or out of the repo."""
    text = text.replace(os.sep, "/")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(f"snapshots/{commit}/{path}"), text))
    folder, _, name = target.rpartition("/")
    if posixpath.isabs(text) and folder.endswith(f"/{repo.folder}/blobs"):
        # Links with a whole path, of a cache that has not been moved since.
        folder = "blobs" if os.path.exists(text) else ""  # noqa: PTH110  a Path would cost more
    if folder != "blobs":
        return None
    if name in others:
        repo.blobs[name] = Blob(others[name])
    return name if name in repo.blobs else None


def _read_refs(repo: RepoFolder, top: str, odd: list[str]) -> None:
    for name, path in _files_below(top):
        leaf = name.rpartition("/")[2]
        if TEMPORARY.fullmatch(leaf):
            repo.temporaries[f"refs/{name}"] = os.lstat(path)
            continue
        if leaf in IGNORED:
            continue
        with open(path, "rb") as file:  # noqa: PTH123  a Path for each would cost more than the file
            commit = file.read(_MAX_REF).decode("ascii", "replace").strip()
        if not BLOB.fullmatch(commit):
            odd.append(f"refs/{name} names no commit")
            continue
        repo.refs[name] = commit
        if commit in repo.snapshots:
            repo.snapshots[commit].refs.append(name)
    for snapshot in repo.snapshots.values():
        snapshot.refs.sort()


def _files_below(top: str, below: str = "") -> Iterator[tuple[str, str]]:
    with scandir(top) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(entry.path, f"{below}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield f"{below}{entry.name}", entry.path
