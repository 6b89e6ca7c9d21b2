from __future__ import annotations

from pathlib import Path

import pytest

from tests.wheels import PROJECTS, build_wheel


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every distribution of the workspace as a wheel: ``hfcli_core`` → file."""
    folder = tmp_path_factory.mktemp("wheels")
    built = [build_wheel(project, folder) for project in PROJECTS]
    return {wheel.name.partition("-")[0]: wheel for wheel in built}
