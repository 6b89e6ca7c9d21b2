"""What a start with a warm index must not import (design.md §9); this does not depend on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ZOO = Path(__file__).parent.parent / "zoo"

PROBE = """
import os, sys
from hfcli_core.places import user_config_file
from hfcli_core.plugins.manager import PluginManager

config_file = user_config_file()
rows = PluginManager(environ=os.environ, path=[os.environ["SITE"]]).commands()
assert "hello" in [row.name for row in rows], rows
print(*sorted(name for name in sys.modules if not name.startswith("hfcli_core")))
print(config_file)
"""
HEAVY = {
    "asyncio",
    "click",
    "httpx",
    "importlib.metadata",
    "keyring",
    "platformdirs",
    "pluggy",
    "rich",
    "ssl",
    "zipfile",
}


def _probe(home: Path, site: Path, **variables: str) -> tuple[set[str], str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")])),
            "SITE": str(site),
            "HOME": str(home),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    modules, config_file = done.stdout.splitlines()
    return set(modules.split()), config_file


def test_a_warm_start_imports_neither_plugins_nor_what_is_heavy(tmp_path: Path) -> None:
    site = ZOO / "egg_info" / "site"
    cold, config_file = _probe(tmp_path, site)
    warm, same_file = _probe(tmp_path, site)
    assert {"pluggy", "platformdirs", "zoo_egg"} <= cold
    assert warm & HEAVY == set()
    assert not any(name.startswith(("zoo_", "hfcli_")) for name in warm)
    assert same_file == config_file


def test_the_place_of_the_configuration_follows_the_environment(tmp_path: Path) -> None:
    site = ZOO / "egg_info" / "site"
    default = _probe(tmp_path, site)[1]
    moved, config_file = _probe(tmp_path, site, XDG_CONFIG_HOME=str(tmp_path / "elsewhere"))
    assert "platformdirs" in moved
    if sys.platform == "linux":
        assert config_file == str(tmp_path / "elsewhere" / "hfcli" / "config.toml")
        assert default == str(tmp_path / ".config" / "hfcli" / "config.toml")
