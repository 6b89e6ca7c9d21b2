"""The log of a job over connections that break (faults.md J1): no line is lost, none comes twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hfcli_core.hub.options import SessionOptions
from hfcli_core.hub.session import HubSession
from hfcli_hub.faults import Close, Reset, Status
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.testkit.hub import LiveHub
from hfcli_jobs.logs import follow, seen
from hfcli_jobs.logs.events import Event
from hfcli_jobs.logs.follow import Follower
from hfcli_jobs.service import JobsService

from .scripted import JOB, Script, event, serving

Read = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_longer", lambda _wait: 0.01)


def lines_of(endpoint: str, job_id: str, *, token: Any = None, **options: Any) -> list[str]:
    """What a follower tells, without the heading."""
    told: list[str] = []
    session = HubSession(endpoint, credentials=lambda: token, options=replace(SessionOptions(), first_wait=0.01))
    with session:
        service = JobsService(session, "alice")
        ended = Follower(service, job_id, lambda lines: told.extend(line.data for line in lines), **options).follow()
        assert ended["status"]["stage"] == "COMPLETED"
    return [line for line in told if not line.startswith("===== Job started")]


def play(script: Script, **options: Any) -> list[str]:
    with serving(script) as endpoint:
        return lines_of(endpoint, JOB, **options)


LOG = b"".join(
    (
        event(0, "===== Job started"),
        b": keep-alive\n\n",
        event(1, "one"),
        event(1, "same"),
        event(1, "same"),
        event(2, "caf\u00e9 \u2028"),
    )
)
A, B = event(1, "a"), event(2, "b")
LINES = ["one", "same", "same", "caf\u00e9 \u2028"]


def test_a_stream_that_is_cut_at_every_byte() -> None:
    script = Script([LOG])
    with serving(script) as endpoint:
        for script.cut in range(len(LOG)):
            script.asked.clear()
            assert lines_of(endpoint, JOB) == LINES, f"cut after {script.cut} bytes"


def test_a_stream_of_the_embedded_hub_that_is_cut_at_every_byte(hub: LiveHub, jobs: Jobs) -> None:
    from hfcli_core.auth.provider import Token

    job = run_job(jobs, "printf 'one\\nsame\\nsame\\nlast'")
    token = Token(hub.token("alice"), "test")
    size = 4 * 120
    for cut in range(0, size, 3):
        hub.faults.clear()
        hub.record.clear()
        hub.faults.add([Close, Reset][cut % 2](at=cut), path="*/logs", nth=1)
        assert lines_of(hub.endpoint, job, token=token) == ["one", "same", "same", "last"], f"cut after {cut} bytes"


def run_job(jobs: Jobs, shell: str) -> str:
    from hfcli_hub.jobs.spec import JobSpec

    spec = JobSpec(("bash", "-c", shell), docker_image="bash")
    job = jobs.create("alice", spec, secrets={}, labels={}, initiator={})
    thread = jobs._threads.get(job.id)
    if thread is not None:
        thread.join(20)
    return job.id


def test_goes_on_where_it_broke(hub: LiveHub, jobs: Jobs) -> None:
    from hfcli_core.auth.provider import Token

    job = run_job(jobs, "seq 1000")
    hub.faults.add(Close(at=100_000), path="*/logs", nth=1)
    token = Token(hub.token("alice"), "test")
    assert lines_of(hub.endpoint, job, token=token) == [str(number) for number in range(1, 1001)]
    asked = [request.headers.get("last-event-id") for request in hub.record.find(path="*/logs")]
    assert asked[0] is None
    assert all(int(place or 0) > 50_000 for place in asked[1:])


@pytest.mark.parametrize(
    ("streams", "lines"),
    [
        pytest.param([event(1, "a"), event(1, "a") + event(2, "b")], ["a", "b"], id="a line more each time"),
        pytest.param([A + B, B + A + event(3, "c")], ["a", "b", "c"], id="another order"),
        pytest.param([event(1, "a"), event(2, "b"), event(3, "c")], ["a", "b", "c"], id="never the same again"),
        pytest.param([event(1, "a", "1") + event(1, "a", "1") + event(1, "a", "2")], ["a", "a"], id="twice by id"),
        pytest.param(
            [event(1, "a") + b"data: {broken\n\ndata: [1]\n\ndata:\n\n: x\n\n" + event(2, "b")],
            ["a", "b"],
            id="nonsense",
        ),
        pytest.param([event(1, "a").replace(b"\n", b"\r\n") + event(2, "b")], ["a", "b"], id="CRLF"),
        pytest.param([b'data: {"timestamp": "x",\ndata: "data": "a"}\n\n'], ["a"], id="two data lines"),
        pytest.param([event(1, "a") + event(2, "b").rstrip() + b"\n"], ["a", "b"], id="no empty line at the end"),
        pytest.param([b'data: {"data": "a"}\n\n' * 3], ["a"] * 3, id="without times"),
        pytest.param([event(1, "\udcff\x00\x1b[31m")], ["\udcff\x00\x1b[31m"], id="binary"),
        pytest.param([b""], [], id="nothing"),
    ],
)
def test_streams(streams: list[bytes], lines: list[str]) -> None:
    assert play(Script(streams, running=len(streams))) == lines


def test_a_line_of_10_mb() -> None:
    line = "x" * 10_000_000
    assert play(Script([event(1, "a") + event(2, line) + event(3, "b")])) == ["a", line, "b"]


def test_a_line_that_is_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hfcli_jobs.logs.events.LONGEST_LINE", 1000)
    assert play(Script([event(1, "a") + event(2, "x" * 200_000) + event(3, "b")])) == ["a", "b"]


def test_silence_is_a_broken_connection(monkeypatch: pytest.MonkeyPatch, hub: LiveHub, jobs: Jobs) -> None:
    from hfcli_core.auth.provider import Token
    from hfcli_hub.faults import Stall

    job = run_job(jobs, "seq 10")
    hub.faults.add(Stall(at=300), path="*/logs", nth=1)
    monkeypatch.setattr(follow, "LIVE", replace(follow.LIVE, read=0.2))
    assert lines_of(hub.endpoint, job, token=Token(hub.token("alice"), "test")) == [str(n) for n in range(1, 11)]


def test_a_busy_hub_is_asked_again(hub: LiveHub, jobs: Jobs) -> None:
    from hfcli_core.auth.provider import Token

    job = run_job(jobs, "seq 3")
    hub.faults.add(Status(503), path="*/logs", times=2)
    hub.faults.add(Status(502), path=f"*/jobs/alice/{job}", times=2)
    assert lines_of(hub.endpoint, job, token=Token(hub.token("alice"), "test")) == ["1", "2", "3"]


def test_memory_of_what_was_seen_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "REMEMBERED", 100)
    log = b"".join(event(second, f"{second} {number}") for second in range(60) for number in range(10))
    known = seen.Seen()
    known.connect()
    events = [Event(f"2026-01-31T12:{n // 60:02}:{n % 60:02}.000Z", str(n)) for n in range(1000)]
    assert all(known.is_new(one) for one in events)
    known.connect()
    assert not any(known.is_new(one) for one in events)
    assert len(known._ever) <= 101
    assert known.is_new(Event("2026-01-31T13:00:00.000Z", "later"))
    assert play(Script([log], cut=len(log) // 2)) == [f"{s} {n}" for s in range(60) for n in range(10)]


def test_a_tail_goes_on_without_what_was_before_it() -> None:
    tail, replay = event(8, "8") + event(9, "9"), b"".join(event(n, str(n)) for n in range(12))
    assert play(Script([tail, replay]), tail=2) == ["8", "9", "10", "11"]
