"""A real ``hf`` in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

Hf = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def hf(tmp_path: Path) -> Hf:
    """``hf("--help", path=[…], environ={…})``: run it with ``path`` before the installed distributions."""
    home = tmp_path / "home"

    def run(
        *args: str, path: Sequence[Path] = (), environ: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        inherited = os.environ.get("PYTHONPATH", "")
        return subprocess.run(
            [sys.executable, "-P", "-m", "hfcli_core", *args],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join([*map(str, path), *filter(None, [inherited])]),
                "PYTHONDONTWRITEBYTECODE": "1",
                "HOME": str(home),
                "HF_HOME": str(home / "hub"),
                "HF_ENDPOINT": "http://127.0.0.1:9",
                **(environ or {}),
            },
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
