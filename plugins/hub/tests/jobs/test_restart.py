"""The Hub ends in the middle of a job: how that ends is known afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hfcli_hub.home import HubHome
from hfcli_hub.jobs.records import Job, Records
from hfcli_hub.jobs.spec import JobSpec
from hfcli_hub.testkit.hub import LiveHub, running_hub


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def start(hub: LiveHub, shell: str) -> str:
    assert hub.store.jobs is not None
    spec = JobSpec(("sh", "-c", shell), docker_image="x")
    job = hub.store.jobs.create("alice", spec, secrets={}, labels={}, initiator={})
    log = hub.store.jobs.log(job.id)
    until(lambda: log.exists() and b'"ready"' in log.read_bytes())
    return job.id


def job_of(hub: LiveHub, job_id: str) -> Job:
    assert hub.store.jobs is not None
    return hub.store.jobs.records.job(job_id)


def test_stopped(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        job_id = start(hub, "echo ready; sleep 600")
    with running_hub(tmp_path) as hub:
        job = job_of(hub, job_id)
        assert (job.stage, job.message) == ("ERROR", "The Hub was stopped while the job ran")


def test_killed_and_started_again(tmp_path: Path) -> None:
    """The job runs on without the Hub, and the next Hub takes it over: its log, its end, and a cancel."""
    command = [sys.executable, "-m", "hfcli_core", "hub", "serve", "--jobs", "--port", "0", "--data", str(tmp_path)]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        home = HubHome(tmp_path)
        while home.running() is None:
            assert first.poll() is None
            time.sleep(0.02)
        token = create_token(tmp_path)
        endpoint = home.running().endpoint  # type: ignore[union-attr]
        ids = [post(endpoint, token, shell) for shell in ("sleep 600; exit 1", "read x </dev/null; sleep 1; exit 5")]
        logs = [tmp_path / "jobs" / job_id / "log" for job_id in ids]
        until(lambda: all(log.exists() and log.stat().st_size for log in logs))
    finally:
        first.kill()
        first.wait()
    until((tmp_path / "jobs" / ids[1] / "end.json").exists)
    with running_hub(tmp_path) as hub:
        assert hub.store.jobs is not None
        until(lambda: job_of(hub, ids[1]).finished)
        assert job_of(hub, ids[1]).message == "Job failed with exit code: 5. Reason: Error"
        assert job_of(hub, ids[0]).stage == "RUNNING"
        hub.store.jobs.cancel(job_of(hub, ids[0]))
        until(lambda: job_of(hub, ids[0]).stage == "CANCELED")


def test_the_supervisor_is_killed_too(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        job_id = start(hub, "echo ready; sleep 600")
        folder = tmp_path / "jobs" / job_id
        child = int((folder / "child").read_text())
        os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
        until(lambda: job_of(hub, job_id).finished)
        assert job_of(hub, job_id).message == "The machine went down while the job ran"
    if Path("/proc").is_dir():
        until(lambda: not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text())


def test_a_job_that_had_not_begun(tmp_path: Path) -> None:
    with running_hub(tmp_path, jobs=False):
        pass
    records = Records(tmp_path / "jobs.sqlite")
    job = records.add_job("alice", JobSpec(("true",), docker_image="x"), secrets={}, labels={}, initiator={})
    records.close()
    with running_hub(tmp_path) as hub:
        until(lambda: job_of(hub, job.id).stage == "COMPLETED")


def create_token(data: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hfcli_core", "hub", "token", "create", owner(data), "-q", "--data", str(data)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def owner(data: Path) -> str:
    with HubHome(data).open() as hub:
        return hub.accounts.list()[0].name


def post(endpoint: str, token: str, shell: str) -> str:
    import httpx

    headers = {"Authorization": f"Bearer {token}"}
    name = httpx.get(f"{endpoint}/api/whoami-v2", headers=headers).json()["name"]
    spec = {"dockerImage": "x", "command": ["sh", "-c", shell]}
    job: dict[str, str] = httpx.post(f"{endpoint}/api/jobs/{name}", json=spec, headers=headers).json()
    return job["id"]
