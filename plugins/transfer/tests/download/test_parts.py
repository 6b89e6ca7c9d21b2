"""Large files, which several connections fetch at the same time (faults.md N1–N15, P1–P5, D1)."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

import pytest
from hfcli_hub.faults import (
    Bandwidth,
    Close,
    ExpiredSignature,
    IgnoreRange,
    Reset,
    Stall,
    Status,
    Truncate,
    WrongBytes,
    WrongRange,
)

from .test_interruptions import wait_for

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub

MIB = 1 << 20
SIZE = 40 * MIB + 12_345
NAME = "weights.bin"
CONTENT = random.Random(3).randbytes(SIZE)


@pytest.fixture
def cached(hub: LiveHub, cli: Cli) -> Path:
    """The folder in the cache of ``alice/large``, which has one large file and a small one."""
    hub.create_repo("alice/large")
    hub.put_files("alice/large", {NAME: CONTENT, "config.json": b"{}\n"})
    return cli.hf_home / "hub" / "models--alice--large"


def kept(cached: Path) -> int:
    """Bytes that are written of unfinished files, as their journals say."""
    from hfcli_transfer.download.written import read_total

    return sum(read_total(journal, SIZE) or 0 for journal in cached.glob("blobs/*.journal"))


def sent(hub: LiveHub) -> int:
    return sum(request.sent for request in hub.record.find(host="content"))


def connections(hub: LiveHub) -> int:
    """How many there were to the content host."""
    return len({request.connection for request in hub.record.find(host="content")})


def on_disk(folder: Path) -> int:
    """Bytes of unfinished files that are really there: they may have holes."""
    return sum(path.stat().st_blocks * 512 for path in folder.glob("*.incomplete"))


def content_of(cached: Path) -> bytes:
    (path,) = cached.glob(f"snapshots/*/{NAME}")
    return path.read_bytes()


def assert_nothing_left(cached: Path) -> None:
    assert sorted(path.name for path in cached.glob("blobs/*") if "." in path.name) == []


def begun(cli: Cli, cached: Path, *arguments: str, at_least: int = 6 * MIB) -> Popen[bytes]:
    """A download of which some mebibytes are on the disk."""
    process = cli.popen("download", "alice/large", NAME, *arguments)
    wait_for(lambda: kept(cached) >= at_least)
    return process


@pytest.fixture
def narrow(hub: LiveHub) -> None:
    """Each connection brings a few megabytes a second."""
    hub.faults.add(Bandwidth(4_000_000), host="content")


@pytest.mark.usefixtures("narrow")
def test_several_connections_share_a_file(hub: LiveHub, cli: Cli, cached: Path) -> None:
    result = cli("download", "alice/large", "--json")
    assert result.returncode == 0, result.stderr
    assert content_of(cached) == CONTENT
    assert connections(hub) >= 4
    assert result.json()["bytes"] == SIZE + len(b"{}\n") + len(hub.read_file("alice/large", ".gitattributes"))
    assert sent(hub) <= SIZE + 4 * MIB, "what a connection brings for another's part is little"
    assert_nothing_left(cached)


@pytest.mark.usefixtures("narrow")
@pytest.mark.slow
def test_one_connection_where_one_is_allowed(hub: LiveHub, cli: Cli, cached: Path) -> None:
    assert cli("download", "alice/large", NAME, "--connections", "1").returncode == 0
    assert connections(hub) == 1
    assert content_of(cached) == CONTENT


@pytest.mark.parametrize(
    "fault",
    [
        Reset(at=1_500_000),
        Close(at=1_500_000),
        Truncate(at=1_500_000),
        Status(503),
        Status(416),
        ExpiredSignature(),
        WrongRange(),
        WrongRange(admit=False),
        IgnoreRange(),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_faults_of_single_connections_cost_little(
    hub: LiveHub, cli: Cli, cached: Path, fault: Reset | Close | Truncate | Status | WrongRange | IgnoreRange
) -> None:
    hub.faults.add(fault, host="content", nth=2)
    if fault != WrongRange(admit=False):  # whose wrong bytes are forgiven once
        hub.faults.add(fault, host="content", nth=4)
    result = cli("download", "alice/large", NAME)
    assert result.returncode == 0, result.stderr
    assert content_of(cached) == CONTENT
    assert_nothing_left(cached)


def test_wrong_bytes_in_one_part_cost_one_clean_retry(hub: LiveHub, cli: Cli, cached: Path) -> None:
    hub.faults.add(WrongBytes(at=100), host="content", nth=2)
    result = cli("download", "alice/large", NAME, "--json")
    assert result.returncode == 0, result.stderr
    assert content_of(cached) == CONTENT
    assert_nothing_left(cached)


def test_wrong_bytes_twice_are_an_error_and_nothing_is_kept(hub: LiveHub, cli: Cli, cached: Path) -> None:
    hub.faults.add(WrongBytes(at=100), host="content")
    result = cli("download", "alice/large", NAME)
    assert (result.returncode, result.stdout) == (9, "")
    assert len(result.stderr.splitlines()) <= 5
    assert list(cached.glob("blobs/*")) == []
    assert not (cached / "refs").exists()


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("SIGINT", 130),
        pytest.param("SIGTERM", 143, marks=pytest.mark.slow),
        pytest.param("SIGHUP", 129, marks=pytest.mark.slow),
    ],
)
def test_nothing_is_fetched_twice_after_a_signal(hub: LiveHub, cli: Cli, cached: Path, number: str, code: int) -> None:
    process = begun(cli, cached)
    process.send_signal(getattr(signal, number))
    stdout, stderr = process.communicate(timeout=10)
    assert (process.returncode, stdout) == (code, b""), stderr
    assert b"is kept" in stderr
    there = kept(cached)
    again = cli("download", "alice/large", NAME, "--json")
    assert again.json()["bytes"] == SIZE - there
    assert "kept" in again.stderr, "what was kept is said first"
    assert content_of(cached) == CONTENT
    assert_nothing_left(cached)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("where", [[], ["--local-dir", "here"]])
def test_little_is_fetched_twice_after_a_kill(hub: LiveHub, cli: Cli, cached: Path, where: list[str]) -> None:
    root = cli.work / "here/.cache/huggingface/download" if where else cached / "blobs"
    process = cli.popen("download", "alice/large", NAME, *where)
    wait_for(lambda: on_disk(root) > 6 * MIB)
    process.kill()
    process.communicate(timeout=10)
    before, in_use = on_disk(root), connections(hub)
    again = cli("download", "alice/large", NAME, *where, "--json")
    assert again.returncode == 0, again.stderr
    assert before - (SIZE - again.json()["bytes"]) <= in_use * MIB
    place = cli.work / "here" / NAME if where else next(cached.glob(f"snapshots/*/{NAME}"))
    assert place.read_bytes() == CONTENT
    assert [path.name for path in root.glob("*") if path.suffix in (".incomplete", ".journal")] == []


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(
    "damage",
    [
        "journal gone",
        "wrong bytes kept",
        pytest.param("journal of nonsense", marks=pytest.mark.slow),
        pytest.param("file too short", marks=pytest.mark.slow),
    ],
)
def test_a_damaged_rest_costs_time_and_not_the_file(cli: Cli, cached: Path, damage: str) -> None:
    process = begun(cli, cached)
    process.kill()
    process.communicate(timeout=10)
    (journal,) = cached.glob("blobs/*.journal")
    (partial,) = cached.glob("blobs/*.incomplete")
    match damage:
        case "journal gone":
            journal.unlink()
        case "journal of nonsense":
            journal.write_bytes(b"hfparts1" + b"\xff" * 200)
        case "file too short":
            with partial.open("r+b") as file:
                file.truncate(2 * MIB)
        case "wrong bytes kept":
            with partial.open("r+b") as file:
                file.write(b"wrong")
    done = cli("download", "alice/large", NAME, "--json")
    assert done.returncode == 0
    if damage == "wrong bytes kept":
        assert done.json()["bytes"] == SIZE, "what was kept in vain counts as fetched"
    assert content_of(cached) == CONTENT
    assert_nothing_left(cached)


@pytest.mark.usefixtures("narrow")
def test_a_second_process_waits_and_fetches_nothing(hub: LiveHub, cli: Cli, cached: Path) -> None:
    processes = [cli.popen("download", "alice/large") for _ in range(3)]
    ends = [process.communicate(timeout=90) for process in processes]
    assert [process.returncode for process in processes] == [0] * 3, ends
    assert sent(hub) <= SIZE + 2 * MIB
    assert content_of(cached) == CONTENT


@pytest.mark.usefixtures("narrow")
def test_a_process_that_waited_goes_on_where_a_killed_one_ended(hub: LiveHub, cli: Cli, cached: Path) -> None:
    first = begun(cli, cached)
    second = cli.popen("download", "alice/large", NAME, "--json")
    assert second.stderr is not None
    assert b"in part" in second.stderr.readline()
    assert b"waiting for" in second.stderr.readline()
    there = kept(cached)
    first.kill()
    first.communicate(timeout=10)
    stdout, stderr = second.communicate(timeout=60)
    assert second.returncode == 0, stderr
    assert content_of(cached) == CONTENT
    assert f'"bytes":{SIZE}' not in stdout.decode()
    assert there > 0


def test_a_connection_that_stalls_does_not_hold_up_the_file(hub: LiveHub, cli: Cli, cached: Path) -> None:
    hub.faults.add(Stall(at=500_000), host="content", nth=1)
    result = cli("download", "alice/large", NAME, env={"HF_HUB_DOWNLOAD_TIMEOUT": "2"})
    assert result.returncode == 0, result.stderr
    assert content_of(cached) == CONTENT


def test_a_server_without_ranges_is_read_by_one_connection(hub: LiveHub, cli: Cli, cached: Path) -> None:
    hub.faults.add(IgnoreRange())
    hub.faults.add(Bandwidth(20_000_000), host="content")
    result = cli("download", "alice/large", "--json")
    assert result.returncode == 0, result.stderr
    assert content_of(cached) == CONTENT
    assert result.json()["bytes"] < SIZE + MIB, "nothing is counted twice"
    assert_nothing_left(cached)


def test_a_single_file_that_is_not_here_takes_one_request(hub: LiveHub, cli: Cli, cached: Path) -> None:
    assert cli("download", "alice/large", "config.json").returncode == 0
    assert [request.path for request in hub.record] == ["/alice/large/resolve/main/config.json"]
    hub.record.clear()
    assert cli("download", "alice/large", "config.json").returncode == 0
    assert hub.record.count(path="*/resolve/*") == 0, "what is here is not asked for by its content"


def test_a_rate_that_is_not_exceeded(hub: LiveHub, cli: Cli, cached: Path) -> None:
    started = time.monotonic()
    assert cli("download", "alice/large", "--limit-rate", "15M").returncode == 0
    assert time.monotonic() - started > SIZE / 15e6 - 1, "a second's worth may come at once"
    assert content_of(cached) == CONTENT
