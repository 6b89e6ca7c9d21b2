"""Large files in parts: several at the same time, and those that are stored are remembered (faults.md U1, P3)."""

from __future__ import annotations

import signal
import time
from dataclasses import replace

import pytest
from hfcli_hub.faults import Bandwidth, ExpiredSignature, Status

PART = 200_000
PARTS = 10  # of model.safetensors


@pytest.fixture(autouse=True)
def repo(hub):
    hub.create_repo("alice/m")
    hub.store.limits = replace(hub.store.limits, multipart_threshold=PART, part_size=PART)


def parts_sent(hub) -> int:
    return hub.record.count(method="PUT", host="content", path="/parts/*")


@pytest.fixture
def interrupted(hub, cli, model):
    """An upload that was killed when about half of the parts were stored; how many were begun."""

    def interrupt(number: signal.Signals = signal.SIGKILL) -> int:
        hub.faults.add(Bandwidth(400_000), method="PUT", host="content", path="/parts/*")
        process = cli.popen("upload", "alice/m", "./model/model.safetensors", "--connections", "2")
        until = time.monotonic() + 20
        while parts_sent(hub) < 6:
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(number)
        process.wait(timeout=10)
        hub.faults.clear()
        begun = parts_sent(hub)
        hub.record.clear()
        return begun

    return interrupt


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_what_was_stored_before_a_kill_is_not_sent_again(hub, cli, model, titles, interrupted, number) -> None:
    begun = interrupted(number)
    result = cli("upload", "alice/m", "./model/model.safetensors", "--json")
    assert result.returncode == 0, result.stderr
    # The two that were on their way are sent again.
    assert parts_sent(hub) <= PARTS - begun + 2
    assert hub.read_file("alice/m", "model.safetensors") == (model / "model.safetensors").read_bytes()
    assert len(titles("alice/m")) == 1
    assert not list(cli.home.rglob("uploads/*.json"))


@pytest.mark.parametrize("fault", [ExpiredSignature(), Status(404)])
def test_parts_that_are_gone_are_sent_again(hub, cli, model, interrupted, fault) -> None:
    interrupted()
    where = {"host": "content", "method": "PUT"} if isinstance(fault, ExpiredSignature) else {"path": "*complete*"}
    hub.faults.add(fault, times=1, **where)
    result = cli("upload", "alice/m", "./model/model.safetensors")
    assert result.returncode == 0, result.stderr
    assert hub.read_file("alice/m", "model.safetensors") == (model / "model.safetensors").read_bytes()


def test_a_memory_that_is_rubbish_costs_time_only(hub, cli, model, interrupted) -> None:
    interrupted()
    (kept,) = cli.home.rglob("uploads/*.json")
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text("rubbish")
    assert cli("upload", "alice/m", "./model/model.safetensors").returncode == 0
    assert parts_sent(hub) == PARTS


def test_a_file_that_changed_since_is_another_object(hub, cli, model, interrupted) -> None:
    interrupted()
    file = model / "model.safetensors"
    file.write_bytes(file.read_bytes()[::-1])
    assert cli("upload", "alice/m", "./model/model.safetensors").returncode == 0
    assert hub.read_file("alice/m", "model.safetensors") == file.read_bytes()


def test_several_parts_travel_at_the_same_time(hub, cli, model) -> None:
    hub.faults.add(Bandwidth(200_000), method="PUT", host="content", path="/parts/*")
    started = time.monotonic()
    assert cli("upload", "alice/m", "./model/model.safetensors").returncode == 0
    assert time.monotonic() - started < 6  # ten seconds one after the other
    assert parts_sent(hub) == PARTS
