"""What a download may cost whatever the machine: requests, bytes, memory (faults.md I7; design.md §9)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.server import Server

MIB = 1 << 20
MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
unit = 1 if sys.platform == "darwin" else 1024
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit)
"""
"""In a process of its own: what is accounted for a program begins with the size of the one that starts it."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("content")) as running:
        yield running


@pytest.fixture
def download(server: Server, tmp_path: Path) -> Callable[..., float]:
    """Downloads a repo of the benchmark's Hub; the most memory that it had, in MB."""

    def download(repo: str, *options: str) -> float:
        server.contents(repo)
        server.configure({})
        server.reset()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "HF_HOME": str(tmp_path / "hf"),
            "HF_ENDPOINT": server.endpoint,
        }
        command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "hfcli_core", "download", repo, *options]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
        code, memory = done.stdout.split()
        assert code == "0", done.stderr
        return int(memory) / 1e6

    return download


def requests(server: Server) -> int:
    return sum(server.counters()["requests"].values())


def bodies(server: Server) -> int:
    """Bytes of files that were sent."""
    return int(server.counters()["bytes"]["cdn"])


def test_small_files_cost_two_requests_each_and_a_little_memory(server: Server, download: Callable[..., float]) -> None:
    memory = download("bench/S1200x4k")
    assert requests(server) <= 2 * 1200 + 10
    assert memory < 100
    download("bench/S1200x4k")
    assert requests(server) == 1


def test_a_large_file_costs_its_bytes_and_a_little_memory(server: Server, download: Callable[..., float]) -> None:
    memory = download("bench/L1x384m", "--local-dir", "here")
    # A connection that takes over another's rest may get a buffer or two that were under way already.
    assert 384 * MIB <= bodies(server) < 400 * MIB
    assert requests(server) < 120
    assert memory < 100


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_memory_of_a_hundred_thousand_files(download: Callable[..., float]) -> None:
    assert download("bench/S100000x64") < 200


@pytest.mark.slow
def test_the_memory_of_eight_files_of_a_gibibyte(download: Callable[..., float]) -> None:
    assert download("bench/L8x1024m", "--local-dir", "here") < 150
