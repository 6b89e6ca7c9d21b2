"""The store of client 2.4.0 for content that several repos share (wire.md §6).

``blobs/ab/<xet hash>`` is the content; ``<hash>.refs`` lists the links to it that were ever made, one a line, and is
never believed without a look at the link. What has no such list stays, as nobody can know who uses it.
"""

from __future__ import annotations

import os
import posixpath
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from .layout import SHARED, STORE, STORE_MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = re.compile(r"[0-9a-f]{2}")
_PAYLOAD = re.compile(r"[0-9a-f]{64}")
_REFERENCE = re.compile(r"[a-z]+s--[^/\x00-\x1f]+/blobs/[^/\x00-\x1f]+")
_MAX_MANIFEST = 16 << 20


def is_store(cache: str) -> bool:
    """Whether the cache has such a store, of the version that we know."""
    folder = f"{cache}/{STORE}"
    try:
        if os.path.islink(folder) or os.path.islink(f"{folder}/{STORE_MARKER}"):  # noqa: PTH114
            return False
        with open(f"{folder}/{STORE_MARKER}", "rb") as file:  # noqa: PTH123
            return file.read(3) == b"1\n"
    except OSError:
        return False


def read_store(cache: str) -> dict[str, os.stat_result]:
    """All payloads of a store, by their names below it (``ab/<hash>``)."""
    return {name: stat for name, stat in _files(f"{cache}/{STORE}") if _PAYLOAD.fullmatch(name[3:])}


def references(cache: str, payload: str) -> set[str] | None:
    """The links that really lead to a payload, as ``models--ns--name/blobs/<etag>``; None when that is not known."""
    try:
        fd = os.open(f"{cache}/{STORE}/{payload}.refs", os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(fd, "rb") as file:
            lines = file.read(_MAX_MANIFEST).decode().split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if lines.pop() != "" or not all(map(_REFERENCE.fullmatch, lines)):
        return None
    return {line for line in lines if _leads_to(cache, line, payload)}


def _leads_to(cache: str, reference: str, payload: str) -> bool:
    with suppress(OSError):
        text = os.readlink(f"{cache}/{reference}").replace(os.sep, "/")  # noqa: PTH115
        match = SHARED.fullmatch(text)
        if match:
            return match[1] == payload
        absolute = posixpath.join(posixpath.abspath(cache), posixpath.dirname(reference), text)
        return posixpath.normpath(absolute) == posixpath.join(posixpath.abspath(cache), STORE, payload)
    return False


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with suppress(OSError), os.scandir(folder) as prefixes:
        for prefix in prefixes:
            if _PREFIX.fullmatch(prefix.name) and prefix.is_dir(follow_symlinks=False):
                with suppress(OSError), os.scandir(prefix.path) as entries:
                    for entry in entries:
                        if entry.name.startswith(prefix.name) and entry.is_file(follow_symlinks=False):
                            yield f"{prefix.name}/{entry.name}", entry.stat(follow_symlinks=False)
