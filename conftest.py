"""What every test shares: interrupts that arrive, and other people's clients."""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clients import node_packages, official_programs

ROOT = Path(__file__).parent


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
        programs = official_programs(version)
        return ForeignClient(version, programs / "python", programs / "hf")

    return client


@pytest.fixture(scope="session")
def node_client() -> NodeClient:
    """npm's client; skips where node is missing."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    return NodeClient(node_packages())
