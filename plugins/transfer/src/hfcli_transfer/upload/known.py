"""The hashes of files of this machine, kept from one upload to the next: an unchanged file is not read again.

One SQLite file for all folders, among what can be made again. Whatever is wrong with it costs time and nothing else.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from .sources import Source

_TABLE = """
CREATE TABLE IF NOT EXISTS hashes (
    file TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, ctime INTEGER, inode INTEGER,
    sha1 TEXT, sha256 TEXT, day INTEGER
) WITHOUT ROWID
"""
_BELOW = "SELECT file, size, mtime, ctime, inode, sha1, sha256 FROM hashes WHERE file = ? OR (file > ? AND file < ?)"
_KEEP = "INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM hashes WHERE file IN (SELECT file FROM hashes ORDER BY day LIMIT ?)"
_MOST_ROWS = 1_000_000
_WAIT = 2.0
"""Seconds for another upload that writes."""


class Hashes(NamedTuple):
    """Git's hash of the blob, and the hash that LFS names it by; None where it was not needed yet."""

    sha1: str | None = None
    sha256: str | None = None


class KnownHashes:
    """What is known of the files at and below ``local``, and what is learned of them; safe for threads.

    A file is the same while its size, both its times and its inode are, so that one that was replaced, or changed in
    place, is unknown again.
    """

    def __init__(self, database: Path, local: str) -> None:
        self._database = database
        self._local = local
        self._root = os.path.realpath(local)
        self._found: dict[str, tuple[tuple[int, int, int, int], Hashes]] = {}
        self._learned: set[str] = set()
        self._load()

    def of(self, source: Source) -> Hashes:
        key, hashes = self._found.get(self._name(source), (None, Hashes()))
        return hashes if key == _key(source) else Hashes()

    def learn(self, source: Source, *, sha1: str | None = None, sha256: str | None = None) -> None:
        """What was found out about a source that did not change meanwhile."""
        before, name = self.of(source), self._name(source)
        self._found[name] = _key(source), Hashes(sha1 or before.sha1, sha256 or before.sha256)
        self._learned.add(name)

    def save(self) -> None:
        """Keep what was learned."""
        learned, self._learned = self._learned, set()
        if not learned:
            return
        day = int(time.time() // 86400)
        rows = [(name, *self._found[name][0], *self._found[name][1], day) for name in learned if name.isprintable()]
        with suppress(sqlite3.Error, OSError), closing(self._open()) as connection, connection:
            connection.execute(_TABLE)
            connection.executemany(_KEEP, rows)
            count = connection.execute("SELECT count(*) FROM hashes").fetchone()[0]
            if count > _MOST_ROWS:
                connection.execute(_FORGET, (count - _MOST_ROWS // 2,))

    def _load(self) -> None:
        root = self._root.rstrip(os.sep)
        if not root.isprintable() or not _is_ours(self._database):
            return
        try:
            with closing(self._open()) as connection:
                for name, size, mtime, ctime, inode, *hashes in connection.execute(
                    _BELOW, (root, f"{root}{os.sep}", f"{root}{os.sep}\U0010ffff")
                ):
                    self._found[name] = (size, mtime, ctime, inode), Hashes(*hashes)
        except sqlite3.DatabaseError:
            self._found.clear()
            with suppress(OSError):
                self._database.unlink()

    def _open(self) -> sqlite3.Connection:
        self._database.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(self._database, os.O_CREAT | os.O_EXCL, 0o600))
        return sqlite3.connect(self._database, timeout=_WAIT)

    def _name(self, source: Source) -> str:
        return self._root.rstrip(os.sep) + source.file.removeprefix(self._local)


def _key(source: Source) -> tuple[int, int, int, int]:
    return source.size, source.mtime_ns, source.ctime_ns, source.inode


def _is_ours(file: Path) -> bool:
    """Whether it is there, and nobody else could have written into it what we then take for our own files' hashes."""
    try:
        status = file.stat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
