"""Reads a cache: what is damaged or foreign costs one warning, and never the listing of the rest (faults.md C3).

A large cache has tens of thousands of links, so this is made of ``scandir`` and ``readlink``: each file costs one
system call, and none leads out of the repo's folder.
"""

from __future__ import annotations

import gc
import os
from os import scandir
from typing import TYPE_CHECKING

from .entries import RepoFolder, Scan, Unfinished
from .layout import BLOB, IGNORED, JOURNAL, PARTIAL, SHARED, STORE, TEMPORARY, parse_folder
from .snapshots import Opened, read_snapshots
from .store import is_store, read_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MAX_REF = 200


def scan_cache(path: str, only: Callable[[str], bool] = lambda _folder: True) -> Scan:
    """Everything in the cache at ``path``, repos by type and id; ``only`` chooses folders by name.

    Raises ``OSError`` where the directory itself cannot be read.
    """
    # What is made here stays: looking for garbage in it, again and again, takes a tenth of the time.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return _scan(path, only)
    finally:
        if was_collecting:
            gc.freeze()
            gc.enable()


def _scan(path: str, only: Callable[[str], bool]) -> Scan:
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
        odd += read_snapshots(repo, f"{path}/snapshots", others)
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
    blobs = repo.blobs
    with Opened(path) as opened:
        for entry in opened.entries:
            name = entry.name
            if entry.is_symlink():
                # Links that lead anywhere else are no blobs: what points to them is broken.
                match = SHARED.fullmatch(os.readlink(entry.path, dir_fd=opened.fd).replace(os.sep, "/"))
                if match and match[1] in scan.store:
                    blobs[name], repo.shared[name] = scan.store[match[1]], match[1]
                elif TEMPORARY.fullmatch(name):
                    repo.temporaries[f"blobs/{name}"] = entry.stat(follow_symlinks=False)
                continue
            if not entry.is_file():
                continue
            stat = entry.stat(follow_symlinks=False)
            if BLOB.fullmatch(name):
                blobs[name] = stat
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


def _read_refs(repo: RepoFolder, top: str, odd: list[str]) -> None:
    for name, path in _files_below(top):
        leaf = name.rpartition("/")[2]
        if TEMPORARY.fullmatch(leaf):
            repo.temporaries[f"refs/{name}"] = os.lstat(path)
            continue
        if leaf in IGNORED:
            continue
        commit = _read_start(path).decode("ascii", "replace").strip()
        if not BLOB.fullmatch(commit):
            odd.append(f"refs/{name} names no commit")
            continue
        repo.refs[name] = commit
        if commit in repo.snapshots:
            repo.snapshots[commit].refs.append(name)
    for snapshot in repo.snapshots.values():
        snapshot.refs.sort()


def _read_start(path: str) -> bytes:
    """As much of a file as a ref has; there are thousands of them, and file objects take thrice as long."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        return os.read(fd, _MAX_REF)
    finally:
        os.close(fd)


def _files_below(top: str, below: str = "") -> Iterator[tuple[str, str]]:
    with scandir(top) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(entry.path, f"{below}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield f"{below}{entry.name}", entry.path
