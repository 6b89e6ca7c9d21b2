"""All scenarios, by the names that `docs/benchmarks.md` and the budgets use."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from typing import Any, Protocol

from bench.caches import CacheListing, Command
from bench.clients import Client
from bench.downloads import SINGLE, Download, Resume, WarmDownload
from bench.results import Run
from bench.stage import Stage
from bench.uploads import Upload

LATENCY = {"latency": 0.02, "cdn_latency": 0.02, "connection_latency": 0.04}
SLOW = {**LATENCY, "rate": 25_000_000}
LINK = {**SLOW, "total_rate": 250_000_000}
SMALL, SHARDS = "bench/S2000x4k", "bench/L8x256m-S30x4k"
# Who has one connection a file takes 43 s here, and shows nothing that the official client does not.
PARALLEL_ONLY = ("aria2c",)


class Scenario(Protocol):
    """``run`` measures one run; what goes wrong is said in its ``error``."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    def takes(self, client: Client) -> bool: ...
    def run(self, stage: Stage, client: Client) -> Run: ...


def _fault(name: str, title: str, *rules: dict[str, Any]) -> Download:
    return Download(f"F_{name}", title, "bench/L1x64m-S5x4k", {"faults": rules}, retry=True)


def _status(where: str, status: int, first: int = 1, **more: Any) -> dict[str, Any]:
    return {"where": where, "kind": "status", "status": status, "first": first, **more}


def _resume(name: str, number: signal.Signals) -> Resume:
    network = {"cdn_latency": 0.01, "total_rate": 100_000_000}
    title = f"512 MiB, ended by {number.name} at a half and run again"
    return Resume(name, title, "bench/L1x512m", network, single=SINGLE, number=number)


ALL: list[Scenario] = [
    Command("S1-version", "`hf version`", ("version",)),
    Command("S1-help", "`hf --help`", ("--help",)),
    Command("S1-download-help", "`hf download --help`", ("download", "--help")),
    Command("S1-cache-ls", "`hf cache ls`, nothing there", ("cache", "ls")),
    Download("S2", "one file of 2 GiB, no limit", "bench/L1x2048m", single=SINGLE),
    Download("S2q", "one file of 1 GiB, no limit", "bench/L1x1024m", single=SINGLE),
    Download("S3", "one file of 1 GiB, 25 MB/s a connection", "bench/L1x1024m", SLOW, SINGLE, peers=PARALLEL_ONLY),
    Download("S4", "2,000 files of 4 KiB", SMALL, LATENCY),
    Download("S5", "8 files of 256 MiB and 30 small ones, no limit", SHARDS, LATENCY),
    Download("S5c", "8 files of 256 MiB and 30 small ones, 25 MB/s a connection, 250 MB/s in all", SHARDS, LINK),
    Download(
        "S5d",
        "2 files of 512 MiB and 10 small ones, 25 MB/s a connection, 250 MB/s in all",
        "bench/L2x512m-S10x4k",
        LINK,
        peers=PARALLEL_ONLY,
    ),
    WarmDownload("S6a", "2,000 files again, all in the cache", SMALL, LATENCY),
    WarmDownload("S6b", "one file again, in the cache", "bench/L1x16m", LATENCY, SINGLE),
    WarmDownload("S6c", "2,000 files again, all in a `--local-dir`", SMALL, LATENCY, local_dir=True),
    CacheListing("S7-ls", "`hf cache ls`, 300 repos, 36,000 links", ("cache", "ls")),
    CacheListing("S7-revisions", "`hf cache ls --revisions`, the same", ("cache", "ls", "--revisions")),
    CacheListing("S7-json", "`hf cache ls --format json`, the same", ("cache", "ls", "--format", "json")),
    WarmDownload("S8", "`hf cache verify`, 4 GiB", "bench/L4x1024m", words=("cache", "verify", "bench/L4x1024m")),
    Upload("S9a", "upload of 1 GiB in one PUT", "bench/L1x1024m", LATENCY),
    Upload("S9b", "upload of 1 GiB in parts of 64 MiB", "bench/L1x1024m", {**LATENCY, "multipart_threshold": 1 << 20}),
    Upload("S9c", "upload of 2,000 files of 4 KiB", SMALL, LATENCY),
    Upload(
        "S9d",
        "upload of 1 GiB in parts, 50 MB/s a connection",
        "bench/L1x1024m",
        {**LATENCY, "multipart_threshold": 1 << 20, "rate": 50_000_000},
    ),
    Upload("S9e", "upload of 4 files of 256 MiB", "bench/L4x256m", LATENCY),
    Upload("S9f", "upload of 2,000 files of 4 KiB again, unchanged", SMALL, LATENCY, again=True),
    _resume("R1", signal.SIGINT),
    _resume("R2", signal.SIGKILL),
    _fault("reset", "two connections to the CDN are reset", {"where": "GET cdn", "kind": "reset", "first": 2}),
    _fault("short", "two answers of the CDN are too short", {"where": "GET cdn", "kind": "short", "first": 2}),
    _fault("503cdn", "the CDN is unavailable twice", _status("GET cdn", 503, 2)),
    _fault("503head", "the file is unavailable once", _status("HEAD resolve", 503), _status("GET resolve", 503)),
    _fault("503api", "the API is unavailable once", _status("GET info", 503)),
    _fault(
        "429api",
        "the API asks to wait a second",
        _status("GET info", 429, retry_after=1),
        _status("GET tree", 429, retry_after=1),
    ),
    _fault("corrupt", "a byte is wrong once", {"where": "GET cdn", "kind": "corrupt"}),
    _fault("stall", "the CDN pauses for 25 s once", {"where": "GET cdn", "kind": "stall", "seconds": 25}),
]
BY_ID = {scenario.id: scenario for scenario in ALL}
PAGE = ["S2", "S3", "S4", "S5", "S5d", "S6a", "S6c", "R1", "R2"]
QUICK = ["S2", "S6a", "S6c", "R1", "R2"]


def select(names: Iterable[str]) -> list[str]:
    """Ids by name: an id, or what several ids start with, such as ``S9`` and ``F``."""
    chosen: list[str] = []
    for name in names:
        found = [name] if name in BY_ID else [known for known in BY_ID if name and known.startswith(name)]
        if not found:
            raise ValueError(f"no such scenario: {name}; there are {', '.join(BY_ID)}")
        chosen += [known for known in found if known not in chosen]
    return chosen
