"""The SQLite file: schema, transactions, one connection shared by all threads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from .errors import StoreError

SCHEMA = """
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    type TEXT NOT NULL CHECK (type IN ('user', 'org')), fullname TEXT NOT NULL, email TEXT, created_at TEXT NOT NULL
);
CREATE TABLE memberships (
    org INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'write', 'contributor', 'read')),
    PRIMARY KEY (org, user)
);
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY, user INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    sha256 TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('read', 'write', 'fineGrained')), scopes TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE repos (
    uid TEXT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL COLLATE NOCASE, private INTEGER NOT NULL,
    gated TEXT CHECK (gated IN ('auto', 'manual')), sdk TEXT, creator INTEGER REFERENCES accounts ON DELETE SET NULL,
    created_at TEXT NOT NULL, UNIQUE (kind, id)
);
CREATE TABLE moved (
    kind TEXT NOT NULL, id TEXT NOT NULL COLLATE NOCASE, repo TEXT NOT NULL REFERENCES repos ON DELETE CASCADE,
    PRIMARY KEY (kind, id)
);
CREATE TABLE access (
    repo TEXT NOT NULL REFERENCES repos ON DELETE CASCADE, user INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'rejected')), updated_at TEXT NOT NULL,
    PRIMARY KEY (repo, user)
);
CREATE TABLE pulls (
    repo TEXT NOT NULL REFERENCES repos ON DELETE CASCADE, num INTEGER NOT NULL, title TEXT NOT NULL,
    description TEXT NOT NULL, author TEXT NOT NULL, base TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL,
    PRIMARY KEY (repo, num)
);
CREATE TABLE uploads (
    repo TEXT NOT NULL REFERENCES repos ON DELETE CASCADE, sha256 TEXT NOT NULL, PRIMARY KEY (repo, sha256)
) WITHOUT ROWID;
CREATE TABLE details (
    repo TEXT NOT NULL REFERENCES repos ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (repo, name)
) WITHOUT ROWID;
"""
VERSION = 3


class Run(Protocol):
    def __call__(self, statement: str, *values: Any) -> sqlite3.Cursor: ...


class Database:
    """Statements are short and the file is local, so one connection behind a lock serves all threads.

    ``schema`` is what a new file gets, semicolons between statements; ``version`` is raised when it changes.
    """

    def __init__(self, path: Path, schema: str = SCHEMA, version: int = VERSION) -> None:
        self._schema, self._version = schema, version
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # WAL's usual NORMAL may lose the last transactions in a power cut; what was acknowledged must stay.
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._prepare()

    def _prepare(self) -> None:
        with self.transaction() as run:
            found = run("PRAGMA user_version").fetchone()[0]
            if found == 0:
                for statement in filter(str.strip, self._schema.split(";")):
                    run(statement)
                run(f"PRAGMA user_version = {self._version}")
            elif found != self._version:
                raise StoreError(f"This data directory is of another version of the Hub: {found}, not {self._version}")

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, *values: Any) -> sqlite3.Row | None:
        rows = self.rows(statement, *values)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[Run]:
        """All statements or none; durable when the block is left. Yields a function `run(statement, *values)`."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield lambda statement, *values: self._connection.execute(statement, values)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def run(self, statement: str, *values: Any) -> int:
        """One statement as a transaction of its own. Returns the number of rows changed."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    def close(self) -> None:
        with self._lock:
            self._connection.close()
