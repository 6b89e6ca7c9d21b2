"""How much jobs may take; an operator and tests change it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class JobLimits:
    """Sizes in bytes, times in seconds. The first two count the jobs of one user or organization."""

    running: int = 8
    """More of them wait in SCHEDULING."""

    unfinished: int = 200
    """More of them are refused."""

    schedules: int = 100

    log: int = 256 << 20
    """The log of a job ends there."""

    grace: float = 5.0
    """Between SIGTERM and SIGKILL when a job is cancelled or takes too long."""

    keep_alive: float = 30.0
    """Between two signs of life on a stream of logs that has nothing to say."""
