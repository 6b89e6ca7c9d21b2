"""Thirty jobs, each with a follower of its own: nothing is lost, and nobody's memory grows with the log."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.testkit.cli import Cli

pytestmark = pytest.mark.slow

JOBS, LINES = 30, 20_000
PROGRAM = f"""
import sys, time
for n in range({LINES}):
    print(sys.argv[1], n, "x" * 80, flush=n % 1000 == 0)
    if n % 2000 == 0:
        time.sleep(0.2)
"""
MOST_MEMORY = 150 << 20


def test_thirty_jobs_and_thirty_followers(cli: Cli, jobs: Jobs, tmp_path: Path) -> None:
    jobs.limits.running = JOBS
    started = [
        cli("jobs", "run", "-d", "-q", "python:3.12", "python", "-c", PROGRAM, str(number)).stdout.strip()
        for number in range(JOBS)
    ]
    followers: list[subprocess.Popen[bytes]] = []
    for number, job_id in enumerate(started):
        with (tmp_path / str(number)).open("wb") as file:
            followers.append(cli.popen("jobs", "logs", "-f", job_id, stdout=file))
    most = 0
    while any(follower.poll() is None for follower in followers):
        most = max([most, *(peak(follower.pid) for follower in followers)])
        for follower in followers:
            with suppress(subprocess.TimeoutExpired):
                follower.wait(0.02)
    assert [follower.returncode for follower in followers] == [0] * JOBS
    for number in range(JOBS):
        expected = "".join(f"{number} {n} {'x' * 80}\n" for n in range(LINES)).encode()
        said = (tmp_path / str(number)).read_bytes()
        assert hashlib.sha256(said).digest() == hashlib.sha256(expected).digest(), f"job {number}"
    assert most < MOST_MEMORY


def peak(pid: int) -> int:
    """The most memory that a process has had, in bytes; 0 where the system does not tell."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def test_a_line_of_10_mb_and_the_memory_that_it_takes(cli: Cli, jobs: Jobs, tmp_path: Path) -> None:
    code = "import sys; [print('x' * 10_000_000) for _ in range(5)]"
    job_id = cli("jobs", "run", "-d", "-q", "python:3.12", "python", "-c", code).stdout.strip()
    with (tmp_path / "log").open("wb") as file:
        follower = cli.popen("jobs", "logs", "-f", job_id, stdout=file)
    most = 0
    while follower.poll() is None:
        most = max(most, peak(follower.pid))
        os.sched_yield()
    assert (tmp_path / "log").stat().st_size == 5 * 10_000_001
    assert most < MOST_MEMORY
