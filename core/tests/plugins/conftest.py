"""A real ``hf`` in an environment of its own, and a plugin manager with distributions that a test writes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hfcli_core.plugins.manager import PluginManager

Hf = Callable[..., "subprocess.CompletedProcess[str]"]
Install = Callable[..., str]
Manager = Callable[..., PluginManager]


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


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "site"
    folder.mkdir()
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def install(site: Path) -> Install:
    """``install("acme", "…hooks…")``: write a distribution; gives the name of its entry module."""

    def write(distribution: str, hooks: str, version: str = "1.0") -> str:
        package = distribution.replace("-", "_")
        for old in site.glob(f"{package}-*.dist-info/*"):
            old.unlink()
            old.parent.rmdir()
        folder = site / f"{package}-{version}.dist-info"
        folder.mkdir()
        (folder / "entry_points.txt").write_text(f"[hf.plugins]\n{package} = {package}\n")
        header = "from hfcli_core.api import *\nfrom hfcli_core.api import hookimpl\nHF_PLUGIN_API = 1\n"
        (site / f"{package}.py").write_text(header + textwrap.dedent(hooks))
        sys.modules.pop(package, None)
        return package

    return write


@pytest.fixture
def manager(site: Path, tmp_path: Path) -> Manager:
    def make(**arguments: Any) -> PluginManager:
        return PluginManager(environ={"HF_HOME": str(tmp_path / "home")}, path=[str(site)], **arguments)

    return make
