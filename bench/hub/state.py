"""The server's settings, its counters, and the faults that it is to make."""

from __future__ import annotations

import resource
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.hub.content import MIB, Repo, Store

HUB, CDN = "hub", "cdn"


@dataclass(frozen=True)
class Fault:
    """Meets the first ``first`` requests whose label starts with ``where``.

    ``kind`` is one of ``status`` (answers ``status``), ``reset`` and ``short`` (the body ends at the fraction ``at``),
    ``stall`` (the body pauses there for ``seconds``), ``corrupt`` (one byte is wrong).
    """

    where: str
    kind: str
    first: int = 1
    status: int = 503
    retry_after: int | None = None
    at: float = 0.5
    seconds: float = 0.0


@dataclass(frozen=True)
class Settings:
    """Latencies are in seconds a request, rates in bytes per second; a rate of 0 is no limit."""

    latency: float = 0.0
    cdn_latency: float = 0.0
    connection_latency: float = 0.0  # added to the first request of each connection: the handshakes of TCP and TLS
    rate: int = 0  # of each CDN connection, both ways
    total_rate: int = 0  # of all CDN downloads together: the user's link
    tree_page: int = 1000  # entries
    lfs_threshold: int = 10_000_000  # larger files go to LFS, as the real Hub's preupload decides
    multipart_threshold: int = 0  # larger LFS uploads go in parts; 0: none does
    part_size: int = 64 * MIB
    hash_uploads: bool = False  # costs server time
    faults: tuple[Fault, ...] = ()

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Settings:
        faults = tuple(Fault(**fault) for fault in given.pop("faults", ()))
        return cls(**given, faults=faults)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@dataclass
class Counters:
    """What happened since the last reset. A request belongs to the counters that were there when it came."""

    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)  # bodies: sent by "hub" and "cdn", received by "put"
    connections: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    tokens_on_cdn: int = 0
    cpu_before: float = field(default_factory=_cpu_seconds)

    def begin(self, role: str, label: str, *, new_connection: bool) -> None:
        self.requests[label] += 1
        self.connections[role] += new_connection
        self.in_flight += 1

    def end(self, status: int) -> None:
        self.in_flight -= 1
        self.statuses[status] += 1

    def report(self) -> dict[str, Any]:
        return {
            "requests": dict(sorted(self.requests.items())),
            "statuses": self.statuses,
            "bytes": {"hub": 0, "cdn": 0, "put": 0} | self.bytes,
            "connections": {HUB: 0, CDN: 0} | self.connections,
            "in_flight": self.in_flight,
            "faults": self.faults,
            "tokens_on_cdn": self.tokens_on_cdn,
            "cpu": _cpu_seconds() - self.cpu_before,
        }


class State:
    """Everything that outlives one connection; ``endpoints`` are the base addresses of both listeners, by role."""

    def __init__(self, data: Path) -> None:
        self.store = Store(data)
        self.endpoints: dict[str, str] = {}
        self.settings = Settings()
        self.counters = Counters()
        self.uploads: dict[str, Repo] = {}
        self.objects: dict[str, int] = {}  # uploaded LFS objects: sha256 → bytes
        self.parts: dict[str, dict[int, int]] = {}  # sha256 → number of the part → bytes
        self.link_free_at = 0.0  # when, by the loop's clock, the shared link has sent all that it took
        self._matched: Counter[Fault] = Counter()

    def reset(self) -> None:
        self.counters = Counters()
        self._matched.clear()

    def configure(self, settings: Settings) -> None:
        self.settings = settings
        self._matched.clear()

    def repo(self, repo_id: str) -> Repo | None:
        return self.uploads.get(repo_id) or self.store.repo(repo_id)

    def fault(self, label: str) -> Fault | None:
        """The fault that meets this request, if any."""
        for fault in self.settings.faults:
            if label.startswith(fault.where):
                self._matched[fault] += 1
                if self._matched[fault] <= fault.first:
                    self.counters.faults[fault.kind] += 1
                    return fault
        return None
