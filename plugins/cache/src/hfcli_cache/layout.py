"""Names in the hub cache, as all clients use them (wire.md §6)."""

from __future__ import annotations

import re
from typing import NamedTuple

TYPES = {"models": "model", "datasets": "dataset", "spaces": "space", "kernels": "kernel"}

IGNORED = frozenset({".locks", "CACHEDIR.TAG", ".DS_Store", "Thumbs.db", "desktop.ini"})
"""Entries of a cache that are no repos, and nothing to warn of."""

STORE = "blobs"
STORE_MARKER = ".huggingface-shared-blobs"
"""In the folder below which client 2.4.0 keeps what several repos share; a folder without it is somebody else's."""

BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
PARTIAL = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})(?:\.[0-9a-f]{8})?\.incomplete")
"""Ours and 2.4.0's have eight digits, 1.1.7's have none."""

JOURNAL = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\.[0-9a-f]{8}\.journal")
TEMPORARY = re.compile(r"\.hf-[0-9a-f]{8,16}(?:-é)?\.tmp|\.[0-9a-f]{40,64}\.[0-9a-f]{8}\.shared")
"""What a kill leaves of a file or a link that was being put into its place: ours, and 2.4.0's."""

SHARED = re.compile(r"\.\./\.\./blobs/([0-9a-f]{2}/[0-9a-f]{64})")
"""The text of a link from a repo's blobs into the store of 2.4.0."""


class Name(NamedTuple):
    """A repo as it is listed: ``model/ns/name``."""

    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}/{self.id}"


def parse_folder(folder: str) -> Name | None:
    """``models--ns--name`` → ``model``, ``ns/name``; None for a folder that is no repo's."""
    prefix, separator, rest = folder.partition("--")
    kind = TYPES.get(prefix)
    return Name(kind, rest.replace("--", "/")) if kind and separator and rest else None
