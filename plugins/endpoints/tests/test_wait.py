"""``hf endpoints wait``: the end of it, whatever comes (faults.md E1)."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from hfcli_hub.faults import Close, Status

Make = Callable[..., Any]


def test_tells_each_change_and_shows_the_endpoint(endpoint: Make, service: Any, cli: Any) -> None:
    service.pace.pending, service.pace.initializing = 1.0, 0.8
    endpoint()
    done = cli("endpoints", "wait", "my-endpoint", "--json")
    assert done.returncode == 0
    assert done.json()["status"]["state"] == "running"
    told = [line.rpartition(" after ")[0] or line for line in done.stderr.splitlines()]
    assert told[0] == "my-endpoint: pending (Waiting for hardware)"
    assert told[-1] == "my-endpoint: initializing → running (Endpoint is ready)"


def failing(endpoint: Make, **_: Any) -> None:
    endpoint(model={"env": {"HFCLI_FAIL": "no memory"}})


def failing_to_update(endpoint: Make, service: Any, **_: Any) -> None:
    record = endpoint()
    service.update(record, {"model": {"env": {"HFCLI_FAIL": "no memory"}}}, "alice")


def paused(endpoint: Make, service: Any, **_: Any) -> None:
    service.turn(endpoint(), "pause", "alice")


def asleep(endpoint: Make, service: Any, **_: Any) -> None:
    service.turn(endpoint(), "zero", "alice")


def slow(endpoint: Make, service: Any, **_: Any) -> None:
    service.pace.pending = 600.0
    endpoint()


def deleted_meanwhile(endpoint: Make, service: Any, hub: Any) -> None:
    slow(endpoint, service)
    hub.faults.add(Status(404, body='{"error": "gone"}'), path="*/my-endpoint", nth=2)


@pytest.mark.parametrize(
    ("before", "words", "code", "name", "said"),
    [
        (failing, (), 1, "endpoint-failed", "Endpoint 'my-endpoint' failed: no memory"),
        (failing_to_update, (), 1, "endpoint-failed", "Endpoint 'my-endpoint' failed to update: no memory"),
        (paused, (), 11, "conflict", "Endpoint 'my-endpoint' is paused, and does not start by itself"),
        (asleep, (), 11, "conflict", "Endpoint 'my-endpoint' is scaledToZero, and does not start by itself"),
        (slow, ("--timeout", "1s"), 7, "timeout", "Endpoint 'my-endpoint' is not running after 1s, but pending"),
        (deleted_meanwhile, (), 5, "not-found", "Endpoint 'my-endpoint' not found in alice"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_each_bad_end_has_a_code_of_its_own(
    endpoint: Make,
    service: Any,
    hub: Any,
    cli: Any,
    before: Any,
    words: tuple[str, ...],
    code: int,
    name: str,
    said: str,
) -> None:
    before(endpoint, service=service, hub=hub)
    done = cli("endpoints", "wait", "my-endpoint", *words, "--json")
    assert (done.returncode, done.stdout) == (code, "")
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert (error["code"], error["message"]) == (name, said)
    if code == 1:
        assert error["details"]["logs"][-1].endswith("ERROR no memory")


def test_people_see_the_last_lines_of_the_log(endpoint: Make, cli: Any) -> None:
    failing(endpoint)
    lines = cli("endpoints", "wait", "my-endpoint").stderr.splitlines()
    assert lines[0] == "my-endpoint: failed (no memory)"
    assert [line.partition("Z ")[2] for line in lines[1:5]][-1] == "ERROR no memory"
    assert lines[5] == "Error: Endpoint 'my-endpoint' failed: no memory"


@pytest.mark.parametrize(("wanted", "before"), [("paused", paused), ("scaledToZero", asleep)])
def test_other_states_can_be_waited_for(endpoint: Make, service: Any, cli: Any, wanted: str, before: Any) -> None:
    before(endpoint, service=service)
    done = cli("endpoints", "wait", "my-endpoint", "--for", wanted, "-q")
    assert (done.returncode, done.stdout) == (0, "my-endpoint\n")


def test_a_question_that_is_lost_is_asked_again(endpoint: Make, service: Any, hub: Any, cli: Any) -> None:
    service.pace.pending = 1.2
    endpoint()
    hub.faults.add(Status(503), path="*/my-endpoint", nth=2)
    hub.faults.add(Close(at="start"), path="*/my-endpoint", nth=3)
    done = cli("endpoints", "wait", "my-endpoint", "-q")
    assert (done.returncode, done.stdout) == (0, "my-endpoint\n")
    assert hub.record.count(path="*/my-endpoint") >= 4


def test_ctrl_c_says_what_goes_on(endpoint: Make, service: Any, cli: Any) -> None:
    slow(endpoint, service)
    process = cli.popen("endpoints", "wait", "my-endpoint")
    assert process.stderr.readline().startswith(b"my-endpoint: pending")
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=10)
    assert (process.returncode, stdout) == (130, b"")
    assert b"Endpoint 'my-endpoint' goes on (pending): `hf endpoints pause my-endpoint` stops it" in stderr
