"""Containers: what the engine is told. The engine here is a script, as a real one is not on every machine."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hfcli_hub.jobs.engine import find_engine
from hfcli_hub.jobs.spec import JobSpec
from hfcli_hub.testkit.hub import running_hub

ENGINE = """#!/bin/sh
case "$1" in
run) shift; echo "told: $*"; echo "secret: $SECRET"; exit 3;;
esac
exit {code}
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(ENGINE.format(code=0))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def test_an_engine_that_does_not_answer_is_none(engine: Path) -> None:
    assert find_engine() == str(engine)
    engine.write_text(ENGINE.format(code=1))
    assert find_engine() != str(engine)


def test_a_job_in_a_container(engine: Path, tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub:
        jobs = hub.store.jobs
        assert jobs is not None
        spec = JobSpec(("sh", "-c", "x y"), docker_image="python:3.12", environment={"A": "1"}, flavor="t4-small")
        job = jobs.create("alice", spec, secrets={"SECRET": "hunter22"}, labels={}, initiator={})
        while not jobs.records.job(job.id).finished:
            time.sleep(0.01)
        lines = [json.loads(line)["data"] for line in jobs.log(job.id).read_text().splitlines()]
        ours = f"--rm --init --name hf-job-{job.id} --network host --memory 15000000000"
        names = "--env JOB_ID --env A --env SECRET"
        assert lines[0].endswith("=====")
        assert lines[1:] == [f"told: {ours} {names} python:3.12 sh -c x y", "secret: hunter22"]
        assert jobs.records.job(job.id).message == "Job failed with exit code: 3. Reason: Error"
