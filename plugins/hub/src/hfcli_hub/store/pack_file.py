"""Writing git packs."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from pathlib import Path
from typing import IO

from dulwich.object_format import DEFAULT_OBJECT_FORMAT
from dulwich.pack import pack_object_header, write_pack_index_v2

from .durable import publish

_CHUNK = 1 << 20


class PackFile:
    """A pack (gitformat-pack) that is written before the number of its objects is known: the header is patched last."""

    def __init__(self, temporary: Path) -> None:
        self._temporary = temporary
        self._file, self._path = _temporary_file(temporary)
        self._file.write(_pack_header(0))
        self._entries: dict[str, tuple[int, int]] = {}

    def add(self, oid: str, kind: int, data: bytes) -> None:
        if oid in self._entries:
            return
        record = bytes(pack_object_header(kind, None, len(data), DEFAULT_OBJECT_FORMAT)) + zlib.compress(data, 1)
        self._entries[oid] = (self._file.tell(), zlib.crc32(record))
        self._file.write(record)

    def publish(self, directory: Path) -> Path:
        """Make the objects readable, durably. Returns the pack's path."""
        checksum = self._seal()
        # Named by its bytes, as git does: where the name exists already, so does exactly this pack.
        name = checksum.hex()
        entries = sorted((bytes.fromhex(oid), offset, crc) for oid, (offset, crc) in self._entries.items())
        index, index_path = _temporary_file(self._temporary)
        with index:
            write_pack_index_v2(index, entries, checksum)
            index.flush()
            os.fsync(index.fileno())
        for path in (self._path, index_path):
            path.chmod(0o444)
        publish(self._path, directory / f"pack-{name}.pack")
        # Readers look for the index: with it, and not before, the objects are there.
        publish(index_path, directory / f"pack-{name}.idx")
        return directory / f"pack-{name}.pack"

    def _seal(self) -> bytes:
        self._file.seek(0)
        self._file.write(_pack_header(len(self._entries)))
        self._file.seek(0)
        checksum = hashlib.sha1(usedforsecurity=False)
        while chunk := self._file.read(_CHUNK):
            checksum.update(chunk)
        self._file.write(checksum.digest())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return checksum.digest()

    def discard(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _pack_header(count: int) -> bytes:
    return b"PACK" + (2).to_bytes(4, "big") + count.to_bytes(4, "big")


def _temporary_file(directory: Path) -> tuple[IO[bytes], Path]:
    descriptor, name = tempfile.mkstemp(dir=directory, prefix="pack-")
    return os.fdopen(descriptor, "w+b"), Path(name)
