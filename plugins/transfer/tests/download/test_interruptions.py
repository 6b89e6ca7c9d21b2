"""Runs that end in the middle, and runs at the same time (faults.md P1–P5, I1–I3, I8)."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_hub.faults import Slow, Stall

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

    from .conftest import Model

NAME = "model.safetensors"
SIZE = 400_000


def wait_for(condition: Callable[[], Any], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def started(cli: Cli, partials: Callable[[], list[Path]], *arguments: str) -> Any:
    """A download that has some of its bytes on the disk."""
    process = cli.popen("download", "alice/model", NAME, *arguments)
    wait_for(lambda: any(size(partial) > 50_000 for partial in partials()))
    return process


def size(partial: Path) -> int:
    """Its bytes so far; none when it has been finished, and so renamed, meanwhile."""
    try:
        return partial.stat().st_size
    except FileNotFoundError:
        return 0


@pytest.fixture
def slow(hub: LiveHub) -> None:
    """The Hub sends the first half at once, and then hardly anything."""
    hub.faults.add(Slow(bytes_per_second=1000, at=SIZE // 2), host="content", times=1)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_keeps_what_was_written(hub: LiveHub, cli: Cli, model: Model, number: str, code: int) -> None:
    process = started(cli, lambda: model.partials)
    at = time.monotonic()
    process.send_signal(getattr(signal, number))
    stdout, stderr = process.communicate(timeout=10)
    assert time.monotonic() - at < 5
    assert (process.returncode, stdout) == (code, b"")
    assert b"is kept" in stderr
    assert b"Traceback" not in stderr
    (kept,) = (partial.stat().st_size for partial in model.partials)
    assert not (model.cached / "refs").exists()
    again = cli("download", "alice/model", NAME, "--json").json()
    assert again["bytes"] == SIZE - kept, "nothing is fetched twice"
    assert (model.snapshot / NAME).read_bytes() == model.files[NAME]
    assert model.partials == []


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("where", [[], ["--local-dir", "here"]])
def test_a_kill_loses_little(hub: LiveHub, cli: Cli, model: Model, where: list[str]) -> None:
    def partials() -> list[Path]:
        return sorted(cli.home.rglob("*.incomplete"))

    process = started(cli, partials, *where)
    process.kill()
    process.communicate(timeout=10)
    (kept,) = (partial.stat().st_size for partial in partials())
    again = cli("download", "alice/model", NAME, *where, "--json").json()
    assert again["bytes"] == SIZE - kept
    place = cli.work / "here" / NAME if where else model.snapshot / NAME
    assert place.read_bytes() == model.files[NAME]
    assert partials() == []


def test_a_signal_while_the_server_is_silent(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Stall(at=100_000), host="content")
    process = started(cli, lambda: model.partials)
    at = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 130
    assert time.monotonic() - at < 5
    assert [partial.stat().st_size for partial in model.partials] == [pytest.approx(100_000, abs=70_000)]


def test_a_damaged_rest_costs_one_clean_retry(cli: Cli, model: Model) -> None:
    etag = _etag_of(cli, model)
    (model.blobs / f"{etag}.0123abcd.incomplete").write_bytes(b"?" * 1000)
    result = cli("download", "alice/model", NAME, "--force-download", "--json")
    assert result.returncode == 0, result.stderr
    assert (model.snapshot / NAME).read_bytes() == model.files[NAME]
    assert model.partials == []


def test_a_rest_of_the_wrong_length_is_not_used(cli: Cli, model: Model) -> None:
    etag = _etag_of(cli, model)
    (model.blobs / f"{etag}.0123abcd.incomplete").write_bytes(b"?" * (SIZE + 1))
    assert cli("download", "alice/model", NAME, "--force-download", "--json").json()["bytes"] == SIZE


def test_what_other_clients_left_is_not_touched(cli: Cli, model: Model) -> None:
    etag = _etag_of(cli, model)
    theirs = model.blobs / f"{etag}.incomplete"
    theirs.write_bytes(b"theirs")
    assert cli("download", "alice/model", NAME, "--force-download").returncode == 0
    assert theirs.read_bytes() == b"theirs"


def _etag_of(cli: Cli, model: Model) -> str:
    cli("download", "alice/model", NAME)
    return (model.snapshot / NAME).resolve().name


@pytest.mark.parametrize("where", [[], ["--local-dir", "here"]])
def test_several_processes_share_one_transfer(hub: LiveHub, cli: Cli, model: Model, where: list[str]) -> None:
    hub.faults.add(Slow(bytes_per_second=200_000, at=SIZE // 2), host="content")
    processes = [cli.popen("download", "alice/model", *where) for _ in range(4)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs
    assert len({stdout for stdout, _ in outputs}) == 1
    assert hub.record.count(path=f"*/resolve/*/{NAME}") == 1
    place = cli.work / "here" if where else model.snapshot
    assert (place / NAME).read_bytes() == model.files[NAME]


def test_a_busy_lock_is_waited_for_only_so_long(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Stall(at=100_000), host="content")
    started(cli, lambda: model.partials)
    result = cli("download", "alice/model", NAME, env={"HFCLI_LOCK_TIMEOUT": "1"})
    assert result.returncode == 14
    assert "process" in result.stderr


def test_a_branch_that_moves_meanwhile(hub: LiveHub, cli: Cli, model: Model) -> None:
    hub.faults.add(Slow(bytes_per_second=100_000, at=SIZE // 2), host="content", times=1)
    process = started(cli, lambda: model.partials, "config.json", "--max-workers", "1")
    hub.put_files("alice/model", {"config.json": b"newer"})
    stdout, stderr = process.communicate(timeout=60)
    assert stdout.decode().strip() == str(model.snapshot), stderr
    assert (model.snapshot / "config.json").read_bytes() == model.files["config.json"]
    assert {model.commit in request.path for request in hub.record.find(path="*/resolve/*")} == {True}
