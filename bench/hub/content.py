"""What the Hub has: repositories whose content follows from their names, so that no fixture files are needed.

    bench/L1x2048m        one LFS file of 2048 MiB
    bench/S2000x4k        2000 regular files of 4 KiB, in folders of 100
    bench/L8x256m-S30x4k  8 LFS files of 256 MiB and 30 small ones

Every block of 1 MiB starts with a tag of the file and the block: a misplaced range or a wrong file never hashes right.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MIB = 1 << 20
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_TERM = re.compile(r"([LS])(\d+)x(\d+)([kmg]?)")
_NOISE = random.Random(20240229).randbytes(MIB)
_FLAT = 50  # with more small files than this, they are in folders


@dataclass(slots=True)
class File:
    """A file of a repository; ``oid`` is that of its git blob, which for an LFS file is the pointer's."""

    path: str
    size: int
    oid: str
    sha256: str
    lfs: bool
    data: bytes | None = None
    disk: Path | None = None

    def entry(self) -> dict[str, Any]:
        """The file as ``/tree`` lists it."""
        listed: dict[str, Any] = {"type": "file", "oid": self.oid, "size": self.size, "path": self.path}
        if self.lfs:
            listed["lfs"] = {"oid": self.sha256, "size": self.size, "pointerSize": len(pointer(self.sha256, self.size))}
        return listed


@dataclass
class Repo:
    id: str
    commit: str
    files: dict[str, File] = field(default_factory=dict)
    commits: int = 0
    listings: dict[tuple[str, bool], list[dict[str, Any]]] = field(default_factory=dict)


def blob_oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def pointer(sha256: str, size: int) -> bytes:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


def regular_file(path: str, data: bytes) -> File:
    return File(path, len(data), blob_oid(data), hashlib.sha256(data).hexdigest(), lfs=False, data=data)


def lfs_file(path: str, sha256: str, size: int, disk: Path | None = None) -> File:
    return File(path, size, blob_oid(pointer(sha256, size)), sha256, lfs=True, disk=disk)


def blocks(tag: bytes, size: int) -> Iterator[bytes]:
    """The bytes of a file in blocks of 1 MiB."""
    for number in range(-(-size // MIB)):
        head = hashlib.sha256(tag + struct.pack("<Q", number)).digest()
        yield (head + _NOISE[len(head) :])[: size - number * MIB]


def _small_path(number: int, count: int) -> str:
    if number == 0:
        return "config.json"
    return f"part-{number // 100:03d}/file-{number:05d}.json" if count > _FLAT else f"file-{number:03d}.json"


class Store:
    """Repositories by name; the bytes of LFS files are made once, below ``folder``, and shared between repositories."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repos: dict[str, Repo] = {}
        self.lfs: dict[str, File] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def repo(self, repo_id: str) -> Repo | None:
        """The repository, made when its name is first seen; None for a name that describes no content."""
        if repo_id not in self.repos:
            terms = [_TERM.fullmatch(term) for term in repo_id.rpartition("/")[2].split("-")]
            repo = Repo(repo_id, hashlib.sha1(repo_id.encode()).hexdigest())
            for term in terms:
                if term is None:
                    return None
                for made in self._files(term[1], int(term[2]), int(term[3]) * _UNITS[term[4]]):
                    repo.files[made.path] = made
            self.repos[repo_id] = repo
        return self.repos[repo_id]

    def _files(self, kind: str, count: int, size: int) -> Iterator[File]:
        for number in range(count):
            if kind == "S":
                data = b"".join(blocks(f"S{size}:{number}".encode(), size))
                yield regular_file(_small_path(number, count), data)
                continue
            path = "model.safetensors" if count == 1 else f"model-{number + 1:05d}-of-{count:05d}.safetensors"
            disk = self.folder / f"L{size}_{number}.bin"
            made = lfs_file(path, self._generate(disk, f"L{size}:{number}".encode(), size), size, disk)
            self.lfs[made.sha256] = made
            yield made

    def _generate(self, disk: Path, tag: bytes, size: int) -> str:
        """Make the file unless it is there, as the note beside it, which is written last, says; return its sha256."""
        note = disk.with_suffix(".json")
        if note.exists() and disk.exists() and disk.stat().st_size == size:
            return str(json.loads(note.read_text())["sha256"])
        digest = hashlib.sha256()
        with disk.open("wb") as file:
            for block in blocks(tag, size):
                digest.update(block)
                file.write(block)
        note.write_text(json.dumps({"sha256": digest.hexdigest()}))
        return digest.hexdigest()
