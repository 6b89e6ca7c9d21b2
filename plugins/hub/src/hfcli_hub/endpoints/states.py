"""The states of an endpoint, worked out from what was last asked for and how long ago: nothing has to run meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Intent = Literal["run", "pause", "zero"]
READY = frozenset({"running", "updating", "updateFailed"})
"""States in which a version of the endpoint answers."""

_MESSAGES = {
    "pending": "Waiting for hardware",
    "initializing": "Endpoint is initializing",
    "updating": "Endpoint is updating",
    "running": "Endpoint is ready",
    "paused": "Endpoint is paused",
    "scaledToZero": "Endpoint is scaled to zero and starts with the next request",
}


@dataclass
class Pace:
    """Seconds that a start takes. Tests and demonstrations change them."""

    pending: float = 1.0
    initializing: float = 2.0

    @property
    def start(self) -> float:
        return self.pending + self.initializing


class Status(NamedTuple):
    state: str
    message: str


@dataclass(frozen=True)
class Course:
    """What was asked for at ``since`` (seconds since the epoch).

    ``updating``: an earlier version runs meanwhile. ``used_at``: the last request to the endpoint's address, after
    which ``idle_limit`` seconds put it to sleep.
    """

    intent: Intent
    since: float
    updating: bool = False
    used_at: float = 0.0
    idle_limit: float | None = None

    def status(self, now: float, pace: Pace, failure: str | None) -> Status:
        """``failure``: why a start of it cannot succeed, if it cannot."""
        if self.intent != "run":
            return _status("paused" if self.intent == "pause" else "scaledToZero")
        age = now - self.since
        if age < pace.start:
            if self.updating:
                return _status("updating")
            return _status("pending" if age < pace.pending else "initializing")
        if failure:
            return Status("updateFailed" if self.updating else "failed", failure)
        idle = now - max(self.used_at, self.since + pace.start)
        return _status("scaledToZero" if self.idle_limit is not None and idle >= self.idle_limit else "running")


def _status(state: str) -> Status:
    return Status(state, _MESSAGES[state])
