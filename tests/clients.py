"""Other people's clients, made once below ``.cache/foreign`` from their locks, for tests and benchmarks."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "tests" / "foreign"
CACHE = ROOT / ".cache" / "foreign"


def made(name: str, locks: list[Path], runtime: str, make: Callable[[Path], None]) -> Path:
    """A folder that ``make`` has filled, once for all processes and as long as the locks stay the same."""
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()[:12]
    folder = CACHE / f"{name}-{digest}-{runtime}"
    done = folder / ".complete"
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return folder


def official_programs(version: str) -> Path:
    """The folder with ``hf`` and ``python`` of that version of ``huggingface_hub``, installed from its lock."""
    lock = LOCKS / f"huggingface_hub-{version}.lock"
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = made(f"huggingface_hub-{version}", [lock], python, lambda folder: _install_python(folder, lock))
    return folder / ("Scripts" if os.name == "nt" else "bin")


def _install_python(folder: Path, lock: Path) -> None:
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, folder], check=True, timeout=120)
    target = ["--python", str(folder), "--require-hashes", "-r", str(lock)]
    subprocess.run([*uv, "pip", "install", *target], check=True, timeout=300)


def node_packages() -> Path:
    """The folder with ``node_modules``, which has npm's ``@huggingface/hub``; needs node and npm."""
    locks = [LOCKS / "node" / name for name in ("package.json", "package-lock.json")]
    return made("node", locks, "npm", lambda folder: _install_node(folder, locks))


def _install_node(folder: Path, locks: list[Path]) -> None:
    folder.mkdir(parents=True)
    for lock in locks:
        shutil.copy(lock, folder)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(["npm", "ci", *quiet], cwd=folder, check=True, timeout=300)
