"""What a download may cost whatever the machine: requests, bytes, memory (faults.md I7; design.md §9)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.measure import Usage, run
from bench.server import Server

MIB = 1 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("content")) as running:
        yield running


@pytest.fixture
def download(server: Server, tmp_path: Path) -> Callable[..., Usage]:
    def download(repo: str, *options: str) -> Usage:
        server.contents(repo)
        server.configure({})
        server.reset()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "HF_HOME": str(tmp_path / "hf"),
            "HF_ENDPOINT": server.endpoint,
        }
        command = [sys.executable, "-m", "hfcli_core", "download", repo, *options]
        usage = run(command, environment, tmp_path, tmp_path / "log")
        assert usage.code == 0, (tmp_path / "log").read_text()[-2000:]
        return usage

    return download


def requests(server: Server) -> int:
    return sum(server.counters()["requests"].values())


def bodies(server: Server) -> int:
    """Bytes of files that were sent."""
    return int(server.counters()["bytes"]["cdn"])


def test_small_files_cost_two_requests_each_and_a_little_memory(server: Server, download: Callable[..., Usage]) -> None:
    usage = download("bench/S1200x4k")
    assert requests(server) <= 2 * 1200 + 10
    assert usage.memory < 100
    download("bench/S1200x4k")
    assert requests(server) == 1


def test_a_large_file_costs_its_bytes_and_a_little_memory(server: Server, download: Callable[..., Usage]) -> None:
    usage = download("bench/L1x384m", "--local-dir", "here")
    # A connection that takes over another's rest may get a buffer or two that were under way already.
    assert 384 * MIB <= bodies(server) < 400 * MIB
    assert requests(server) < 120
    assert usage.memory < 100


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_memory_of_a_hundred_thousand_files(download: Callable[..., Usage]) -> None:
    assert download("bench/S100000x64").memory < 200


@pytest.mark.slow
def test_the_memory_of_eight_files_of_a_gibibyte(download: Callable[..., Usage]) -> None:
    assert download("bench/L8x1024m", "--local-dir", "here").memory < 150
