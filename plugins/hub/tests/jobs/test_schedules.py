"""Schedules fire, at their times and no others."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.jobs.records import Schedule
from hfcli_hub.jobs.schedule_times import next_time
from hfcli_hub.jobs.spec import JobSpec
from hfcli_hub.store.errors import InvalidJob
from hfcli_hub.testkit.hub import LiveHub, running_hub

PAST = "2026-01-01T00:00:00.000Z"


def make(jobs: Jobs, *command: str, concurrency: bool = False, suspend: bool = False) -> Schedule:
    return jobs.schedules.create(
        "alice",
        JobSpec(command, docker_image="x"),
        secrets={"S": "1"},
        labels={"a": "b"},
        schedule="@yearly",
        suspend=suspend,
        concurrency=concurrency,
    )


def jobs_of(hub: LiveHub) -> Jobs:
    assert hub.store.jobs is not None
    return hub.store.jobs


def fire(jobs: Jobs, schedule: Schedule) -> None:
    """Its time has come."""
    jobs.records.set_next(schedule.id, PAST)
    jobs.schedules._ensure_thread()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_fires(hub: LiveHub) -> None:
    jobs = jobs_of(hub)
    schedule = make(jobs, "true")
    fire(jobs, schedule)
    until(lambda: len(jobs.records.jobs("alice", stages=("COMPLETED",))) == 1)
    [job] = jobs.records.jobs("alice")
    assert (job.schedule, job.initiator, job.secrets, job.labels) == (
        schedule.id,
        {"type": "scheduled-job", "id": schedule.id},
        {"S": "1"},
        {"a": "b"},
    )
    after = jobs.records.schedule(schedule.id)
    assert (after.last_job, after.next_at) == (job.id, schedule.next_at)


def test_one_at_a_time_unless_it_may(hub: LiveHub) -> None:
    jobs = jobs_of(hub)
    alone, together = make(jobs, "sleep", "60"), make(jobs, "sleep", "60", concurrency=True)
    for count in (1, 2):
        for schedule in (alone, together):
            fire(jobs, schedule)
            until(lambda schedule=schedule: jobs.records.schedule(schedule.id).next_at != PAST)  # type: ignore[misc]
        until(lambda count=count: len([j for j in jobs.records.jobs() if j.schedule == together.id]) == count)  # type: ignore[misc]
    assert len([job for job in jobs.records.jobs() if job.schedule == alone.id]) == 1


def test_suspended(hub: LiveHub) -> None:
    jobs = jobs_of(hub)
    schedule = make(jobs, "true", suspend=True)
    assert schedule.next_at is None
    fire(jobs, schedule)
    assert jobs.records.schedule(schedule.id).next_at is None
    resumed = jobs.schedules.change(schedule, suspend=False)
    assert resumed.next_at is not None
    assert jobs.schedules.change(resumed, suspend=True).next_at is None


def test_a_time_that_passed_while_the_hub_was_down(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        schedule = make(jobs_of(hub), "true")
        jobs_of(hub).records.set_next(schedule.id, None)
    with running_hub(tmp_path, jobs=False):
        pass
    from hfcli_hub.jobs.records import Records

    records = Records(tmp_path / "jobs.sqlite")
    records.set_next(schedule.id, PAST)
    records.close()
    with running_hub(tmp_path) as hub:
        until(lambda: len(jobs_of(hub).records.jobs("alice")) == 1)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("@hourly", "2026-01-01T13:00"), ("@annually", "2027-01-01T00:00"), ("*/5 * * * *", "2026-01-01T12:05")],
)
def test_times(schedule: str, expected: str) -> None:
    assert next_time(schedule, datetime(2026, 1, 1, 12, 1, tzinfo=UTC)).startswith(expected)


@pytest.mark.parametrize("schedule", ["", "x", "@reboot", "* * * *", "0 0 30 2 *"])
def test_no_times(schedule: str) -> None:
    with pytest.raises(InvalidJob):
        next_time(schedule)
