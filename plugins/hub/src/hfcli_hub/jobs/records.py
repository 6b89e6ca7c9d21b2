"""The jobs and schedules that are kept, in a database of their own: they outlive the Hub, and its other data them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..store.database import Database
from ..store.errors import UnknownJob
from ..store.names import new_uid, now
from .spec import JobSpec, read_spec

Stage = Literal["SCHEDULING", "RUNNING", "COMPLETED", "ERROR", "CANCELED"]
UNFINISHED: tuple[Stage, ...] = ("SCHEDULING", "RUNNING")

_SCHEMA = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL COLLATE NOCASE,
    spec TEXT NOT NULL,
    secrets TEXT NOT NULL,
    labels TEXT NOT NULL,
    initiator TEXT NOT NULL,
    schedule TEXT,
    stage TEXT NOT NULL DEFAULT 'SCHEDULING',
    message TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT
);
CREATE INDEX jobs_by_namespace ON jobs (namespace, stage);
CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL COLLATE NOCASE,
    spec TEXT NOT NULL,
    secrets TEXT NOT NULL,
    labels TEXT NOT NULL,
    schedule TEXT NOT NULL,
    suspend INTEGER NOT NULL,
    concurrency INTEGER NOT NULL,
    last_job TEXT,
    last_at TEXT,
    next_at TEXT,
    created_at TEXT NOT NULL
);
"""
_VERSION = 1


@dataclass(frozen=True)
class Job:
    """``initiator``: what caused it, as clients see it; ``schedule``: the id of the schedule that did."""

    id: str
    namespace: str
    spec: JobSpec
    secrets: Mapping[str, str]
    labels: Mapping[str, str]
    initiator: Mapping[str, Any]
    schedule: str | None
    stage: Stage
    message: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None

    @property
    def finished(self) -> bool:
        return self.stage not in UNFINISHED


@dataclass(frozen=True)
class Schedule:
    """``next_at`` is None while it is suspended."""

    id: str
    namespace: str
    spec: JobSpec
    secrets: Mapping[str, str]
    labels: Mapping[str, str]
    schedule: str
    suspend: bool
    concurrency: bool
    last_job: str | None
    last_at: str | None
    next_at: str | None
    created_at: str


