"""``python3 dev.py bench``: start-up and transfers, beside other clients; writes docs/benchmarks.md.

The page is written after a whole measurement only; after any other the same text is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import report, scenarios, startup
from bench.budgets import judge, judge_startup
from bench.clients import DOWNLOADERS, OFFICIAL, OURS, downloaders, install, official, other, ours
from bench.host import describe
from bench.results import Record, Results, read
from bench.rounds import play
from bench.server import ROOT, Server
from bench.stage import Stage

PAGE = ROOT / "docs" / "benchmarks.md"
DATA = ROOT / ".cache" / "bench-data"
ROOM = 6 << 30  # bytes that the largest scenario may write, with some to spare
ROUNDS = 5
STARTUP = "startup"
STARTUP_ROUNDS = 15


def said(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """For argparse, which keeps what a ValueError says to itself."""

    def converted(text: str) -> Any:
        try:
            return convert(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return converted


def selection(text: str) -> tuple[list[str], bool]:
    """The scenarios of comma-separated names, and whether start-up is among them."""
    names = text.split(",")
    return scenarios.select(name for name in names if name != STARTUP), STARTUP in names


def parse() -> argparse.Namespace:
    description, _, epilog = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(prog="dev.py bench", description=description, epilog=epilog)
    names = "comma-separated: S4,S9,F; startup is one too"
    parser.add_argument("-s", dest="selection", type=said(selection), metavar="NAMES", help=names)
    parser.add_argument("-n", dest="rounds", type=int, help="counted rounds (default: 5)")
    parser.add_argument("--quick", action="store_true", help="the short scenarios, 3 rounds")
    parser.add_argument(
        "--hf", action="append", default=[], type=said(other), metavar="NAME=PATH", help="another hf to measure"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a budget is exceeded")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write every run as a JSON line")
    parser.add_argument("--from", dest="recorded", type=Path, metavar="FILE", help="measure nothing, read these runs")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    return parser.parse_args()


def scratch() -> str | None:
    """Where to make the temporary folder: in memory if there is room, or None for the usual place."""
    memory = Path("/dev/shm")
    fits = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if fits else None


def measure(options: argparse.Namespace) -> Results:
    names, with_startup = options.selection or ((scenarios.QUICK if options.quick else scenarios.PAGE), True)
    count = options.rounds or (3 if options.quick else ROUNDS)
    results = Results()
    with contextlib.ExitStack() as stack:

        def keep(record: Record) -> None:
            results.records.append(record)
            if options.out:
                print(record.line(), file=out, flush=True)

        # Programs are not in memory: such a file system often refuses to execute what is in it.
        programs = install(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hfcli-bench-"))))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hfcli-bench-", dir=scratch())))
        peers, missing = downloaders()
        clients = [ours(programs), official(), *options.hf, *peers]
        results.host = describe(clients, missing)
        if with_startup:
            print("start-up", file=sys.stderr, flush=True)
            results.startup = startup.measure(programs, min(STARTUP_ROUNDS, 5 * count))
        if options.out:
            out = stack.enter_context(options.out.open("w"))
            print(results.heading(), file=out, flush=True)
        server = stack.enter_context(Server(DATA))
        play(Stage(server, folder), clients, names, count, keep)
    return results


def complete(results: Results) -> bool:
    """Whether this is what the page promises: everything, five rounds of it, and nobody else."""
    rounds = [len(results.runs(name, OURS)) for name in scenarios.PAGE]
    others = {record.client for record in results.records} - {OURS, OFFICIAL, *DOWNLOADERS}
    return bool(results.startup) and min(rounds) >= ROUNDS and not others


def check(results: Results) -> int:
    """Print a line for each budget, those that are exceeded last; return their number."""
    lines = [(verdict.line(), verdict.exceeded) for verdict in judge(results)]
    lines += judge_startup(results.startup, startup.BUDGETS)
    for line, _ in sorted(lines, key=lambda item: item[1]):
        print(line)
    return sum(exceeded for _, exceeded in lines)


def main() -> int:
    options = parse()
    if options.list:
        print("".join(f"{scenario.id:<18} {scenario.title}\n" for scenario in scenarios.ALL), end="")
        return 0
    # What starts in the background of a script ignores interrupts; every program measured here would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    results = read(options.recorded) if options.recorded else measure(options)
    if options.check:
        return 1 if check(results) else 0
    text = report.page(results)
    if complete(results):
        PAGE.write_text(text)
        print(f"wrote {PAGE.relative_to(ROOT)}")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
