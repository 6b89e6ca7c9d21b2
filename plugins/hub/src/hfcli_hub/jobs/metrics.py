"""What a running job takes, from what Linux tells of the processes of its session."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROC = Path("/proc")


@dataclass(frozen=True)
class Sample:
    """``cpu`` in seconds since each process began, ``memory`` in bytes, ``at`` on the monotonic clock."""

    cpu: float
    memory: int
    at: float


def sample(session: int) -> Sample | None:
    """None when no process of the session is left, or where the system does not tell."""
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    found = [fields for fields in _processes() if fields[3] == str(session)]
    if not found:
        return None
    cpu = sum(int(fields[11]) + int(fields[12]) for fields in found) / ticks
    return Sample(cpu, sum(int(fields[21]) for fields in found) * page, time.monotonic())


def describe(before: Sample, after: Sample, memory_total: int, cpus: int) -> dict[str, Any]:
    """The event of wire.md §5.7; the network is the machine's, so nothing is said of it."""
    cores = max(0.0, after.cpu - before.cpu) / max(after.at - before.at, 1e-3)
    return {
        "cpu_usage_pct": round(100 * cores / cpus, 1),
        "cpu_millicores": 1000 * cpus,
        "memory_used_bytes": after.memory,
        "memory_total_bytes": memory_total,
        "rx_bps": 0,
        "tx_bps": 0,
        "gpus": {},
        "replica": "0",
    }


def _processes() -> Iterator[list[str]]:
    """The fields of ``/proc/<pid>/stat`` from the state on."""
    if not _PROC.is_dir():
        return
    for name in os.listdir(_PROC):  # noqa: PTH208  hundreds of names, once a second
        if name.isdigit():
            try:
                yield (_PROC / name / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
