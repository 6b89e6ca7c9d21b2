"""Large files by content: `objects/ab/cd/<sha256>`, each written aside, verified, synced, then named."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from .durable import publish
from .errors import CorruptObject, MissingObject

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UPLOAD_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")
_CHUNK = 1 << 20


class Upload:
    """Bytes on their way in. Nothing is visible before `commit`; leaving the `with` block without it discards them."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        descriptor, name = tempfile.mkstemp(dir=store.temporary, prefix="upload-")
        self._file = os.fdopen(descriptor, "wb")
        self._path = Path(name)
        self._sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._sha256.update(data)
        self.size += len(data)

    def commit(self, sha256: str, size: int | None = None) -> Path:
        """Publish under the announced sha256. Raises CorruptObject (and discards) when hash or size differ."""
        target = self._store.path(sha256)
        actual = self._sha256.hexdigest()
        if actual != sha256 or size not in {None, self.size}:
            self.discard()
            raise CorruptObject(f"Expected {sha256} of {size} bytes, got {actual} of {self.size} bytes")
        return self._publish(target)

    def commit_part(self, upload_id: str, number: int) -> str:
        """Publish as one part of a multipart upload. Returns its ETag without quotes: the sha256 of the part."""
        self._publish(self._store.part(upload_id, number))
        return self._sha256.hexdigest()

    def _publish(self, target: Path) -> Path:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        publish(self._path, target)
        return target

    def discard(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.discard()


class ObjectStore:
    """Content-addressed files and the parts of multipart uploads. Safe for threads and processes."""

    def __init__(self, root: Path, temporary: Path) -> None:
        self.root = root
        self.temporary = temporary
        self._uploads = root / "uploads"
        self._uploads.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where an object is or would be. Raises MissingObject for what is not a sha256 in lower-case hex."""
        if not _SHA256.fullmatch(sha256):
            raise MissingObject(f"Not a sha256: {sha256!r}")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def size(self, sha256: str) -> int | None:
        """Bytes, or None when the object is not here."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def has(self, sha256: str, size: int | None = None) -> bool:
        actual = self.size(sha256)
        return actual is not None and size in {None, actual}

    def open_write(self) -> Upload:
        return Upload(self)

    def part(self, upload_id: str, number: int) -> Path:
        """Where a part is or would be. Raises MissingObject for an upload id that is not a plain name."""
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise MissingObject(f"Not an upload id: {upload_id!r}")
        return self._uploads / upload_id / f"{number:05d}"

    def complete(self, upload_id: str, numbers: Sequence[int], sha256: str, size: int) -> Path:
        """Join parts into an object. The parts stay when a part is missing or the result is not what was announced."""
        with self.open_write() as upload:
            for number in numbers:
                try:
                    part = self.part(upload_id, number).open("rb")
                except FileNotFoundError:
                    raise MissingObject(f"Part {number} was not uploaded") from None
                with part:
                    while chunk := part.read(_CHUNK):
                        upload.write(chunk)
            path = upload.commit(sha256, size)
        self.discard_parts(upload_id)
        return path

    def discard_parts(self, upload_id: str) -> None:
        shutil.rmtree(self.part(upload_id, 0).parent, ignore_errors=True)

    def abandoned_parts(self, before: float) -> list[Path]:
        """The directories of uploads of which no part came since a moment (Unix seconds)."""
        return [path for path in self._uploads.iterdir() if path.stat().st_mtime < before]

    def add_sparse(self, sha256: str, size: int) -> Path:
        """Claim an object of zeros that takes no room, for demonstrations: its content does not have its hash."""
        descriptor, name = tempfile.mkstemp(dir=self.temporary, prefix="sparse-")
        with os.fdopen(descriptor, "wb") as file:
            file.truncate(size)
        target = self.path(sha256)
        publish(Path(name), target)
        return target
