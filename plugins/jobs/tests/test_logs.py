"""``hf jobs logs``, ``wait``, ``stats``, ``rerun``, ``labels``, ``cancel``."""

from __future__ import annotations

import json
import time

from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.testkit.cli import Cli
from hfcli_hub.testkit.hub import LiveHub

IMAGE = "python:3.12"


def start(cli: Cli, *command: str) -> str:
    done = cli("jobs", "run", "--detach", IMAGE, *command)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_logs(cli: Cli, jobs: Jobs, hub: LiveHub) -> None:
    job_id = start(cli, "sh", "-c", "seq 5; exit 4")
    assert cli("jobs", "wait", job_id).returncode == 1
    done = cli("jobs", "logs", job_id)
    assert (done.returncode, done.lines) == (0, ["1", "2", "3", "4", "5"])
    done = cli("jobs", "logs", "--tail", "2", "--timestamps", f"alice/{job_id}")
    assert [line.split()[1] for line in done.lines] == ["4", "5"]
    assert done.lines[0].startswith("20")
    assert hub.record.count(path="*/logs") == 2
    done = cli("jobs", "logs", "-f", "-n", "1", f"{hub.endpoint}/jobs/alice/{job_id}")
    assert (done.returncode, done.lines) == (1, ["5"])
    assert done.stderr.splitlines()[-1] == f"Error: Job {job_id} failed with exit code 4"
    done = cli("jobs", "logs", "--json", job_id)
    assert [json.loads(line)["data"] for line in done.lines] == ["1", "2", "3", "4", "5"]
    done = cli("jobs", "logs", "0" * 24)
    assert (done.returncode, done.stderr.splitlines()[0]) == (5, f"Error: Job '{'0' * 24}' not found")
    assert cli("jobs", "logs", "../x").returncode == 2
    assert cli("jobs", "logs", "bob/x", "--namespace", "alice").returncode == 2


def test_what_there_is_of_a_running_job(cli: Cli, jobs: Jobs) -> None:
    job_id = start(cli, "sh", "-c", "echo now; sleep 60")
    while not jobs.log(job_id).exists() or b"now" not in jobs.log(job_id).read_bytes():
        time.sleep(0.02)
    done = cli("jobs", "logs", job_id)
    assert (done.returncode, done.lines) == (0, ["now"])
    done = cli("jobs", "wait", "--timeout", "1", job_id)
    assert (done.returncode, "Timed out after 1s" in done.stderr) == (7, True)
    stats = cli("jobs", "stats", "--json", job_id).json()
    assert stats[0]["job_id"] == job_id
    assert stats[0]["memory_used_bytes"] > 0
    assert cli("jobs", "stats", "-q").lines == [job_id]
    follower = cli.popen("jobs", "stats", "--follow", job_id)
    assert follower.stdout is not None
    assert follower.stdout.readline().split()[:2] == [b"JOB", b"ID"]
    assert follower.stdout.readline().split()[0] == job_id.encode()
    assert cli("jobs", "cancel", job_id, "--json").json() == {"id": job_id}
    follower.communicate(timeout=20)
    assert follower.returncode == 0
    done = cli("jobs", "logs", "-f", job_id)
    assert (done.returncode, f"Job {job_id} was canceled" in done.stderr) == (1, True)
    assert cli("jobs", "cancel", job_id).returncode == 11
    assert cli("jobs", "stats", job_id, "--json").json() == [{"job_id": job_id}]


def test_wait_for_several(cli: Cli, jobs: Jobs) -> None:
    good, bad = start(cli, "true"), start(cli, "false")
    done = cli("jobs", "wait", "--json", good, bad)
    assert done.returncode == 1
    assert [(row["id"], row["stage"], row["job_exit_code"]) for row in done.json()] == [
        (good, "COMPLETED", 0),
        (bad, "ERROR", 1),
    ]
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert error["message"] == f"1 of 2 jobs did not complete: {bad} failed with exit code 1"
    assert cli("jobs", "wait", good).returncode == 0


def test_rerun_and_labels(cli: Cli, jobs: Jobs) -> None:
    (cli.work / "s").write_text("P=hunter22\n")
    first = cli("jobs", "run", "-d", "--secrets-file", "s", "-l", "a=b", IMAGE, "sh", "-c", "echo $P").stdout.strip()
    done = cli("jobs", "rerun", first)
    assert (done.returncode, done.stdout) == (0, "hunter22\n")
    again = jobs.records.jobs("alice")[0]
    assert again.id != first
    assert again.labels["a"] == "b"
    assert cli("jobs", "rerun", "-d", "-q", first).lines == [jobs.records.jobs("alice")[0].id]
    assert cli("jobs", "labels", first, "--name", "n").returncode == 0
    assert jobs.records.job(first).labels == {"name": "n", "a": "b"}
    assert cli("jobs", "labels", first, "-l", "c=d", "--json").json()["labels"] == {"c": "d"}
    assert cli("jobs", "labels", first, "--clear").returncode == 0
    assert jobs.records.job(first).labels == {}
    assert cli("jobs", "labels", first).returncode == 2
    assert cli("jobs", "labels", first, "--clear", "-l", "a").returncode == 2


def test_hardware(cli: Cli, jobs: Jobs) -> None:
    rows = cli("jobs", "hardware", "--json").json()
    assert (rows[0]["name"], rows[0]["hourly"]) == ("cpu-basic", 0)
    shown = cli("jobs", "hardware").lines
    assert shown[0].split()[:2] == ["NAME", "PRETTY"]
    assert "1x T4 (16 GB)" in next(line for line in shown if line.startswith("t4-small"))
    assert "cpu-basic" in cli("jobs", "hardware", "-q").lines
