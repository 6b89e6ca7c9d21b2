from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hfcli_hub.testkit.cli import Cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[Cli]:
    """``hf`` without a Hub: whatever asks for one fails."""
    with Cli(tmp_path / "home", {"HF_ENDPOINT": "http://127.0.0.1:9", "NO_COLOR": "1"}) as cli:
        yield cli


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The hub cache of ``offline`` and of ``cli``, which is not made yet."""
    return tmp_path / "home" / "hf" / "hub"
