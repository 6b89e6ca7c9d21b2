"""Local files against a listing of the Hub."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from hfcli_core.api import is_sha256

from .hashing import Task, hash_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_core.api import Output

    from .local import LocalFiles


class Listed(Protocol):
    """A file as the Hub lists it."""

    @property
    def etag(self) -> str: ...


class Mismatch(NamedTuple):
    """``got`` is None where there is no content at all."""

    path: str
    expected: str
    got: str | None

    @property
    def algorithm(self) -> str:
        return "sha256" if is_sha256(self.expected) else "git-sha1"

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected} ({self.algorithm}), got {self.got or 'a link to nothing'}"


@dataclass(frozen=True)
class Comparison:
    """Paths; ``checked`` is how many files were hashed or found without content."""

    checked: int
    mismatches: list[Mismatch] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)


def compare(output: Output, local: LocalFiles, listed: Mapping[str, Listed]) -> Comparison:
    """Hash what is on both sides, showing how far it is."""
    common = sorted(local.files.keys() & listed.keys())
    tasks = []
    for path in common:
        place = local.files[path]
        if place is not None:
            tasks.append(Task(path, place, listed[path].etag, os.stat(place).st_size))  # noqa: PTH116
    with output.progress("Verifying", total_bytes=sum(task.size for task in tasks)) as progress:
        hashes = hash_all(tasks, progress.advance)
    mismatches = [
        Mismatch(path, listed[path].etag, hashes.get(path)) for path in common if hashes.get(path) != listed[path].etag
    ]
    missing = sorted(listed.keys() - local.files.keys())
    return Comparison(len(common), mismatches, missing, sorted(local.files.keys() - listed.keys()))
