"""Schedules: ``@hourly`` and its kind, or cron expressions of five fields, in UTC (surface.md §8.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

from hfcli_core.api import UsageError

WORDS = ("@annually", "@yearly", "@monthly", "@weekly", "@daily", "@hourly")
_HINT = f'write one of {", ".join(WORDS)}, or a cron expression such as "0 9 * * 1"'


def next_runs(schedule: str, count: int = 3, after: datetime | None = None) -> list[datetime]:
    """The next times. Raises :class:`UsageError` for what is no schedule, and for one that never comes."""
    # croniter is slow to import, and only schedules need it.
    from croniter import croniter  # type: ignore[import-untyped]  # it says no types

    if not (schedule in WORDS or (len(schedule.split()) == 5 and croniter.is_valid(schedule))):
        raise UsageError(f"'{schedule}' is not a schedule", hint=_HINT)
    times = croniter(schedule, after or datetime.now(UTC), ret_type=datetime)
    try:
        return list(islice(times, count))
    except ValueError:
        raise UsageError(f"'{schedule}' never comes", hint=_HINT) from None


def describe_next(schedule: str) -> str:
    """A line for people."""
    times = ", ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in next_runs(schedule))
    return f"Next runs (UTC): {times}"
