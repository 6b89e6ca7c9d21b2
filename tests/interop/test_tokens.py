"""The token that one program keeps is the token of the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hfcli_core.auth.token_file import write_private

from tests.interop.programs import Program

pytestmark = pytest.mark.foreign

NO_TOKEN = {"HF_TOKEN": None}


def test_theirs_is_read_by_us(ours: Program, official: Program, tmp_path: Path) -> None:
    """It belongs to the Hub that is set as the official one, and is sent to no other."""
    token = official.hub.token("bob")
    official.at(tmp_path).print("auth", "login", "--token", token, env=NO_TOKEN)
    mine = ours.at(tmp_path)
    trusted = {**NO_TOKEN, "HFCLI_OFFICIAL_ENDPOINT": official.hub.endpoint}
    assert mine.print("auth", "whoami", env=trusted).splitlines()[0] == "bob"
    official.hub.record.clear()
    assert mine.run("auth", "whoami", env=NO_TOKEN).returncode == 4
    assert len(official.hub.record) == 0


def test_ours_is_read_by_them(official: Program, tmp_path: Path) -> None:
    write_private(tmp_path / "token", official.hub.token("bob"))
    shown = official.at(tmp_path).print("auth", "whoami", env=NO_TOKEN)
    assert "bob" in shown
