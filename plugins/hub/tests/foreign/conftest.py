from __future__ import annotations

from pathlib import Path

import pytest
from hfcli_hub.testkit.hub import LiveHub


@pytest.fixture
def environ(hub: LiveHub, tmp_path: Path) -> dict[str, str]:
    """What makes a client use ``hub`` as alice, with everything that it keeps below ``tmp_path``."""
    return {
        "HOME": str(tmp_path),
        "HF_HOME": str(tmp_path / "hf"),
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token("alice"),
        "OTHER_TOKEN": hub.token("bob"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "NO_COLOR": "1",
    }
