"""``hf jobs ps`` and ``hf jobs scheduled ps``: which of them, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from hfcli_core.api import Column, UsageError

from hfcli_jobs import template as templates
from hfcli_jobs.filters import parse_filters, passes_labels
from hfcli_jobs.service import ACTIVE, stage
from hfcli_jobs.shapes import (
    JOB_COLUMNS,
    command_of,
    image_of,
    job_fields,
    local_time,
    runtime,
    schedule_fields,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hfcli_core.api import Output

    from hfcli_jobs.service import JobsService

STAGES = ("COMPLETED", "CANCELED", "ERROR", "DELETED", "SCHEDULING", "RUNNING")
STATES = ("active", "suspended")


@dataclass(frozen=True)
class Listing:
    """What the options of a list say. ``limit`` 0: all of them."""

    all: bool = False
    filter: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    name: str | None = None
    limit: int = 0
    template: str | None = None


def list_jobs(service: JobsService, output: Output, listing: Listing) -> None:
    """Those that run or are about to, but for ``--all`` or ``--status``."""
    stages = [stage.upper() for stage in _words(listing.status, STAGES)] or ([] if listing.all else list(ACTIVE))
    passes = parse_filters(listing.filter, _JOB_KEYS)

    def wanted() -> Iterator[dict[str, Any]]:
        # A Hub that does not know UPDATING may refuse it; one that ignores the question answers with everything.
        for job in service.jobs(stages=[one for one in stages if one in STAGES], labels=_labels(listing)):
            if stages and stage(job) not in stages:
                continue
            fields = {"image": "", **job_fields(job, service)}
            fields["image"] = image_of(fields)
            if passes(fields) and passes_labels(fields, listing.label, listing.name):
                yield fields

    found = list(islice(wanted(), listing.limit + 1 if listing.limit else None))
    more = bool(listing.limit) and len(found) > listing.limit
    rows = found[: listing.limit or None]
    _show(rows, JOB_COLUMNS, output, listing, _JOB_TEMPLATE_KEYS, empty="No jobs found")
    if not rows and not (listing.all or listing.status):
        output.hint("--all lists also those that have ended")
    if more:
        output.hint(f"there are more than {listing.limit}: --limit 0 lists all")


def list_schedules(service: JobsService, output: Output, listing: Listing) -> None:
    """Those that are not suspended, but for ``--all`` or ``--status``."""
    states = _words(listing.status, STATES) or (list(STATES) if listing.all else ["active"])
    passes = parse_filters(listing.filter, _SCHEDULE_KEYS)
    rows = []
    for schedule in service.schedules(labels=_labels(listing)):
        fields = schedule_fields(schedule)
        spec, status = fields.get("job_spec") or {}, fields.get("status") or {}
        fields |= {
            "image": image_of(spec),
            "command": spec.get("command") or [],
            "last_run": (status.get("last_job") or {}).get("at"),
            "next_run": status.get("next_job_run_at"),
        }
        state = "suspended" if fields.get("suspend") else "active"
        if state in states and passes(fields) and passes_labels(fields, listing.label, listing.name):
            rows.append(fields)
    _show(rows, _SCHEDULE_COLUMNS, output, listing, _SCHEDULE_TEMPLATE_KEYS, empty="No scheduled jobs found")
    if not rows and not (listing.all or listing.status):
        output.hint("--all lists also those that are suspended")


def _show(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Column],
    output: Output,
    listing: Listing,
    short: Mapping[str, Callable[[Mapping[str, Any]], Any]],
    *,
    empty: str,
) -> None:
    if listing.template is None:
        conditions = [*listing.filter, *listing.label, *([f"name={listing.name}"] if listing.name else [])]
        matching = f" matching filters: {', '.join(conditions)}" if conditions else ""
        output.table(rows, columns, quiet="id", empty=f"{empty}{matching}")
        return
    named = [{**row, **{name: value(row) for name, value in short.items()}} for row in rows]
    for line in templates.render(listing.template, named):
        output.print(line)


def _words(texts: Sequence[str], known: Sequence[str]) -> list[str]:
    """``a,b`` and ``a`` ``b`` alike, in any case."""
    words = [word.strip() for text in texts for word in text.split(",") if word.strip()]
    by_name = {name.lower(): name for name in known}
    for word in words:
        if word.lower() not in by_name:
            raise UsageError(f"invalid value for '--status': '{word}'", hint=f"one of {', '.join(known)}")
    return [by_name[word.lower()] for word in words]


def _labels(listing: Listing) -> list[str]:
    """What the Hub can look for: pairs; a key alone is looked for here."""
    name = [f"name={listing.name}"] if listing.name is not None else []
    return [*name, *(label for label in listing.label if "=" in label)]


_JOB_KEYS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "id": lambda fields: str(fields.get("id")),
    "name": lambda fields: str(fields.get("name") or ""),
    "image": image_of,
    "status": lambda fields: str((fields.get("status") or {}).get("stage")),
    "command": command_of,
    "flavor": lambda fields: str(fields.get("flavor") or ""),
}
_JOB_TEMPLATE_KEYS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "image": image_of,
    "command": command_of,
    "created": lambda fields: local_time(fields.get("created_at")),
    "status": _JOB_KEYS["status"],
    "runtime": runtime,
}
_SCHEDULE_KEYS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "id": lambda fields: str(fields.get("id")),
    "name": lambda fields: str(fields.get("name") or ""),
    "image": lambda fields: str(fields["image"]),
    "suspend": lambda fields: str(bool(fields.get("suspend"))),
    "command": command_of,
    "schedule": lambda fields: str(fields.get("schedule")),
}
_SCHEDULE_TEMPLATE_KEYS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "command": command_of,
    "last_run": lambda fields: local_time(fields.get("last_run")),
    "next_run": lambda fields: local_time(fields.get("next_run")),
}
_SCHEDULE_COLUMNS = (
    Column("id", "ID"),
    Column("schedule", "SCHEDULE"),
    Column("image", "IMAGE/SPACE"),
    Column("command", "COMMAND", human=lambda words: " ".join(map(str, words or [])) or "N/A"),
    Column("last_run", "LAST RUN", human=local_time),
    Column("next_run", "NEXT RUN", human=local_time),
    Column("suspend", "SUSPEND", human=lambda suspend: str(bool(suspend))),
)
