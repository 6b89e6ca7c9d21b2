"""git-lfs pointer files: what git holds in place of a large file (git-lfs, docs/spec.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The specification's own bound: what is larger is never a pointer.
MAX_POINTER_SIZE = 1024
_VERSION = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-\d-[^\n]+\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,19})\n?"
)


@dataclass(frozen=True)
class LfsPointer:
    """A large file's content: sha256, size in bytes, and the size of the pointer that stands for it."""

    sha256: str
    size: int
    pointer_size: int


def pointer_text(sha256: str, size: int) -> bytes:
    """The pointer exactly as git-lfs writes it, so that both make the same git blob."""
    return _VERSION + f"oid sha256:{sha256}\nsize {size}\n".encode()


def parse_pointer(data: bytes) -> LfsPointer | None:
    """The pointer that a blob is, or None for ordinary content."""
    if len(data) > MAX_POINTER_SIZE:
        return None
    match = _POINTER.fullmatch(data)
    return LfsPointer(match[1].decode(), int(match[2]), len(data)) if match else None