class Records:
    """Safe for threads. Secrets are in the file, as schedules need them later, and the file is its owner's alone."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = Database(path, _SCHEMA, _VERSION)

    def close(self) -> None:
        self._db.close()

    def add_job(
        self,
        namespace: str,
        spec: JobSpec,
        *,
        secrets: Mapping[str, str],
        labels: Mapping[str, str],
        initiator: Mapping[str, Any],
        schedule: str | None = None,
    ) -> Job:
        job_id = new_uid()
        self._db.run(
            "INSERT INTO jobs (id, namespace, spec, secrets, labels, initiator, schedule, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(job_id, namespace, json.dumps(spec.to_json()), json.dumps(dict(secrets)), json.dumps(dict(labels))),
            *(json.dumps(dict(initiator)), schedule, now()),
        )
        return self.job(job_id)

    def job(self, job_id: str, namespace: str | None = None) -> Job:
        """Raises UnknownJob."""
        row = self._db.row(
            "SELECT * FROM jobs WHERE id = ? AND (? IS NULL OR namespace = ?)", *(job_id, namespace, namespace)
        )
        if row is None:
            raise UnknownJob("Job not found")
        return _job(row)

    def jobs(self, namespace: str | None = None, *, stages: Collection[str] = ()) -> list[Job]:
        """Newest first."""
        marks = ", ".join("?" * len(stages))
        rows = self._db.rows(
            f"SELECT * FROM jobs WHERE (? IS NULL OR namespace = ?)"  # noqa: S608  only question marks
            f"{f' AND stage IN ({marks})' if stages else ''} ORDER BY created_at DESC, rowid DESC",
            *(namespace, namespace, *stages),
        )
        return [_job(row) for row in rows]

    def count(self, namespace: str, stages: Collection[Stage]) -> int:
        row = self._db.row(
            f"SELECT count(*) FROM jobs WHERE namespace = ? AND stage IN ({', '.join('?' * len(stages))})",  # noqa: S608
            *(namespace, *stages),
        )
        assert row is not None
        return int(row[0])

    def started(self, job_id: str) -> None:
        self._db.run(
            "UPDATE jobs SET stage = 'RUNNING', started_at = ? WHERE id = ? AND stage = 'SCHEDULING'", *(now(), job_id)
        )

    def finish(self, job_id: str, stage: Stage, message: str | None, at: str | None = None) -> bool:
        """False when it had ended before."""
        changed = self._db.run(
            "UPDATE jobs SET stage = ?, message = ?, finished_at = ?"
            " WHERE id = ? AND stage IN ('SCHEDULING', 'RUNNING')",
            *(stage, message, at or now(), job_id),
        )
        return changed > 0

    def set_labels(self, table: Literal["jobs", "schedules"], key: str, labels: Mapping[str, str]) -> None:
        self._db.run(f"UPDATE {table} SET labels = ? WHERE id = ?", json.dumps(dict(labels)), key)  # noqa: S608

    def set_spec(self, job_id: str, spec: JobSpec) -> None:
        self._db.run("UPDATE jobs SET spec = ? WHERE id = ?", json.dumps(spec.to_json()), job_id)

    def add_schedule(
        self,
        namespace: str,
        spec: JobSpec,
        *,
        secrets: Mapping[str, str],
        labels: Mapping[str, str],
        schedule: str,
        suspend: bool,
        concurrency: bool,
        next_at: str | None,
    ) -> Schedule:
        schedule_id = new_uid()
        self._db.run(
            "INSERT INTO schedules VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?)",
            *(schedule_id, namespace, json.dumps(spec.to_json()), json.dumps(dict(secrets)), json.dumps(dict(labels))),
            *(schedule, suspend, concurrency, next_at, now()),
        )
        return self.schedule(schedule_id)

    def schedule(self, schedule_id: str, namespace: str | None = None) -> Schedule:
        """Raises UnknownJob."""
        row = self._db.row(
            "SELECT * FROM schedules WHERE id = ? AND (? IS NULL OR namespace = ?)",
            *(schedule_id, namespace, namespace),
        )
        if row is None:
            raise UnknownJob("Scheduled job not found")
        return _schedule(row)

    def schedules(self, namespace: str) -> Sequence[Schedule]:
        rows = self._db.rows("SELECT * FROM schedules WHERE namespace = ? ORDER BY created_at, rowid", namespace)
        return [_schedule(row) for row in rows]

    def due(self, moment: str) -> Sequence[Schedule]:
        rows = self._db.rows("SELECT * FROM schedules WHERE next_at <= ? ORDER BY next_at", moment)
        return [_schedule(row) for row in rows]

    def next_due(self) -> str | None:
        row = self._db.row("SELECT min(next_at) FROM schedules")
        return row[0] if row else None

    def reschedule(self, schedule_id: str, schedule: str, *, suspend: bool, next_at: str | None) -> None:
        self._db.run(
            "UPDATE schedules SET schedule = ?, suspend = ?, next_at = ? WHERE id = ?",
            *(schedule, suspend, next_at, schedule_id),
        )

    def fired(self, schedule_id: str, job_id: str, at: str) -> None:
        self._db.run("UPDATE schedules SET last_job = ?, last_at = ? WHERE id = ?", job_id, at, schedule_id)

    def set_next(self, schedule_id: str, next_at: str | None) -> None:
        self._db.run("UPDATE schedules SET next_at = ? WHERE id = ? AND NOT suspend", next_at, schedule_id)

    def delete_schedule(self, schedule_id: str) -> None:
        self._db.run("DELETE FROM schedules WHERE id = ?", schedule_id)


def _job(row: sqlite3.Row) -> Job:
    return Job(
        **{name: row[name] for name in ("id", "namespace", "schedule", "stage", "message")},
        **{name: row[name] for name in ("created_at", "started_at", "finished_at")},
        **_common(row),
        initiator=json.loads(row["initiator"]),
    )


def _schedule(row: sqlite3.Row) -> Schedule:
    return Schedule(
        **{name: row[name] for name in ("id", "namespace", "schedule", "last_job", "last_at", "next_at", "created_at")},
        **_common(row),
        suspend=bool(row["suspend"]),
        concurrency=bool(row["concurrency"]),
    )


def _common(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "spec": read_spec(json.loads(row["spec"])),
        "secrets": json.loads(row["secrets"]),
        "labels": json.loads(row["labels"]),
    }
