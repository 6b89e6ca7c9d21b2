"""The page about a measurement, `docs/benchmarks.md`, and its tables: results in, Markdown out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench import startup
from bench.budgets import judge
from bench.clients import OFFICIAL, OFFICIAL_VERSION, OURS
from bench.results import Results, Spread
from bench.scenarios import BY_ID

INTRODUCTION = f"""\
# Benchmarks

Written by `python3 dev.py bench`; do not edit. `hf` of this repository (`{OURS}`), installed from freshly built wheels,
beside the official client {OFFICIAL_VERSION} (`{OFFICIAL}`), curl and aria2c, all against the same server on the same
machine.

**Xet is off** (`HF_HUB_DISABLE_XET=1`): the server speaks HTTP and LFS. The figures say nothing about the official
client's Xet transfers.
"""

METHOD = """\
## How it is measured

- The server (`bench/hub`) is a process of its own. It answers after 20 ms, and after 60 ms the first time on a
  connection (in S2 and the scenarios with a fault at once, in R1 and R2 after 10 ms). It sends large bodies with
  `sendfile`, no faster than the bandwidth of the scenario; R1 and R2 have 100 MB/s in all. Its own CPU time is in the
  tables: it is not what is measured.
- Every run is a new process with a new home, in memory where the machine has room, so that no disk is measured.
- Clients take turns, A B, B A, after one round that warms up and is not counted. Ratios are taken in each round, and
  what is shown is their median, with the least and the most in brackets.
- Wall time, CPU time (user and system) and peak memory are what the operating system accounts for the finished process;
  requests and connections are what the server counted.
- A run counts only if every file is there in its right size. Small files are hashed after every run, large ones after
  the one that warms up.
- curl and aria2c are told to do 16 things at once. They check no hash, keep no cache and need to be told the names of
  the files. In S3 and S5d curl has one connection a file, as the official client has, and is left out.
- In R1 and R2 time, CPU, memory and requests are those of the second run, which finishes the download.

Not modelled: TLS, slow start and loss, HTTP/2, Xet, the speed of a disk.
"""

AGAIN = """\
## Again

    python3 dev.py bench                      # everything on this page, half an hour, and the page itself
    python3 dev.py bench --quick              # the short scenarios, 3 rounds, a few minutes
    python3 dev.py bench -s S4,S9 -n 3        # some scenarios; F are those with a fault, S1, S7–S9 more
    python3 dev.py bench --hf old=/path/to/hf # another hf beside them
    python3 dev.py bench --check              # exit 1 where a budget is exceeded
    python3 dev.py bench --out runs.jsonl     # keep every single run; --from runs.jsonl reads them again
"""


def page(results: Results) -> str:
    parts = [
        INTRODUCTION,
        f"## Host\n\n{_table(['', ''], [[name, fact] for name, fact in results.host.items()])}",
        f"## In short\n\nRatios below 1 are in favour of `{OURS}`.\n\n{summary(results)}",
        _refetched(results),
        f"## Budgets\n\n`python3 dev.py bench --check` holds them.\n\n{_budgets(results)}",
        _startup(results),
        METHOD,
        "## All figures\n",
        *(details(results, scenario) for scenario in results.scenarios()),
        AGAIN,
    ]
    return "\n".join(part for part in parts if part)


def summary(results: Results) -> str:
    """One row for each scenario."""
    header = ["", "scenario", "wall, s", f"wall ÷ {OFFICIAL}", f"CPU ÷ {OFFICIAL}", "wall ÷ best peer"]
    header += ["peak MB", "requests"]
    rows = []
    for scenario in results.scenarios():

        def against(measure: str, scenario: str = scenario) -> str:
            return _spread(results.ratio(scenario, OURS, OFFICIAL, measure))

        def both(measure: str, scenario: str = scenario) -> str:
            found = (results.spread(scenario, client, measure) for client in (OURS, OFFICIAL))
            return " / ".join(f"{spread.median:,.0f}" if spread else "—" for spread in found)

        wall = _spread(results.spread(scenario, OURS, "wall"))
        title = BY_ID[scenario].title
        peer = _best_peer(results, scenario)
        rows.append([scenario, title, wall, against("wall"), against("cpu"), peer, both("memory"), both("requests")])
    return f"{_table(header, rows)}\nMemory and requests: `{OURS}` / `{OFFICIAL}`.\n"


def _best_peer(results: Results, scenario: str) -> str:
    """The fastest of those that are neither ours nor the official client."""
    peers = [client for client in results.clients(scenario) if client not in (OURS, OFFICIAL)]
    timed = [(spread.median, peer) for peer in peers if (spread := results.spread(scenario, peer, "wall"))]
    if not timed:
        return "—"
    _, best = min(timed)
    return f"{_spread(results.ratio(scenario, OURS, best, 'wall'))} {best}"


def _refetched(results: Results) -> str:
    scenarios = [name for name in results.scenarios() if results.spread(name, OURS, "refetched")]
    clients = list(dict.fromkeys(client for name in scenarios for client in results.clients(name)))
    rows = []
    for name in scenarios:
        found = [results.spread(name, client, "refetched") for client in clients]
        rows.append([name, BY_ID[name].title, *(f"{spread.median:.1f} %" if spread else "failed" for spread in found)])
    if not rows:
        return ""
    return f"## Fetched twice after an interruption\n\n{_table(['', 'scenario', *clients], rows)}"


def _budgets(results: Results) -> str:
    rows = []
    for verdict in judge(results):
        budget = verdict.budget
        value = verdict.reason if verdict.value is None else budget.shown(verdict.value)
        state = "**exceeded**" if verdict.exceeded else "skipped" if verdict.value is None else "kept"
        rows.append([f"{budget.scenario} {budget.title}", budget.shown(budget.limit), value, state])
    return _table(["budget", "at most", "measured", ""], rows)


def _startup(results: Results) -> str:
    if not results.startup:
        return ""
    rows = [[f"`hf {name}`", f"{value:.1f}", f"{startup.BUDGETS[name]:.0f}"] for name, value in results.startup.items()]
    title = "CPU time as a multiple of an empty Python process, in turns; in the last, one request over TLS.\n"
    return f"## Start-up\n\n{title}\n{_table(['command', 'measured', 'at most'], rows)}"


def details(results: Results, scenario: str) -> str:
    """All clients of a scenario."""
    header = ["client", "runs", "wall, s", "CPU, s", "peak MB", "requests", "connections", "server CPU, s", ""]
    rows = []
    for client in results.clients(scenario):
        runs = results.runs(scenario, client)
        failures = results.failures(scenario, client)
        note = f"failed {len(failures)} times: {failures[0]}" if failures else ""
        row = [client, str(len(runs))]
        row += [_spread(results.spread(scenario, client, measure)) for measure in ("wall", "cpu")]
        for measure, form in [("memory", ",.0f"), ("requests", ",.0f"), ("connections", ",.0f"), ("server_cpu", ".2f")]:
            spread = results.spread(scenario, client, measure)
            row.append(format(spread.median, form) if spread else "—")
        rows.append([*row, note])
    return f"### {scenario}: {BY_ID[scenario].title}\n\n{_table(header, rows)}"


def _spread(spread: Spread | None) -> str:
    return f"{spread.median:.2f} ({spread.least:.2f}–{spread.most:.2f})" if spread else "—"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
