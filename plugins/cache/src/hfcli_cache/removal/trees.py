"""Removes folders of a cache without following a link that is in them, or swapped in meanwhile (faults.md S18)."""

from __future__ import annotations

import os
import posixpath
from contextlib import suppress
from typing import TYPE_CHECKING

from ..layout import BLOB, JOURNAL, PARTIAL, SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfcli_core.api import Root


def remove_tree(root: Root, path: str) -> None:
    """A folder with all that is in it, or whatever else is there; nothing there is no error."""
    for is_folder, name in _below(root, path):
        if is_folder:
            root.rmdir(name)
        else:
            root.unlink(name)


def remove_empty(root: Root, path: str, top: str) -> None:
    """The folder and those above it, up to ``top``, as far as they are empty."""
    while path != top and root.rmdir(path):
        path = posixpath.dirname(path)


def remove_rest(root: Root, folder: str) -> bool:
    """A repo's folder whose revisions and blobs are gone; False where another process has begun something in it."""
    for name, is_folder in _entries(root, folder):
        path = f"{folder}/{name}"
        if is_folder and name in ("blobs", "snapshots"):
            for inner, inner_is_folder in _entries(root, path):
                if not inner_is_folder and not _is_somebodys(root, f"{path}/{inner}"):
                    root.unlink(f"{path}/{inner}")
            root.rmdir(path)
        else:
            remove_tree(root, path)
    return root.rmdir(folder)


def _is_somebodys(root: Root, path: str) -> bool:
    """Whether another process may have put it there since the plan was made: a blob, or the beginning of one."""
    if not any(one.fullmatch(posixpath.basename(path)) for one in (BLOB, PARTIAL, JOURNAL)):
        return False
    text = root.readlink(path)
    return text is None or SHARED.fullmatch(text) is not None


def _entries(root: Root, path: str) -> list[tuple[str, bool]]:
    """Names, and whether they are folders; ``snapshots`` is the last, as a repo without it counts as damaged."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(root.path / path) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        return sorted(found, key=lambda entry: (entry[0] == "snapshots", entry))
    return []


def _below(root: Root, path: str) -> Iterator[tuple[bool, str]]:
    """Whether it is a folder, and the path, of all that is there; what is in a folder comes before the folder."""
    place = root.path / path
    is_folder = place.is_dir() and not place.is_symlink()
    if is_folder:
        for name, _ in _entries(root, path):
            yield from _below(root, f"{path}/{name}")
    yield is_folder, path
