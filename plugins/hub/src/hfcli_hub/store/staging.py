"""New git objects on their way into a repository: a few become loose objects, many become one pack."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from pathlib import Path
from types import TracebackType

from .durable import publish
from .pack_file import PackFile

COMMIT, TREE, BLOB, TAG = 1, 2, 3, 4
_TYPE_NAMES = {COMMIT: b"commit", TREE: b"tree", BLOB: b"blob", TAG: b"tag"}
_LOOSE_OBJECTS = 24
_LOOSE_BYTES = 1 << 20


class Staging:
    """Objects that nobody sees before `finish`, which returns once they are on the disk.

    Each loose object costs two syncs, a pack costs four whatever it holds: hence the limit. A pack is written as the
    objects come, so a commit of any size needs the memory of one file.
    """

    def __init__(self, objects: Path, temporary: Path) -> None:
        self._objects = objects
        self._temporary = temporary
        self._loose: dict[str, tuple[int, bytes]] = {}
        self._loose_bytes = 0
        self._pack: PackFile | None = None

    def add(self, kind: int, data: bytes) -> str:
        """Stage one object and return its oid. Adding the same object twice stores it once."""
        header = b"%s %d\x00" % (_TYPE_NAMES[kind], len(data))
        oid = hashlib.sha1(header + data, usedforsecurity=False).hexdigest()
        if self._pack is None and oid not in self._loose:
            self._loose[oid] = (kind, data)
            self._loose_bytes += len(data)
            if len(self._loose) > _LOOSE_OBJECTS or self._loose_bytes > _LOOSE_BYTES:
                self._pack = PackFile(self._temporary)
                for loose_oid, (loose_kind, loose_data) in self._loose.items():
                    self._pack.add(loose_oid, loose_kind, loose_data)
                self._loose.clear()
        elif self._pack is not None:
            self._pack.add(oid, kind, data)
        return oid

    def finish(self) -> None:
        if self._pack is not None:
            self._pack.publish(self._objects / "pack")
            self._pack = None
        for oid, (kind, data) in self._loose.items():
            self._write_loose(oid, kind, data)
        self._loose.clear()

    def _write_loose(self, oid: str, kind: int, data: bytes) -> None:
        target = self._objects / oid[:2] / oid[2:]
        if target.exists():
            return
        descriptor, name = tempfile.mkstemp(dir=self._temporary, prefix="loose-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(zlib.compress(b"%s %d\x00%s" % (_TYPE_NAMES[kind], len(data), data), 1))
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o444)
        publish(Path(name), target)

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._pack is not None:
            self._pack.discard()
