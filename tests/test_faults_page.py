"""docs/faults.md has every row, and every test that it names exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "faults.md"

FAULTS = {"N": 26, "P": 9, "D": 11, "I": 6, "A": 8, "C": 6, "U": 4, "J": 1, "E": 1}
ROWS = [
    *(f"Invariant {n}" for n in range(1, 11)),
    *(f"{letter}{n}" for letter, count in FAULTS.items() for n in range(1, count + 1)),
    *(f"S{n:02}" for n in range(1, 31)),
]
NODE = re.compile(r"`([\w./]+\.py::[^`]+)`")


def rows() -> list[tuple[str, str]]:
    """Each row of the page: its id and its text."""
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(r"^- \*\*(.+?)\*\* (.+?)(?=^- \*\*|^#|\Z)", text, re.MULTILINE | re.DOTALL)


def test_every_row_is_there_once() -> None:
    assert len(ROWS) == 10 + 72 + 30
    assert [name for name, _ in rows()] == ROWS


def test_every_row_has_tests_or_a_reason() -> None:
    for name, text in rows():
        reason = re.search(r"^  - untested: .{10,}", text, re.MULTILINE)
        tests = re.findall(r"^  - `", text, re.MULTILINE)
        assert tests or reason, name
        assert bool(tests) == ("Made with: " in text), name


def test_every_test_that_is_named_exists() -> None:
    named = sorted(set(NODE.findall(PAGE.read_text(encoding="utf-8"))))
    assert len(named) > 150
    files = sorted({node.partition("::")[0] for node in named})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    collected = set(done.stdout.splitlines())
    known = collected | {node.partition("[")[0] for node in collected}
    missing = [node for node in named if node not in known]
    assert not missing, f"{missing}\n{done.stdout[-500:]}"
