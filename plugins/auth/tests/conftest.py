from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def files(cli: Any) -> Callable[[], dict[str, str]]:
    """Every file below the home of ``cli``: name → content."""

    def read() -> dict[str, str]:
        root: Path = cli.home
        found = [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        return {path.relative_to(root).as_posix(): path.read_text(errors="replace") for path in found}

    return read


@pytest.fixture
def keyring(tmp_path: Path) -> dict[str, str]:
    """The environment in which the system keyring is a file, ``keyring["TEST_KEYRING"]``."""
    backend = Path(__file__).parent / "backend"
    return {
        "PYTHON_KEYRING_BACKEND": "keyring_in_a_file.Keyring",
        "PYTHONPATH": str(backend),
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
    }
