"""Jobs as rows: what a program gets of them, and what people see in a table."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hfcli_core.api import Column, format_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hfcli_jobs.service import JobsService

_AS_GIVEN = frozenset({"environment", "secrets", "labels", "gpus"})
_EXIT_CODE = re.compile(r"exit code:?\s*(\d{1,3})", re.IGNORECASE)


def job_fields(job: Mapping[str, Any], service: JobsService) -> dict[str, Any]:
    """Every field of a job in snake case, with ``name``, ``url``, and ``job_exit_code`` where it failed by one."""
    labels = job.get("labels")
    fields = {
        "name": labels.get("name") if isinstance(labels, dict) else None,
        **snake(job),
        "url": service.url(job),
        "job_exit_code": job_exit_code(job),
    }
    # Values of secrets are none of ours, should a server ever send them.
    if isinstance(fields.get("secrets"), dict):
        fields["secrets"] = dict.fromkeys(fields["secrets"], "***")
    return fields


def schedule_fields(schedule: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = snake(schedule)
    spec = fields.get("job_spec")
    if isinstance(spec, dict):
        if isinstance(spec.get("secrets"), dict):
            spec["secrets"] = dict.fromkeys(spec["secrets"], "***")
        labels = spec.get("labels")
        fields = {"name": labels.get("name") if isinstance(labels, dict) else None, **fields}
    return fields


def job_exit_code(job: Mapping[str, Any]) -> int | None:
    """The exit code of the command, which the Hub tells in a sentence; 0 for a job that completed."""
    status = job["status"]
    if status["stage"] == "COMPLETED":
        return 0
    found = _EXIT_CODE.search(str(status.get("message") or ""))
    return int(found[1]) if found else None


def image_of(fields: Mapping[str, Any]) -> str:
    return str(fields.get("docker_image") or fields.get("space_id") or "N/A")


def command_of(fields: Mapping[str, Any]) -> str:
    words = [*(fields.get("command") or []), *(fields.get("arguments") or [])]
    return " ".join(map(str, words)) or "N/A"


def local_time(text: Any) -> str:
    """``2026-01-31 12:00:00``, and ``N/A`` for nothing."""
    if not isinstance(text, str):
        return "N/A"
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return text


def runtime(fields: Mapping[str, Any]) -> str:
    durations = fields.get("durations")
    seconds = durations.get("running_secs") if isinstance(durations, dict) else None
    return format_duration(seconds if isinstance(seconds, int | float) else None)


JOB_COLUMNS = (
    Column("id", "JOB ID"),
    Column("image", "IMAGE/SPACE"),
    Column("command", "COMMAND", human=lambda words: " ".join(map(str, words or [])) or "N/A"),
    Column("created_at", "CREATED", human=local_time),
    Column("status", "STATUS", human=lambda status: str((status or {}).get("stage", "N/A"))),
)


def snake(value: Any) -> Any:
    """The same with keys such as ``created_at``, but for the names that users gave."""
    if isinstance(value, dict):
        return {
            name: item if name in _AS_GIVEN else snake(item)
            for name, item in ((_snaked(k), v) for k, v in value.items())
        }
    return [snake(item) for item in value] if isinstance(value, list) else value


def _snaked(key: str) -> str:
    return re.sub("(?<=[a-z0-9])([A-Z])", r"_\1", key).lower()
