"""``hf jobs ps``: which jobs, and in which form; all of it in a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.jobs.spec import JobSpec
from hfcli_hub.testkit.cli import Cli, CliResult
from hfcli_hub.testkit.hub import LiveHub

Here = Callable[..., CliResult]


@pytest.fixture(scope="module")
def ids(hub: LiveHub) -> dict[str, str]:
    """Jobs of each kind, made once: their ids by name."""
    jobs = hub.store.jobs
    assert jobs is not None
    jobs.limits.running = 1
    made = {}
    for name, image, command in (
        ("done", "python:3.12", ("python", "-c", "pass")),
        ("failed", "python:3.11", ("false",)),
        ("runs", "ubuntu:24.04", ("sleep", "600")),
        ("waits", "ubuntu:24.04", ("sleep", "601")),
    ):
        job = jobs.create(
            "alice",
            JobSpec(command, docker_image=image),
            secrets={},
            labels={"name": name, "team": "x" if name == "runs" else "y"},
            initiator={},
        )
        made[name] = job.id
        while jobs.records.job(job.id).stage != {"done": "COMPLETED", "failed": "ERROR", "runs": "RUNNING"}.get(
            name, "SCHEDULING"
        ):
            time.sleep(0.02)
    return made


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ([], "waits runs"),
        (["--all"], "waits runs failed done"),
        (["--status", "error,COMPLETED"], "failed done"),
        (["--status", "scheduling", "--status", "error"], "waits failed"),
        (["-a", "-f", "image=PYTHON"], "failed done"),
        (["-a", "-f", "image=python:*12"], "done"),
        (["-a", "-f", "command=sleep", "-f", "status=run"], "runs"),
        (["-a", "-f", "name=fail"], "failed"),
        (["-a", "-f", "flavor=cpu-basic", "--limit", "2"], "waits runs"),
        (["-a", "--limit", "0"], "waits runs failed done"),
        (["--label", "team=x"], "runs"),
        (["--label", "team"], "waits runs"),
        (["-a", "--name", "done"], "done"),
        (["-a", "-f", "status=nothing"], ""),
        (["-a", "--namespace", "acme"], ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_which(here: Here, ids: dict[str, str], words: list[str], names: str) -> None:
    done = here("jobs", "ps", "-q", *words)
    assert done.returncode == 0, done.stderr
    assert done.lines == [ids[name] for name in names.split()]


def test_forms(cli: Cli, ids: dict[str, str], jobs: Jobs) -> None:
    shown = cli("jobs", "ls").lines
    assert [line.split()[0] for line in shown[2:]] == [ids["waits"], ids["runs"]]
    assert shown[3].split()[1:4] == ["ubuntu:24.04", "sleep", "600"]
    assert shown[3].split()[-1] == "RUNNING"
    done = cli("jobs", "list", "--format", "{{.id}} {{.Status}}\\t{{json .labels.team}} {{upper .image}} {{.runtime}}")
    assert done.lines[0] == f'{ids["waits"]} SCHEDULING\t"y" UBUNTU:24.04 --'.replace("\t", "\\t")
    rows = cli("jobs", "ps", "--format", "json").json()
    assert rows[0]["id"] == ids["waits"]
    assert rows[0]["command"] == ["sleep", "601"]
    assert cli("jobs", "ps", "--format", "csv").lines[0].startswith("image,name,id")
    assert cli("jobs", "ps", "-f", "id=none").stdout == "No jobs found matching filters: id=none\n"
    assert "more than 1" in cli("jobs", "ps", "--limit", "1").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-f", "nonsense=1"], "keys are id, name, image"),
        (["-f", "image"], "key=value"),
        (["--status", "gone"], "one of COMPLETED"),
        (["--format", "{{.nonsense}}"], "fields are"),
        (["--format", "{{range .}}"], "cannot read the template"),
        (["--format", "yaml"], "neither a format nor a template"),
    ],
)
def test_what_is_not_understood(here: Here, ids: dict[str, str], words: list[str], said: str) -> None:
    done = here("jobs", "ps", *words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_pages(cli: Cli, ids: dict[str, str], jobs: Jobs, hub: LiveHub) -> None:
    spec = JobSpec(("true",), docker_image="x")
    for _ in range(205):
        job = jobs.records.add_job("bob", spec, secrets={}, labels={}, initiator={})
        jobs.records.finish(job.id, "COMPLETED", None)
    hub.record.clear()
    assert len(cli("jobs", "ps", "-a", "-q", "--limit", "0", token=hub.token("bob")).lines) == 205
    assert hub.record.count(path="/api/jobs/bob") == 3
    hub.record.clear()
    assert len(cli("jobs", "ps", "-a", "-q", token=hub.token("bob")).lines) == 100
    assert hub.record.count(path="/api/jobs/bob") == 2
