"""When a schedule fires: five ``@`` words and cron expressions of five fields, in UTC (surface.md §8.1)."""

from __future__ import annotations

from datetime import UTC, datetime

from ..store.errors import InvalidJob
from ..store.names import timestamp

WORDS = ("@annually", "@yearly", "@monthly", "@weekly", "@daily", "@hourly")


def next_time(schedule: str, after: datetime | None = None) -> str:
    """The first time after ``after`` (now), as the Hub writes times. Raises InvalidJob."""
    # croniter is slow to import, and only schedules need it.
    from croniter import croniter  # type: ignore[import-untyped]  # it says no types

    if not (schedule in WORDS or (len(schedule.split()) == 5 and croniter.is_valid(schedule))):
        raise InvalidJob(f"not a schedule: {schedule!r}")
    try:
        found = croniter(schedule, after or datetime.now(UTC)).get_next(datetime)
    except ValueError:  # 30 February
        raise InvalidJob(f"a schedule that never comes: {schedule!r}") from None
    return timestamp(found)
