"""What every test shares: interrupts that arrive, and other people's clients, made once below ``.cache/foreign``."""

from __future__ import annotations

import compileall
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

ROOT = Path(__file__).parent
LOCKS = ROOT / "tests" / "foreign"
CACHE = ROOT / ".cache" / "foreign"


def pytest_configure(config: pytest.Config) -> None:
    # What a script or a CI runner starts in the background ignores interrupts; every `hf` of a test would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):  # before the workers of xdist start
        # A thousand tests start `hf`. Where PYTHONDONTWRITEBYTECODE is set, each start would compile what it imports.
        for sources in [ROOT / "core" / "src", *ROOT.glob("plugins/*/src")]:
            compileall.compile_dir(sources, quiet=2)


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Hubs in the process of the tests need not survive a power cut; a Hub's many small files make each test wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)  # still refuses what is no open file
        yield


@dataclass(frozen=True)
class ForeignClient:
    """An official Python client in an environment of its own."""

    version: str
    python: Path
    hf: Path

    def run(
        self, args: list[str | Path], *, env: Mapping[str, str] | None = None, timeout: float = 120, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run ``hf`` of this client with exactly ``env`` and the caller's PATH; the caller looks at the return code."""
        return _run([self.hf, *args], env=env, timeout=timeout, **options)

    def run_python(
        self, args: list[str | Path], *, env: Mapping[str, str] | None = None, timeout: float = 120, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run ``python`` where this client is installed, as :meth:`run` runs ``hf``."""
        return _run([self.python, *args], env=env, timeout=timeout, **options)


@dataclass(frozen=True)
class NodeClient:
    """npm's ``@huggingface/hub``, for ES modules that import it."""

    folder: Path

    def script(
        self, code: str, *args: str | Path, env: Mapping[str, str] | None = None, timeout: float = 120, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run an ES module; its ``process.argv.slice(1)`` are ``args``."""
        command = ["node", "--input-type=module", "-e", code, *args]
        return _run(command, env=env, timeout=timeout, **{"cwd": self.folder, **options})


def _run(
    command: list[Any], *, env: Mapping[str, str] | None, timeout: float, **options: Any
) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **(env or {})}
    defaults = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, "check": False}
    if "input" in options:
        del defaults["stdin"]
    return subprocess.run([os.fspath(c) for c in command], env=environ, timeout=timeout, **{**defaults, **options})


@pytest.fixture(scope="session")
def official_client() -> Callable[[str], ForeignClient]:
    """``official_client("2.4.0")`` or ``("1.1.7")``: that version of ``huggingface_hub``, installed from its lock."""

    def client(version: str) -> ForeignClient:
        lock = LOCKS / f"huggingface_hub-{version}.lock"
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        folder = _made(f"huggingface_hub-{version}", [lock], python, lambda folder: _install_python(folder, lock))
        programs = folder / ("Scripts" if os.name == "nt" else "bin")
        return ForeignClient(version, programs / "python", programs / "hf")

    return client


@pytest.fixture(scope="session")
def node_client() -> NodeClient:
    """npm's client; skips where node is missing."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    locks = [LOCKS / "node" / name for name in ("package.json", "package-lock.json")]
    return NodeClient(_made("node", locks, "npm", lambda folder: _install_node(folder, locks)))


def _made(name: str, locks: list[Path], runtime: str, make: Callable[[Path], None]) -> Path:
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


def _install_python(folder: Path, lock: Path) -> None:
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, folder], check=True, timeout=120)
    target = ["--python", str(folder), "--require-hashes", "-r", str(lock)]
    subprocess.run([*uv, "pip", "install", *target], check=True, timeout=300)


def _install_node(folder: Path, locks: list[Path]) -> None:
    folder.mkdir(parents=True)
    for lock in locks:
        shutil.copy(lock, folder)
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(["npm", "ci", *quiet], cwd=folder, check=True, timeout=300)
