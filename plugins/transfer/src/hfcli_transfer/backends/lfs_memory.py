"""Which parts of an object the storage has, kept for the next run until the object is whole."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from hfcli_core.api import LocalStorageError, write_private

from .lfs_actions import Action

if TYPE_CHECKING:
    from pathlib import Path


class SentParts:
    """Of one object in one repo. ``upload`` is where they went; None where nothing is known. Safe for threads.

    The addresses are as good as the right to write there for an hour, so that nobody else may read the file.
    """

    def __init__(self, folder: Path | None, repo: str, oid: str, size: int) -> None:
        name = hashlib.sha256(f"{repo} {oid} {size}".encode()).hexdigest()
        self._file = None if folder is None else folder / f"{name[:32]}.json"
        self._lock = threading.Lock()
        self.upload: Action | None = None
        self.etags: dict[int, str] = {}
        self._load()

    def begin(self, upload: Action) -> None:
        """All parts go to these addresses from now on."""
        self.upload, self.etags = upload, {}

    def add(self, number: int, etag: str) -> None:
        """A part is stored, by the words of the storage."""
        with self._lock:
            self.etags[number] = etag
            if self._file is None or self.upload is None:
                return
            data = {
                "href": self.upload.href,
                "part_size": self.upload.part_size,
                "part_urls": self.upload.part_urls,
                "etags": self.etags,
            }
            with suppress(OSError, LocalStorageError):
                write_private(self._file, json.dumps(data))

    def forget(self) -> None:
        """The object is whole, or its parts are not to be had any more."""
        self.upload, self.etags = None, {}
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink()

    def _load(self) -> None:
        if self._file is None:
            return
        try:
            data = json.loads(self._file.read_bytes())
            self.upload = Action(str(data["href"]), {}, int(data["part_size"]), tuple(map(str, data["part_urls"])))
            self.etags = {int(number): str(etag) for number, etag in data["etags"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.upload, self.etags = None, {}
