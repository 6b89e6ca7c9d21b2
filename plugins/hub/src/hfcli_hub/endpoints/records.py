"""The database of endpoints, apart from the Hub's own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..store.database import Database
from ..store.errors import AlreadyExists
from .states import Course, Intent

SCHEMA = """
CREATE TABLE endpoints (
    uid TEXT PRIMARY KEY, namespace TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL, spec TEXT NOT NULL,
    catalog INTEGER NOT NULL, intent TEXT NOT NULL CHECK (intent IN ('run', 'pause', 'zero')), since REAL NOT NULL,
    updating INTEGER NOT NULL, used_at REAL NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL,
    updated_at TEXT NOT NULL, updated_by TEXT NOT NULL, UNIQUE (namespace, name)
)
"""
VERSION = 1


@dataclass(frozen=True)
class Record:
    """An endpoint as it was asked for. ``spec`` has the fields of the create body; secrets are in it.

    ``catalog``: it came from a recipe. ``created_by`` and ``updated_by`` are names of users.
    """

    uid: str
    namespace: str
    name: str
    spec: Mapping[str, Any]
    catalog: bool
    intent: Intent
    since: float
    updating: bool
    used_at: float
    created_at: str
    created_by: str
    updated_at: str
    updated_by: str

    @property
    def course(self) -> Course:
        scaling = self.spec["compute"]["scaling"]
        timeout = scaling.get("scaleToZeroTimeout")
        sleeps = timeout is not None and scaling["minReplica"] == 0
        return Course(self.intent, self.since, self.updating, self.used_at, 60.0 * timeout if sleeps else None)


class Records:
    def __init__(self, path: Path) -> None:
        self._db = Database(path, SCHEMA, VERSION)

    def add(self, record: Record) -> None:
        """Raises AlreadyExists."""
        values = (*vars(record).values(),)
        try:
            self._db.run(f"INSERT INTO endpoints VALUES ({', '.join('?' * len(values))})", *map(_plain, values))  # noqa: S608
        except sqlite3.IntegrityError:
            raise AlreadyExists(f"Endpoint {record.name!r} already exists in namespace {record.namespace!r}") from None

    def find(self, namespace: str, name: str) -> Record | None:
        row = self._db.row("SELECT * FROM endpoints WHERE namespace = ? AND name = ?", namespace, name)
        return _record(row) if row else None

    def by_uid(self, uid: str) -> Record | None:
        row = self._db.row("SELECT * FROM endpoints WHERE uid = ?", uid)
        return _record(row) if row else None

    def list(self, namespace: str) -> list[Record]:
        """Oldest first."""
        rows = self._db.rows("SELECT * FROM endpoints WHERE namespace = ? ORDER BY created_at, rowid", namespace)
        return [_record(row) for row in rows]

    def change(self, uid: str, **changes: Any) -> None:
        assignments = ", ".join(f"{column} = ?" for column in changes)  # names of columns, from this package alone
        self._db.run(f"UPDATE endpoints SET {assignments} WHERE uid = ?", *map(_plain, changes.values()), uid)  # noqa: S608

    def delete(self, uid: str) -> None:
        self._db.run("DELETE FROM endpoints WHERE uid = ?", uid)

    def close(self) -> None:
        self._db.close()


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, Mapping) else value


def _record(row: sqlite3.Row) -> Record:
    values = dict(row)
    values |= {"spec": json.loads(row["spec"]), "catalog": bool(row["catalog"]), "updating": bool(row["updating"])}
    return Record(**values)
