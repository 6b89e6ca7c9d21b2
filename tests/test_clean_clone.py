"""The two commands of the README, in a fresh clone with nothing but Python: what a newcomer does first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wheels import ROOT

INSIDE = "HFCLI_INSIDE_CLEAN_CLONE"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(INSIDE in os.environ, reason="the suite must not run itself")
def test_both_commands_work_in_a_clean_clone(tmp_path: Path) -> None:
    clone = tmp_path / "hfcli"
    subprocess.run(["git", "clone", "--quiet", "--local", ROOT, clone], check=True, timeout=60)
    python = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "PYTEST_", "VIRTUAL_"))
    }
    environment |= {INSIDE: "1", "HOME": str(tmp_path / "home")}
    (tmp_path / "home").mkdir()

    demo = dev(python, clone, environment, "demo")
    assert "Every byte came back" in demo
    # All interpreters and linters, but a part of the tests: the whole suite is what runs this test.
    tested = dev(python, clone, environment, "test", "core/tests/storage/test_identity.py", "plugins/auth/tests")
    assert "all passed on Python" in tested


def dev(python: Path, clone: Path, environment: dict[str, str], *words: str) -> str:
    command = [python, "dev.py", *words]
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
