"""README.md: its tour is run, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from tests.pages import console_commands, matches
from tests.wheels import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("C*.md"))]


def test_the_tour_prints_what_the_readme_shows(hub: Any, cli: Any) -> None:
    model = Path(cli.work) / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    (model / "model.safetensors").write_bytes(bytes(100_000))
    tour = console_commands((ROOT / "README.md").read_text())
    assert len(tour) == 10
    for command, shown in tour:
        program, *words = shlex.split(command)
        assert program == "hf"
        done = cli(*words)
        assert matches(shown, done.stdout or done.stderr), (command, done.stdout, done.stderr)
    assert done.returncode == 5


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = [
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
