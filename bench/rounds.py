"""Rounds: everybody once, in turns, in reverse every other round, so that a drift of the machine cancels out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from bench.clients import Client
from bench.results import Record
from bench.scenarios import BY_ID
from bench.stage import Stage


def play(
    stage: Stage, clients: Sequence[Client], scenarios: Sequence[str], rounds: int, keep: Callable[[Record], None]
) -> None:
    """Hand every run to ``keep`` at once. The first round, number -1, warms up; what it fetches is checked in full."""
    for position, name in enumerate(scenarios, 1):
        scenario = BY_ID[name]
        taking_part = [client for client in clients if scenario.takes(client)]
        for number in range(-1, rounds):
            stage.thorough = number < 0
            for client in taking_part if number % 2 else taking_part[::-1]:
                record = Record(name, client.name, number, scenario.run(stage, client))
                keep(record)
                _say(f"{position}/{len(scenarios)} {name} round {number + 1}/{rounds} {client.name}", record)
        stage.discard()


def _say(what: str, record: Record) -> None:
    run = record.run
    print(f"{what}: {run.wall:.2f} s, {run.cpu:.2f} CPU s {run.error}", file=sys.stderr, flush=True)
    if run.log:
        print(f"    {run.log.splitlines()[-1]}", file=sys.stderr, flush=True)
