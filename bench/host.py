"""On what it was measured, for the page and the records."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.clients import Client
from bench.measure import run
from bench.server import ROOT


def describe(clients: Iterable[Client], missing: Iterable[str]) -> dict[str, str]:
    """Facts by name, in the order in which they are to be read."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    facts = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": _output("git", "describe", "--always", "--dirty", "--exclude=*"),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "Xet": "off",
    }
    facts |= {client.name: client.version() for client in clients}
    facts |= dict.fromkeys(missing, "not on PATH, so not measured")
    facts["memory of a program that does nothing"] = f"{_idle_memory():.0f} MB, below which this measure cannot see"
    return facts


def _output(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _idle_memory() -> float:
    """MB. A process starts with the peak of the one that started it."""
    with tempfile.TemporaryDirectory() as folder:
        return run(["true"], dict(os.environ), Path(folder), Path(folder) / "log").memory
