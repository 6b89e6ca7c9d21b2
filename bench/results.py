"""What was measured: records of runs, one JSON line each, and the figures that are made of them."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Run:
    """One run. Seconds; MB (10⁶ bytes) of memory; ``received`` is bytes of bodies that the server sent."""

    wall: float
    cpu: float
    memory: float
    requests: int = 0
    received: int = 0
    connections: int = 0
    server_cpu: float = 0.0
    refetched: float | None = None  # percent of the content that crossed the network more than once
    error: str = ""
    log: str = ""  # the end of what the client printed, where it failed


@dataclass
class Record:
    """Rounds are counted from 0; negative ones warm up and do not count."""

    scenario: str
    client: str
    round: int
    run: Run

    def line(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread | None:
        found = list(values)
        return cls(statistics.median(found), min(found), max(found)) if found else None


@dataclass
class Results:
    """``host`` and ``startup`` (multiples of an empty Python by command) belong to the same measurement."""

    host: dict[str, str] = field(default_factory=dict)
    startup: dict[str, float] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    def scenarios(self) -> list[str]:
        return list(dict.fromkeys(record.scenario for record in self.records))

    def clients(self, scenario: str) -> list[str]:
        """Those that took part, in the order in which the first round ran them."""
        return list(dict.fromkeys(record.client for record in self.records if record.scenario == scenario))

    def runs(self, scenario: str, client: str) -> dict[int, Run]:
        """The counted runs by round, failed ones too."""
        return {
            record.round: record.run
            for record in self.records
            if record.scenario == scenario and record.client == client and record.round >= 0
        }

    def failures(self, scenario: str, client: str) -> list[str]:
        return [run.error for run in self.runs(scenario, client).values() if run.error]

    def spread(self, scenario: str, client: str, measure: str) -> Spread | None:
        """Of the runs that did what they should."""
        values = (getattr(run, measure) for run in self.runs(scenario, client).values() if not run.error)
        return Spread.of(value for value in values if value is not None)

    def ratio(self, scenario: str, client: str, reference: str, measure: str) -> Spread | None:
        """``client`` by ``reference``, round by round: what slows the machine down for a while slows both."""
        theirs = self.runs(scenario, reference)
        pairs = [
            (getattr(run, measure), getattr(theirs[number], measure))
            for number, run in self.runs(scenario, client).items()
            if number in theirs and not (run.error or theirs[number].error)
        ]
        return Spread.of(mine / other for mine, other in pairs if other)

    def heading(self) -> str:
        """The line before those of the records."""
        return json.dumps({"host": self.host, "startup": self.startup})


def read(path: Path) -> Results:
    """What was written as lines: the heading, then the records."""
    results = Results()
    for line in path.read_text().splitlines():
        found: dict[str, Any] = json.loads(line)
        if "host" in found:
            results.host, results.startup = found["host"], found["startup"]
        else:
            results.records.append(Record(**{**found, "run": Run(**found["run"])}))
    return results
