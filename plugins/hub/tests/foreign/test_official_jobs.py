"""Both official clients run jobs on the embedded Hub: the judges of that part of its wire protocol."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.jobs.records import Job
from hfcli_hub.testkit.hub import LiveHub

pytestmark = pytest.mark.foreign

PROGRAM = Path(__file__).with_name("official_jobs.py")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hf(official_client: Callable[[str], Any], environ: dict[str, str], tmp_path: Path) -> Callable[[str], Run]:
    def of(version: str) -> Run:
        def run(*words: str) -> subprocess.CompletedProcess[str]:
            done: subprocess.CompletedProcess[str] = official_client(version).run_python(
                [PROGRAM, *words], env=environ, cwd=tmp_path
            )
            return done

        return run

    return of


def newest(hub: LiveHub) -> Job:
    assert hub.store.jobs is not None
    return hub.store.jobs.records.jobs("alice")[0]


def test_jobs_of_2_4_0(hf: Callable[[str], Run], hub: LiveHub) -> None:
    run = hf("2.4.0")
    done = run(
        "jobs",
        "run",
        "-e",
        "FOO=foo",
        "-s",
        "BAR=bar",
        "-l",
        "kind=test",
        "python:3.12",
        "bash",
        "-c",
        "echo $FOO $BAR",
    )
    assert done.returncode == 0, done.stderr
    assert "foo bar" in done.stdout
    assert newest(hub).labels.keys() == {"name", "kind"}
    failed = run("jobs", "run", "python:3.12", "bash", "-c", "echo out; exit 3")
    assert failed.returncode == 1
    assert "finished with stage 'ERROR'" in failed.stderr
    logs = run("jobs", "logs", newest(hub).id)
    assert "out" in logs.stdout.splitlines()
    started = run("jobs", "run", "-d", "--json", "--timeout", "1h", "python:3.12", "sleep", "100")
    job_id = json.loads(started.stdout)["id"]
    listed = json.loads(run("jobs", "ps", "--json").stdout)
    assert [job["id"] for job in listed] == [job_id]
    assert len(json.loads(run("jobs", "ps", "-a", "--json").stdout)) == 3
    [inspected] = json.loads(run("jobs", "inspect", job_id, "--json").stdout)
    assert inspected["command"] == ["sleep", "100"]
    stats = json.loads(run("jobs", "stats", job_id, "--json").stdout)
    assert stats[0]["memory_used_bytes"] > 0
    assert run("jobs", "labels", job_id, "-l", "a=b", "--json").returncode == 0
    assert newest(hub).labels == {"a": "b"}
    assert run("jobs", "cancel", job_id).returncode == 0
    waited = run("jobs", "wait", job_id)
    assert waited.returncode == 1
    assert "CANCELED" in waited.stdout
    again = run("jobs", "rerun", job_id, "-d", "--json")
    assert json.loads(again.stdout)["id"] == newest(hub).id
    run("jobs", "cancel", newest(hub).id)
    hardware = json.loads(run("jobs", "hardware", "--json").stdout)
    assert hardware[0]["name"] == "cpu-basic"
    assert run("jobs", "inspect", "0" * 24).returncode == 1


@pytest.mark.slow
def test_schedules_of_2_4_0(hf: Callable[[str], Run], hub: LiveHub) -> None:
    run = hf("2.4.0")
    made = run("jobs", "scheduled", "run", "--json", "@hourly", "python:3.12", "echo", "again")
    assert made.returncode == 0, made.stderr
    schedule_id = json.loads(made.stdout)["id"]
    assert [job["id"] for job in json.loads(run("jobs", "scheduled", "ps", "--json").stdout)] == [schedule_id]
    [inspected] = json.loads(run("jobs", "scheduled", "inspect", schedule_id, "--json").stdout)
    assert inspected["schedule"] == "@hourly"
    for words in (["suspend"], ["resume"], ["labels", "-l", "a=b"]):
        done = run("jobs", "scheduled", words[0], schedule_id, *words[1:])
        assert done.returncode == 0, done.stderr
    done = run("jobs", "scheduled", "reschedule", schedule_id, "0 9 * * 1")
    assert done.returncode == 0, done.stderr
    assert run("jobs", "scheduled", "trigger", schedule_id).returncode == 0
    assert newest(hub).schedule == schedule_id
    assert run("jobs", "scheduled", "delete", schedule_id).returncode == 0
    assert json.loads(run("jobs", "scheduled", "ps", "-a", "--json").stdout) == []


@pytest.mark.slow
def test_jobs_of_1_1_7(hf: Callable[[str], Run], hub: LiveHub, tmp_path: Path) -> None:
    run = hf("1.1.7")
    done = run("jobs", "run", "-e", "FOO=foo", "-s", "BAR=bar", "python:3.12", "--", "bash", "-c", "echo $FOO $BAR")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"Job started with ID: {newest(hub).id}"
    assert lines[1] == f"View at: {hub.endpoint}/jobs/alice/{newest(hub).id}"
    assert lines[2:] == ["foo bar"]
    assert run("jobs", "logs", newest(hub).id).stdout == "foo bar\n"
    started = run("jobs", "run", "-d", "python:3.12", "sleep", "100")
    job_id = re.findall("ID: (.*)", started.stdout)[0]
    inspected = json.loads(run("jobs", "inspect", job_id).stdout)
    assert inspected[0]["status"]["stage"] == "RUNNING"
    assert run("jobs", "cancel", job_id).returncode == 0
    (tmp_path / "script.py").write_text("import sys; print(sys.argv[1:])\n")
    done = run("jobs", "uv", "run", "script.py", "a", "b")
    assert done.returncode == 0, done.stderr
    assert "['a', 'b']" in done.stdout.splitlines()
    assert "script.py" in hub.list_files("alice/hf-cli-jobs-uv-run-scripts", "dataset")
    made = run("jobs", "scheduled", "run", "@hourly", "python:3.12", "echo", "again")
    schedule_id = re.findall("ID: (.*)", made.stdout)[0]
    for action in ("suspend", "resume", "delete"):
        assert run("jobs", "scheduled", action, schedule_id).returncode == 0
    assert hub.store.jobs is not None
    assert list(hub.store.jobs.records.schedules("alice")) == []
