"""``hf cache du``: who owns the bytes below the caches, each file counted once and for one owner."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from hfcli_core.api import ASSETS_CACHE, XET_CACHE, Column, format_size

from .layout import JOURNAL, PARTIAL, STORE, TEMPORARY, parse_folder
from .places import scanned
from .store import references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfcli_core.api import App

    from .entries import Scan

OWNERS = ("repos", "unused blobs", "partials", "listings", "locks", "other", "xet", "assets")
_BOOKKEEPING = frozenset({"refs", "trees", ".no_exist"})


class Share(NamedTuple):
    size: int = 0
    files: int = 0

    def more(self, size: int) -> Share:
        return Share(self.size + size, self.files + 1)


def show_usage(app: App, cache: str, *, must_exist: bool = False) -> None:
    """Print how much each owner has, in the order of :data:`OWNERS`."""
    scan = scanned(cache, must_exist=must_exist)
    places = dict.fromkeys(OWNERS, cache)
    places |= {"xet": str(app.settings[XET_CACHE]), "assets": str(app.settings[ASSETS_CACHE])}
    shares = dict(hub_shares(scan))
    for owner in ("xet", "assets"):
        shares[owner] = Share()
        for _, stat in _files(places[owner]):
            shares[owner] = shares[owner].more(stat.st_size)
    rows: list[dict[str, Any]] = [
        {"owner": owner, "size": shares[owner].size, "files": shares[owner].files, "path": places[owner]}
        for owner in OWNERS
    ]
    total = sum(share.size for share in shares.values())
    app.output.table(
        rows,
        [
            Column("owner"),
            Column("size", align="right", min_width=8, human=format_size),
            Column("files", align="right"),
            Column("path"),
        ],
        quiet="size",
        footer=f"{format_size(total)} in all.",
    )


def hub_shares(scan: Scan) -> dict[str, Share]:
    """What the owners below the hub cache have; a file with several names belongs to the first that is met."""
    shares = dict.fromkeys(OWNERS, Share())
    seen: set[tuple[int, int]] = set()
    used = {f"{repo.folder}/blobs/{name}" for repo in scan.repos for name in repo.used}
    partial_sizes = {f"{repo.folder}/blobs/{one.name}": one.size for repo in scan.repos for one in repo.unfinished}
    for path, stat in _files(scan.path):
        if stat.st_nlink > 1:
            file = (stat.st_dev, stat.st_ino)
            if file in seen:
                continue
            seen.add(file)
        owner = _owner(scan, path, used)
        shares[owner] = shares[owner].more(partial_sizes.get(path, stat.st_size))
    return shares


def repos_size(scan: Scan) -> int:
    """Bytes of all that ``hf cache gc`` could free: contents, used or not, and partial files."""
    shares = hub_shares(scan)
    return sum(shares[owner].size for owner in ("repos", "unused blobs", "partials"))


def _owner(scan: Scan, path: str, used: set[str]) -> str:
    first, _, rest = path.partition("/")
    folder, _, inner = rest.partition("/")
    name = path.rpartition("/")[2]
    owner = "other"
    if first == ".locks":
        owner = "locks"
    elif first == STORE and rest in scan.store:
        owner = "unused blobs" if references(scan.path, rest) == set() else "repos"
    elif parse_folder(first) is None:
        pass
    elif any(one.fullmatch(name) for one in (PARTIAL, JOURNAL, TEMPORARY)):
        owner = "partials"
    elif folder in _BOOKKEEPING:
        owner = "listings"
    elif folder == "blobs":
        owner = "repos" if path in used else "unused blobs"
    elif folder == "snapshots" and inner:
        owner = "repos"
    return owner


def _files(top: str) -> Iterator[tuple[str, os.stat_result]]:
    """Path below ``top`` and status of every regular file, no link followed; what cannot be read is left out."""
    folders = [""]
    while folders:
        folder = folders.pop()
        with suppress(OSError), os.scandir(f"{top}/{folder}") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}{entry.name}/")
                elif entry.is_file(follow_symlinks=False):
                    yield folder + entry.name, entry.stat(follow_symlinks=False)
