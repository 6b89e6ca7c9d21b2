"""Programs that a job finds first on its PATH: ``python``, ``python3``, ``python3.N`` and ``uv`` are those of the Hub.

An image brings its own; a process of this machine has what the machine has, and not every machine has a ``python``.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import sys
from pathlib import Path

_PYTHONS = ("python", "python3", *(f"python3.{minor}" for minor in range(9, 16)))
_UV_PREFIXES = ("UV_", "SSL_CERT_")


def write_shims(folder: Path) -> None:
    """Fill ``folder``; the uv of a job also has what the Hub's own environment says to uv, such as an index."""
    folder.mkdir(exist_ok=True)
    for name in _PYTHONS:
        _write(folder / name, [sys.executable])
    uv = _uv()
    if uv:
        said = [f"{name}={value}" for name, value in os.environ.items() if name.startswith(_UV_PREFIXES)]
        _write(folder / "uv", ["env", f"UV_PYTHON={sys.executable}", *said, *uv])


def _uv() -> list[str] | None:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found:
        return [found]
    return [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else None


def _write(path: Path, command: list[str]) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    draft.chmod(0o755)
    draft.replace(path)
