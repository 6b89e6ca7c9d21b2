from __future__ import annotations

from pathlib import Path

import pytest
from hfcli_hub.testkit.cli import Cli
from hfcli_hub.testkit.hub import LiveHub

from tests.faults.scene import Scene


@pytest.fixture
def scene(hub: LiveHub, cli: Cli, tmp_path: Path) -> Scene:
    return Scene(tmp_path, hub, cli)
