"""``hf jobs run``: what it prints where, how it ends, what becomes of variables and secrets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hfcli_hub.faults import Status
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.testkit.cli import Cli, CliResult
from hfcli_hub.testkit.hub import LiveHub

from .scripted import JOB, Script, event, serving

IMAGE = "python:3.12"


def newest(jobs: Jobs, namespace: str = "alice"):  # type: ignore[no-untyped-def]
    return jobs.records.jobs(namespace)[0]


def test_the_log_alone_is_on_stdout(cli: Cli, jobs: Jobs, hub: LiveHub) -> None:
    done = cli("jobs", "run", "--timeout", "1.5h", "--attempts", "2", IMAGE, "printf", r"a\tb\n\033[31mred\n")
    assert (done.returncode, done.stdout) == (0, "a\tb\n\\x1b[31mred\n")
    job = newest(jobs)
    assert done.stderr.splitlines() == [
        f"Job started with ID: {job.id}",
        f"View at: {hub.endpoint}/jobs/alice/{job.id}",
        f"Job started as a process of this machine, without the image {IMAGE}",
        f"Job {job.id} completed",
    ]
    assert (job.spec.timeout, job.spec.attempts) == (5400, 2)
    raw = cli("jobs", "run", "--raw", IMAGE, "printf", r"\033[31mred\n")
    assert raw.stdout == "\x1b[31mred\n"


def test_a_job_that_fails(cli: Cli, jobs: Jobs) -> None:
    done = cli("jobs", "run", IMAGE, "sh", "-c", "echo said; exit 3")
    assert (done.returncode, done.stdout) == (1, "said\n")
    assert done.stderr.splitlines()[-1] == f"Error: Job {newest(jobs).id} failed with exit code 3"
    done = cli("jobs", "run", "--json", IMAGE, "sh", "-c", "echo said; exit 3")
    assert done.returncode == 1
    assert (done.json()["job_exit_code"], done.json()["status"]["stage"]) == (3, "ERROR")
    told = done.stderr.splitlines()
    assert "said" in told
    assert json.loads(told[-1])["error"]["details"]["job_exit_code"] == 3
    done = cli("jobs", "run", "--timeout", "1", IMAGE, "sleep", "60")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("ended as ERROR: Job timeout")


def test_detached_and_quiet(cli: Cli, jobs: Jobs) -> None:
    done = cli("jobs", "run", "--detach", IMAGE, "true")
    assert done.stdout == f"{newest(jobs).id}\n"
    assert f"hf jobs logs -f {newest(jobs).id}" in done.stderr
    done = cli("jobs", "run", "-d", "--json", "--namespace", "acme", IMAGE, "true")
    job = newest(jobs, "acme")
    assert (done.json()["id"], done.json()["owner"]["name"]) == (job.id, "acme")
    assert cli("jobs", "wait", "-q", f"acme/{job.id}").stdout == f"{job.id}\n"
    done = cli("jobs", "run", "-q", IMAGE, "echo", "said")
    assert (done.stdout, done.stderr) == (f"{newest(jobs).id}\n", "")


def test_variables_and_secrets(cli: Cli, jobs: Jobs, hub: LiveHub) -> None:
    (cli.work / "env").write_text("A=file\nB=file # comment\nexport C='x y'\n")
    secrets = cli.work / "secrets"
    secrets.write_text('PASSWORD="p\\nq"\nOTHER=from-file\n')
    words = ["-e", "B=word", "-e", "HERE", "-e", "MISSING", "-s", "HF_TOKEN", "-s", "OTHER"]
    files = ["--env-file", "env", "--secrets-file", "secrets"]
    done = cli("jobs", "run", *files, *words, IMAGE, "env", env={"HERE": "here", "OTHER": "other-secret"})
    assert done.returncode == 0, done.stderr
    job = newest(jobs)
    assert job.spec.environment == {"A": "file", "B": "word", "C": "x y", "HERE": "here"}
    assert job.secrets == {"PASSWORD": "p\nq", "OTHER": "other-secret", "HF_TOKEN": hub.token("alice")}
    assert "Warning: not set here, and left out: MISSING" in done.stderr
    if os.name == "posix":
        assert "other users of this machine can read 'secrets'" in done.stderr
    shown = cli("jobs", "inspect", job.id).stdout + cli("jobs", "run", "--dry-run", *files, *words, IMAGE, "x").stdout
    assert '"OTHER": "***"' in shown
    assert "other-secret" not in shown
    assert hub.token("alice") not in shown
    names = {line.partition("=")[0] for line in done.stdout.splitlines()}
    own = {"PATH", "HOME", "TMPDIR", "JOB_ID"}
    assert names - {"q"} == own | set(job.spec.environment) | set(job.secrets), "exactly what was given"


@pytest.mark.parametrize(
    ("words", "hint"),
    [(["-s", "NOWHERE"], "export NOWHERE="), (["-s", "HF_TOKEN"], "hf auth login"), (["--secrets-file", "no"], "")],
)
def test_a_secret_that_is_missing(cli: Cli, jobs: Jobs, hub: LiveHub, words: list[str], hint: str) -> None:
    done = cli("jobs", "run", "--namespace", "alice", *words, IMAGE, "true", token=None)
    assert done.returncode == 2
    assert hint in done.stderr
    assert hub.record.count(method="POST") == 0


def test_a_secret_is_told_to_nobody(cli: Cli, jobs: Jobs, hub: LiveHub) -> None:
    hub.faults.add(Status(400, body='{"error": "cannot take hunter22 here"}'), method="POST", path="/api/jobs/*")
    (cli.work / "secrets").write_text("P=hunter22\n")
    done = cli("jobs", "run", "--debug", "--secrets-file", "secrets", IMAGE, "true")
    assert done.returncode == 1
    assert "hunter22" not in done.stdout + done.stderr
    done = cli("jobs", "run", "-s", "P=hunter22", IMAGE, "true")
    assert "a secret on the command line can be seen" in done.stderr
    done = cli("jobs", "run", "--env-file", "-", IMAGE, "true", stdin="not a line: hunter22\n")
    assert (done.returncode, "line 1 of -" in done.stderr, "hunter22" in done.stderr) == (2, True, False)


def test_secrets_are_not_in_a_process_list(cli: Cli, jobs: Jobs) -> None:
    if not Path("/proc").is_dir():
        pytest.skip("reads /proc")
    done = cli("jobs", "run", "-d", "-s", "P", IMAGE, "sleep", "30", env={"P": "hunter22"})
    job_id = done.stdout.strip()
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if readable(path)]
    assert any(job_id.encode() in line for line in lines), "its supervisor"
    assert not any(b"hunter22" in line for line in lines)
    assert cli("jobs", "cancel", job_id).returncode == 0


def readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True


def test_values_that_cannot_be(here: Callable[..., CliResult], hub: LiveHub) -> None:
    for words, said in (
        (["--timeout", "soon"], "invalid value for '--timeout'"),
        (["--timeout", "0"], "invalid value for '--timeout'"),
        (["-v", "./here:/data"], "a folder of this machine"),
        (["-v", "hf://datasets/a/b:/data:rw"], "can only read"),
        (["--name", "x", "-l", "name=y"], "say the same thing"),
        (["-e", "1A=b"], "no name of a variable"),
        (["--attempts", "0"], "--attempts"),
        (["--expose", "70000"], "--expose"),
    ):
        done = here("jobs", "run", *words, IMAGE, "true")
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert hub.record.count(method="POST") == 0


def test_all_that_can_be_asked_for(cli: Cli, jobs: Jobs) -> None:
    volumes = ["-v", "hf://datasets/a/b@v1/sub:/data:ro", "-v", "hf://buckets/a/c:/out"]
    ports = ["--expose", "8000", "--expose-public", "9000"]
    network = ["--network-group", "g", "--network-alias", "one"]
    more = ["--resource-group-id", "r", "--flavor", "gpu-t4-small", "--name", "me", "-l", "k=v"]
    done = cli("jobs", "run", "--json", *volumes, *ports, *network, *more, IMAGE, "true")
    assert done.returncode == 0, done.stderr
    assert "did you mean 't4-small'" in done.stderr
    fields = done.json()
    assert fields["volumes"] == [
        {"mount_path": "/data", "type": "dataset", "source": "a/b", "read_only": True, "revision": "v1", "path": "sub"},
        {"mount_path": "/out", "type": "bucket", "source": "a/c"},
    ]
    assert fields["expose"] == {"ports": [8000, 9000], "ports_public": [9000]}
    assert fields["network"] == {"group": "g", "aliases": ["one"]}
    assert (fields["name"], fields["labels"]) == ("me", {"name": "me", "k": "v"})
    assert newest(jobs).spec.extra["resourceGroupId"] == "r"
    assert cli("jobs", "run", "--ssh", IMAGE, "true").returncode == 1


def test_ctrl_c_leaves_the_job_running(cli: Cli, jobs: Jobs) -> None:
    process = cli.popen("jobs", "run", IMAGE, "sh", "-c", "echo ready; sleep 60")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    job = newest(jobs)
    assert process.returncode == 130
    assert f"the job still runs: `hf jobs logs -f {job.id}`" in err.decode()
    assert f"`hf jobs cancel {job.id}` ends it" in err.decode()
    assert job.stage == "RUNNING"
    assert cli("jobs", "cancel", job.id).returncode == 0


def test_a_reader_that_leaves(cli: Cli, jobs: Jobs) -> None:
    done = subprocess.run(
        f"{sys_executable()} -m hfcli_core jobs run {IMAGE} sh -c 'yes | head -n 100000' | head -n 1",
        shell=True,
        env=cli.environ(),
        cwd=cli.work,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == b"y\n"
    assert b"Traceback" not in done.stderr


def sys_executable() -> str:
    import sys

    return sys.executable


def test_an_answer_that_is_lost(cli: Cli, jobs: Jobs, hub: LiveHub) -> None:
    from hfcli_hub.faults import Close

    before = len(jobs.records.jobs("alice"))
    hub.faults.add(Close(at="start"), method="POST", path="/api/jobs/*", times=1)
    done = cli("jobs", "run", IMAGE, "true")
    assert done.returncode == 6
    assert "the job may have been started: see `hf jobs ps`" in done.stderr
    assert len(jobs.records.jobs("alice")) == before + 1


def test_without_a_hub(cli: Cli) -> None:
    done = cli("jobs", "logs", "abc", env={"HF_ENDPOINT": "http://127.0.0.1:9", "HFCLI_HTTP_MAX_OUTAGE": "0"})
    assert done.returncode == 6
    assert done.stdout == ""


def test_what_a_hostile_server_says(cli: Cli) -> None:
    """faults.md S13, S14: nothing that a job says moves the cursor or gives orders to a CI system."""
    script = Script([event(1, "\x1b]52;c;aGk=\x07 \u202e\u009b ::error") + event(2, "::error::x") + event(3, "##[x]")])
    with serving(script) as endpoint:
        done = cli("jobs", "logs", JOB, env={"HF_ENDPOINT": endpoint})
        assert done.lines == ["\\x1b]52;c;aGk=\\x07 \\u202e\\x9b ::error", "\\x3a:error::x", "\\x23#[x]"]
        done = cli("jobs", "logs", "--json", JOB, env={"HF_ENDPOINT": endpoint})
        assert json.loads(done.lines[0])["data"] == "\x1b]52;c;aGk=\x07 \u202e\u009b ::error"
        assert "\x1b" not in done.stdout


def test_on_a_hub_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    """`hf hub run` runs jobs, `hf hub start` only if it is told to."""
    words = ["jobs", "run", IMAGE, "echo", "here"]
    done = cli("hub", "run", "--ephemeral", "--", "hf", *words)
    assert (done.returncode, done.stdout) == (0, "here\n"), done.stderr
    for options, code in (([], 1), (["--jobs"], 0)):
        data = ["--data", str(tmp_path / f"hub-{code}")]
        started = cli("hub", "start", "--json", "--port", "0", *options, *data).json()
        try:
            env = {"HF_ENDPOINT": started["endpoint"], "HF_TOKEN": started["token"]}
            done = cli(*words, env=env)
            assert done.returncode == code
            assert ("--jobs" in done.stderr) == bool(code)
        finally:
            cli("hub", "stop", *data)
