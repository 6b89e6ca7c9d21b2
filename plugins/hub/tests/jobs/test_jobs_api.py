"""Jobs by the wire alone: who may, what limits them, what is told of them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.testkit.hub import LiveHub, running_hub

Call = Callable[..., httpx.Response]
SPEC = {"dockerImage": "python:3.12", "command": ["true"]}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with running_hub(tmp_path_factory.mktemp("hub"), relay=False) as hub:
        yield hub


@pytest.fixture
def jobs(hub: LiveHub) -> Iterator[Jobs]:
    assert hub.store.jobs is not None
    jobs = hub.store.jobs
    yield jobs
    for job in jobs.records.jobs(stages=("RUNNING", "SCHEDULING")):
        jobs.cancel(job)


@pytest.fixture
def call(hub: LiveHub, jobs: Jobs) -> Iterator[Call]:
    with httpx.Client(base_url=f"{hub.endpoint}/api/", timeout=30) as client:

        def call(method: str, path: str, *, token: str | None = "", **options: Any) -> httpx.Response:
            given = hub.token("alice") if token == "" else token
            headers = ({"Authorization": f"Bearer {given}"} if given else {}) | options.pop("headers", {})
            return client.request(method, path, headers=headers, **options)

        yield call


def run(call: Call, *command: str, **spec: Any) -> dict[str, Any]:
    answer = call("POST", "jobs/alice", json={**SPEC, "command": list(command), **spec})
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


def log(call: Call, job_id: str, **options: Any) -> list[str]:
    """Every line that it says until its end."""
    text = call("GET", f"jobs/alice/{job_id}/logs", **options).text
    lines = [json.loads(line.removeprefix("data: "))["data"] for line in text.splitlines() if line.startswith("data: ")]
    return [line for line in lines if not line.startswith("===== Job started")]


def ended(call: Call, job_id: str) -> dict[str, Any]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        job: dict[str, Any] = call("GET", f"jobs/alice/{job_id}").json()
        if job["finishedAt"]:
            return job
        time.sleep(0.02)
    raise AssertionError(job)


def test_who_may(hub: LiveHub, call: Call) -> None:
    job_id = run(call, "true")["id"]
    for method, path in (
        ("POST", "jobs/alice"),
        ("GET", "jobs/alice"),
        ("GET", f"jobs/alice/{job_id}"),
        ("GET", f"jobs/alice/{job_id}/logs"),
        ("GET", f"jobs/alice/{job_id}/metrics"),
        ("POST", f"jobs/alice/{job_id}/cancel"),
        ("POST", f"jobs/alice/{job_id}/duplicate"),
        ("POST", "scheduled-jobs/alice"),
        ("GET", "scheduled-jobs/alice"),
    ):
        options = {"json": SPEC} if method == "POST" else {}
        statuses = [
            call(method, path, token=token, **options).status_code
            for token in (None, hub.token("bob"), hub.token("alice", "read"))
        ]
        assert statuses == [401, 403, 403], path
    assert call("POST", "jobs/acme", json=SPEC).status_code == 200
    assert call("GET", f"jobs/acme/{job_id}").status_code == 404
    assert call("POST", "jobs/alice", json=SPEC, headers={"Origin": "https://evil.example"}).status_code == 403
    assert call("POST", "jobs/alice", json=SPEC, headers={"Host": "evil.example"}).status_code == 403
    assert call("POST", "jobs/alice", json=SPEC, headers={"Origin": hub.endpoint}).status_code == 200


def test_jobs_that_are_not_enabled(tmp_path: Path) -> None:
    with running_hub(tmp_path, jobs=False) as hub:
        headers = {"Authorization": f"Bearer {hub.token('alice')}"}
        answer = httpx.post(f"{hub.endpoint}/api/jobs/alice", json=SPEC, headers=headers)
    assert (answer.status_code, "--jobs" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dockerImage": None}, "dockerImage"),
        ({"spaceId": "a/b"}, "dockerImage"),
        ({"dockerImage": "--privileged"}, "no name of an image"),
        ({"command": []}, "command"),
        ({"command": ["a\0b"]}, "command"),
        ({"command": "true"}, "command"),
        ({"environment": {"1A": "x"}}, "1A"),
        ({"environment": {"A": 1}}, "A"),
        ({"secrets": ["x"]}, "secrets"),
        ({"flavor": "../x"}, "flavor"),
        ({"timeoutSeconds": 0}, "timeoutSeconds"),
        ({"attempts": 99}, "attempts"),
        ({"labels": {"a": 1}}, "labels"),
    ],
)
def test_what_is_refused(call: Call, change: dict[str, Any], said: str) -> None:
    answer = call("POST", "jobs/alice", json={**SPEC, **change})
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_nothing_but_what_was_given(call: Call, jobs: Jobs) -> None:
    job = run(call, "sh", "-c", "env | sort; ls -A; pwd", environment={"A": "1"}, secrets={"S": "2"})
    lines = log(call, job["id"])
    names = {line.partition("=")[0] for line in lines[:-1]}
    assert names - {"PWD", "SHLVL", "_", "OLDPWD"} == {"A", "S", "PATH", "HOME", "TMPDIR", "JOB_ID"}
    assert lines[-1].startswith(str(jobs.log(job["id"]).parent))
    assert ended(call, job["id"])["secrets"] == {"S": "***"}
    assert not (jobs.log(job["id"]).parent / "work").exists()
    if os.name == "posix":
        assert (jobs.log(job["id"]).parent.parent.parent / "jobs.sqlite").stat().st_mode & 0o077 == 0


def test_programs(call: Call) -> None:
    for command, said in (
        (["python", "-c", "import sys; print(sys.version_info[0])"], "3"),
        (["python3.12", "-c", "print(1)"], "1"),
        (["no-such-program"], "no-such-program: No such file or directory"),
        (["sh", "-c", "printf 'no newline'"], "no newline"),
    ):
        assert log(call, run(call, *command)["id"]) == [said]


def test_limits(call: Call, jobs: Jobs) -> None:
    job = run(call, "python", "-c", "bytearray(17 * 10**9)")
    assert log(call, job["id"])[-1] == "MemoryError"
    jobs.limits.grace = 0.2
    job = run(call, "sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done", timeoutSeconds=1)
    log(call, job["id"])
    assert ended(call, job["id"])["status"] == {"stage": "ERROR", "message": "Job timeout"}
    jobs.limits.log, before = 1000, jobs.limits.log
    job = run(call, "seq", "1000")
    assert log(call, job["id"])[-1] == "===== The log is full ====="
    assert ended(call, job["id"])["status"]["stage"] == "COMPLETED"
    jobs.limits.log = before


def test_how_jobs_end(call: Call) -> None:
    for shell, stage, message in (
        ("exit 0", "COMPLETED", None),
        ("exit 3", "ERROR", "Job failed with exit code: 3. Reason: Error"),
        ("kill -9 $$", "ERROR", "Job failed with exit code: 137. Reason: Error"),
    ):
        assert ended(call, run(call, "sh", "-c", shell)["id"])["status"] == {"stage": stage, "message": message}
    job = run(call, "sh", "-c", "echo try; exit 1", attempts=3)
    assert log(call, job["id"]).count("try") == 3
    assert job["retry"] == 2
    job = run(call, "true", dockerImage=None, spaceId="alice/none")
    assert "no Space" in ended(call, job["id"])["status"]["message"]


def test_nothing_outlives_a_job(call: Call, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    job = run(call, "sh", "-c", f"(sleep 0.5; touch {mark}) & echo done")
    started = time.monotonic()
    assert log(call, job["id"]) == ["done"]
    ended(call, job["id"])
    time.sleep(max(0, 0.7 - (time.monotonic() - started)))
    assert not mark.exists()


def test_cancel(call: Call, jobs: Jobs) -> None:
    jobs.limits.running = 1
    runs, waits = run(call, "sleep", "600"), run(call, "sleep", "601")
    assert call("GET", f"jobs/alice/{waits['id']}").json()["status"]["stage"] == "SCHEDULING"
    for job in (waits, runs):
        assert call("POST", f"jobs/alice/{job['id']}/cancel").status_code == 200
        assert ended(call, job["id"])["status"]["stage"] == "CANCELED"
        assert call("POST", f"jobs/alice/{job['id']}/cancel").status_code == 409
    jobs.limits.unfinished = 0
    assert call("POST", "jobs/alice", json=SPEC).status_code == 400
    jobs.limits.unfinished, jobs.limits.running = 200, 8


def test_cancelled_at_once(call: Call) -> None:
    """Whatever has been made of it by then."""
    for _ in range(8):
        job = run(call, "sleep", "600")
        assert call("POST", f"jobs/alice/{job['id']}/cancel").status_code == 200
        assert ended(call, job["id"])["status"] == {"stage": "CANCELED", "message": None}


def test_a_stream_goes_on_from_an_id(call: Call, jobs: Jobs) -> None:
    job = run(call, "seq", "5")
    text = call("GET", f"jobs/alice/{job['id']}/logs").text
    ids = [line.removeprefix("id: ") for line in text.splitlines() if line.startswith("id: ")]
    assert log(call, job["id"], headers={"Last-Event-ID": ids[3]}) == ["4", "5"]
    assert log(call, job["id"], headers={"Last-Event-ID": ids[-1]}) == []
    assert log(call, job["id"], params={"tail": 2}) == ["4", "5"]
    assert log(call, job["id"], params={"tail": 0}) == []
    assert log(call, job["id"], params={"tail": 100}) == ["1", "2", "3", "4", "5"]
    assert call("GET", f"jobs/alice/{job['id']}/logs", params={"tail": "x"}).status_code == 400


def test_signs_of_life(call: Call, jobs: Jobs) -> None:
    jobs.limits.keep_alive = 0.1
    job = run(call, "sleep", "0.5")
    assert ": keep-alive" in call("GET", f"jobs/alice/{job['id']}/logs").text
    jobs.limits.keep_alive = 30


def test_ports_and_labels(call: Call) -> None:
    job = run(call, "sleep", "60", labels={"a": "b"})
    path = f"jobs/alice/{job['id']}"
    assert call("PUT", f"{path}/expose", json={"ports": [8000]}).json()["status"]["exposeUrls"] == [
        "http://127.0.0.1:8000"
    ]
    assert call("PUT", f"{path}/labels", json={"labels": {"c": ""}}).json()["labels"] == {"c": ""}
    assert [one["id"] for one in call("GET", "jobs/alice?label=c%3D").json()] == [job["id"]]
    assert call("GET", "jobs/alice?label=a%3Db").json() == []
