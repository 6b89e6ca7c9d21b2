"""docs/reference is what docs/generate.py makes of the code as it is."""

from __future__ import annotations

import subprocess
import sys

from tests.wheels import ROOT


def test_the_reference_pages_are_not_stale() -> None:
    command = [sys.executable, ROOT / "docs" / "generate.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"run `python3 dev.py docs`\n{done.stdout}{done.stderr}"
