"""Each distribution of the zoo beside the real ``hf``, held against the outcome that is written beside it."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hfcli_core import __version__

ZOO = Path(__file__).parent.parent / "zoo"
CASES = sorted(file.parent.name for file in ZOO.glob("*/expected.toml"))


@pytest.mark.parametrize("case", CASES)
def test_zoo(case: str, hf: Any, tmp_path: Path) -> None:
    expected = tomllib.loads((ZOO / case / "expected.toml").read_text())
    path = [_on_path(case, folder, expected, tmp_path) for folder in expected.get("path", ["site"])]
    marker = tmp_path / "imported"
    environ = {"ZOO_MARKER": str(marker), **expected.get("environ", {})}

    for run in expected["run"]:
        marker.unlink(missing_ok=True)
        done = hf(*run["args"], path=path, environ=environ)
        _check(run, done)
        if "imported" in run:
            assert marker.exists() == run["imported"], run["args"]

    _check({"args": ["--help"], "exit": 0, "stdout": ["plugins"]}, hf("--help", path=path, environ=environ))
    version = hf("version", path=path, environ=environ)
    _check({"args": ["version"], "exit": 0, "only_stdout": f"{__version__}\n"}, version)
    listed = hf("plugins", "ls", "--all", "--json", path=path, environ=environ)
    rows = [row for row in json.loads(listed.stdout) if row["distribution"].startswith("zoo-")]
    if "plugins" in expected:
        found = [[row["distribution"], row["version"], row["state"]] for row in rows]
        assert sorted(found) == expected["plugins"]
    if "adds" in expected:
        assert [added for row in rows for added in row["adds"]] == expected["adds"]
    for row in rows:
        assert (row["cause"] is None) == (row["state"] == "on"), row


def test_every_case_says_what_to_expect() -> None:
    assert sorted(folder.name for folder in ZOO.iterdir() if folder.is_dir()) == CASES


def _on_path(case: str, folder: str, expected: dict[str, Any], tmp_path: Path) -> Path:
    if folder not in expected.get("zip", []):
        return ZOO / case / folder
    return Path(shutil.make_archive(str(tmp_path / folder), "zip", ZOO / case / folder))


def _check(run: dict[str, Any], done: Any) -> None:
    story = f"hf {' '.join(run['args'])} → {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == run["exit"], story
    for text in run.get("stdout", []):
        assert text in done.stdout, story
    for text in run.get("not_stdout", []):
        assert text not in done.stdout, story
    for text in run.get("stderr", []):
        assert text in done.stderr, story
    if run["exit"]:
        assert done.stdout == "", story
        assert len(done.stderr.splitlines()) <= 5, story
    assert done.stdout == run.get("only_stdout", done.stdout), story
    assert "Traceback" not in done.stderr, story
