"""``hf jobs scheduled …``."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hfcli_core.api import UsageError
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.testkit.cli import Cli
from hfcli_jobs.schedules import next_runs

IMAGE = "python:3.12"


@pytest.mark.parametrize(
    ("schedule", "times"),
    [
        ("@hourly", ["01 13:00", "01 14:00", "01 15:00"]),
        ("@daily", ["02 00:00", "03 00:00", "04 00:00"]),
        ("*/5 * * * *", ["01 12:05", "01 12:10", "01 12:15"]),
        ("0 9 * * 1", ["05 09:00", "12 09:00", "19 09:00"]),
    ],
)
def test_next_runs(schedule: str, times: list[str]) -> None:
    after = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert [f"{moment:%d %H:%M}" for moment in next_runs(schedule, after=after)] == times


@pytest.mark.parametrize("schedule", ["", "hourly", "@minutely", "* * * *", "* * * * * *", "61 * * * *", "0 0 30 2 *"])
def test_what_is_no_schedule(schedule: str) -> None:
    with pytest.raises(UsageError):
        next_runs(schedule)


def test_from_its_creation_to_its_end(cli: Cli, jobs: Jobs) -> None:
    done = cli("jobs", "scheduled", "run", "--concurrency", "-l", "a=b", "--name", "n", "@hourly", IMAGE, "echo", "x")
    assert done.returncode == 0, done.stderr
    [schedule] = jobs.records.schedules("alice")
    assert done.stdout == f"Scheduled Job created with ID: {schedule.id}\n"
    assert done.stderr.startswith("Next runs (UTC): 20")
    assert done.stderr.count(":00") == 3
    assert (schedule.concurrency, schedule.suspend, schedule.labels) == (True, False, {"name": "n", "a": "b"})

    assert cli("jobs", "scheduled", "suspend", schedule.id).stdout == ""
    assert jobs.records.schedule(schedule.id).next_at is None
    assert cli("jobs", "scheduled", "ps", "-q").stdout == ""
    assert cli("jobs", "scheduled", "ps", "-q", "--status", "suspended").lines == [schedule.id]
    assert cli("jobs", "scheduled", "ps", "-q", "-a", "-f", "suspend=true", "-l", "a=b").lines == [schedule.id]
    done = cli("jobs", "scheduled", "ls", "--all", "--format", "{{.id}} {{.schedule}} {{.command}} {{.next_run}}")
    assert done.lines == [f"{schedule.id} @hourly echo x N/A"]
    assert cli("jobs", "scheduled", "resume", schedule.id, "--json").json() == {"id": schedule.id}
    assert jobs.records.schedule(schedule.id).next_at is not None

    done = cli("jobs", "scheduled", "reschedule", schedule.id, "0 9 * * 1")
    assert (done.returncode, "09:00" in done.stderr) == (0, True)
    assert jobs.records.schedule(schedule.id).schedule == "0 9 * * 1"
    assert cli("jobs", "scheduled", "reschedule", schedule.id, "never").returncode == 2
    assert cli("jobs", "scheduled", "labels", schedule.id, "--name", "m").returncode == 0
    assert jobs.records.schedule(schedule.id).labels == {"name": "m", "a": "b"}

    job_id = cli("jobs", "scheduled", "trigger", schedule.id).stdout.strip()
    assert cli("jobs", "logs", "-f", job_id).lines == ["x"]
    [described] = cli("jobs", "scheduled", "inspect", schedule.id).json()
    assert described["status"]["last_job"]["id"] == job_id
    assert described["job_spec"]["command"] == ["echo", "x"]
    assert cli("jobs", "scheduled", "delete", schedule.id).returncode == 0
    done = cli("jobs", "scheduled", "inspect", schedule.id)
    assert (done.returncode, done.stderr.splitlines()[0]) == (5, f"Error: Scheduled job '{schedule.id}' not found")
    assert cli("jobs", "scheduled", "ps", "-a").stdout == "No scheduled jobs found\n"


def test_nothing_is_made_of_what_cannot_be(cli: Cli, jobs: Jobs) -> None:
    (cli.work / "s.py").write_text("print(1)\n")
    assert cli("jobs", "scheduled", "uv", "run", "hourly", "s.py").returncode == 2
    assert cli("jobs", "scheduled", "run", "--dry-run", "@hourly", IMAGE, "true").returncode == 0
    assert list(jobs.records.schedules("alice")) == []
    done = cli("jobs", "scheduled", "uv", "run", "--suspend", "@daily", "s.py", "-q")
    [schedule] = jobs.records.schedules("alice")
    assert done.lines == [schedule.id]
    assert schedule.suspend
    assert schedule.spec.environment["UV_SCRIPT_URL"].endswith("/s.py")
