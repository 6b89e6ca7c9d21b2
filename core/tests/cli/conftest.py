"""The real command in a process of its own, with a home, a configuration and plugins that only the test knows."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

FIRST_PARTY = "hfcli-auth,hfcli-transfer,hfcli-repos,hfcli-cache,hfcli-jobs,hfcli-endpoints,hfcli-hub,hfcli-xet"


@dataclass
class Hf:
    """Runs ``hf`` words. The first-party plugins that happen to be installed are off."""

    home: Path
    site: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(*words), env=self.environ, capture_output=True, text=True, timeout=60, encoding="utf-8", **options
        )

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "hfcli_core", *words]

    def add_plugin(self, name: str, code: str) -> None:
        """Install a distribution ``name`` 1.0 whose plugin is one module with this code."""
        module = name.replace("-", "_")
        (self.site / f"{module}.py").write_text("HF_PLUGIN_API = 1\nfrom hfcli_core.api import *\n" + dedent(code))
        metadata = self.site / f"{module}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[hf.plugins]\n{module} = {module}\n")


@pytest.fixture
def hf(tmp_path: Path) -> Hf:
    home, site = tmp_path / "home", tmp_path / "site"
    home.mkdir()
    site.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "PYTHONPYCACHEPREFIX") if name in os.environ}
    python_path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    environ = {
        "HOME": str(home),
        "HF_HOME": str(home / "hf"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONPATH": python_path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "HFCLI_DISABLED_PLUGINS": FIRST_PARTY,
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "COLUMNS": "80",
    }
    return Hf(home, site, kept | environ)
