"""What may not get worse; `python3 dev.py bench --check` holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.clients import OFFICIAL, OURS
from bench.results import Results

MEASURES = {
    "wall": ("wall time", "s"),
    "cpu": ("CPU time", "s"),
    "memory": ("peak memory", "MB"),
    "requests": ("requests", ""),
    "refetched": ("fetched twice", "%"),
}
MEMORY = 100  # MB, in every scenario, in every run


@dataclass(frozen=True)
class Budget:
    """At most ``limit``, as the median of the rounds: of the value, or of its ratio to ``against`` in a round."""

    scenario: str
    measure: str
    limit: float
    against: str | None = None

    @property
    def title(self) -> str:
        return MEASURES[self.measure][0]

    def shown(self, value: float) -> str:
        if self.against:
            return f"{value:.2f} × {self.against}"
        return f"{value:,.3g} {MEASURES[self.measure][1]}".strip() if value < 1000 else f"{value:,.0f}"


BUDGETS = [
    Budget("S2", "wall", 0.60, OFFICIAL),
    Budget("S3", "wall", 1.10, "aria2c"),
    Budget("S4", "wall", 0.20, OFFICIAL),
    Budget("S4", "cpu", 0.30, OFFICIAL),
    Budget("S4", "requests", 4010),
    Budget("S5", "wall", 0.45, OFFICIAL),
    Budget("S5d", "wall", 1.10, "aria2c"),
    Budget("S6a", "wall", 0.25, OFFICIAL),
    Budget("S6c", "wall", 0.15, OFFICIAL),
    Budget("S7-ls", "wall", 0.15, OFFICIAL),
    Budget("S7-ls", "memory", 60),
    Budget("S7-revisions", "wall", 0.15, OFFICIAL),
    Budget("S7-json", "wall", 0.15, OFFICIAL),
    Budget("S8", "wall", 0.60, OFFICIAL),
    Budget("S9a", "wall", 0.80, OFFICIAL),
    Budget("S9b", "wall", 0.80, OFFICIAL),
    Budget("S9c", "wall", 0.80, OFFICIAL),
    Budget("S9d", "wall", 0.25, OFFICIAL),
    Budget("S9e", "wall", 0.80, OFFICIAL),
    Budget("S9f", "wall", 0.50, OFFICIAL),
    Budget("R1", "refetched", 0.5),
    Budget("R2", "refetched", 2.0),
]


@dataclass(frozen=True)
class Verdict:
    """``value`` is what was measured, if it could be judged; ``reason`` says what stood in the way."""

    budget: Budget
    value: float | None
    reason: str = ""
    failed: bool = False

    @property
    def exceeded(self) -> bool:
        return self.failed or (self.value is not None and self.value > self.budget.limit)

    def line(self) -> str:
        budget = self.budget
        what = f"{budget.scenario} {budget.title}"
        if self.value is None:
            return f"{what}: {'failed' if self.failed else 'skipped'}, {self.reason}"
        state = "exceeded" if self.exceeded else "kept"
        return f"{what}: {state}, {budget.shown(self.value)}, at most {budget.shown(budget.limit)}"


def judge(results: Results) -> list[Verdict]:
    """Every budget of the scenarios that were measured."""
    measured = results.scenarios()
    verdicts = [_judge(results, budget) for budget in BUDGETS if budget.scenario in measured]
    return verdicts + [_memory(results, scenario) for scenario in measured if results.runs(scenario, OURS)]


def _judge(results: Results, budget: Budget) -> Verdict:
    if budget.against and budget.against not in results.clients(budget.scenario):
        return Verdict(budget, None, f"{budget.against} was not measured")
    for client in filter(None, (OURS, budget.against)):
        if failures := results.failures(budget.scenario, client):
            count = len(results.runs(budget.scenario, client))
            return Verdict(budget, None, f"{client} {len(failures)} of {count} times: {failures[0]}", failed=True)
    if budget.against:
        found = results.ratio(budget.scenario, OURS, budget.against, budget.measure)
    else:
        found = results.spread(budget.scenario, OURS, budget.measure)
    return Verdict(budget, found.median) if found else Verdict(budget, None, "there is no counted round", failed=True)


def _memory(results: Results, scenario: str) -> Verdict:
    budget = Budget(scenario, "memory", MEMORY)
    found = results.spread(scenario, OURS, "memory")
    return Verdict(budget, found.most) if found else Verdict(budget, None, "no run succeeded", failed=True)


def judge_startup(measured: Mapping[str, float], budgets: Mapping[str, float]) -> Iterable[tuple[str, bool]]:
    """Lines about start-up, with whether each is exceeded."""
    for command, multiple in measured.items():
        limit = budgets[command]
        exceeded = multiple > limit
        state = "exceeded" if exceeded else "kept"
        yield f"start-up of hf {command}: {state}, {multiple:.1f} × empty Python, at most {limit:.1f} ×", exceeded
