"""``--every``: what changed is sent again and again, until Ctrl-C, and then once more."""

from __future__ import annotations

import signal
import time

import pytest
from hfcli_hub.faults import Status

OFTEN = ("--every", "0.005")
COMMIT = "/api/models/alice/logs/commit/main"


def wait_for(condition, seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def logs(cli):
    folder = cli.work / "logs"
    folder.mkdir()
    (folder / "events.log").write_bytes(b"step 1\n")
    return folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_changes_are_sent_until_it_is_stopped_and_then_once_more(hub, cli, logs, titles, number) -> None:
    process = cli.popen("upload", "logs", "logs/", *OFTEN)
    wait_for(lambda: hub.store.find_repo("model", "alice/logs") and titles("alice/logs"))
    with (logs / "events.log").open("ab") as file:
        file.write(b"step 2\n")
    wait_for(lambda: len(titles("alice/logs")) == 2)
    process.send_signal(number)
    (logs / "last.log").write_bytes(b"the end\n")
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert out.decode() == f"{hub.endpoint}/alice/logs/tree/main/\n"
    assert b"Scheduling commits every 0.0 minutes to alice/logs." in err
    assert b"Stopped scheduled commits." in err.splitlines()
    assert hub.read_file("alice/logs", "events.log") == b"step 1\nstep 2\n"
    assert hub.read_file("alice/logs", "last.log") == b"the end\n"
    assert set(titles("alice/logs")) == {"Scheduled Commit"}


def test_what_passes_does_not_end_it_and_what_stays_does(hub, cli, logs, titles) -> None:
    process = cli.popen("upload", "logs", "logs/", *OFTEN, "--delete", "*")
    wait_for(lambda: hub.store.find_repo("model", "alice/logs") and titles("alice/logs"))
    hub.faults.add(Status(412), path=COMMIT, times=4)
    (logs / "events.log").write_bytes(b"another\n")
    wait_for(lambda: hub.record.count(path=COMMIT) >= 6, 30)
    wait_for(lambda: len(titles("alice/logs")) == 2)
    hub.faults.add(Status(403), path=COMMIT)
    (logs / "events.log").write_bytes(b"a third\n")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 4
    assert b"not uploaded this time" in err
    assert b"--delete is left out" in err


def test_the_first_upload_must_succeed(hub, cli, logs) -> None:
    hub.faults.add(Status(404), path="*/preupload/*")
    assert cli("upload", "logs", "logs/", *OFTEN).returncode == 5


def test_a_file_that_grows_all_the_time_is_sent_as_it_was_when_an_upload_began(hub, cli, logs) -> None:
    large = logs / "events.bin"
    large.write_bytes(bytes(range(256)) * 4)
    process = cli.popen("upload", "logs", "logs/", *OFTEN)
    until = time.monotonic() + 3
    with large.open("ab", buffering=0) as file:
        while time.monotonic() < until:
            file.write(bytes(range(256)))
            time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert b"not uploaded" not in err
    assert hub.read_file("alice/logs", "events.bin") == large.read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--every", "0"], "--every"),
        (["--every", "-1"], "--every"),
        (["--every", "1", "--dry-run"], "--every cannot be given together with --dry-run"),
        (["--every", "1", "--create-pr"], "--every cannot be given together with --create-pr"),
    ],
)
def test_what_makes_no_sense(hub, cli, logs, options, said) -> None:
    result = cli("upload", "logs", "logs/", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr.splitlines()[0]
