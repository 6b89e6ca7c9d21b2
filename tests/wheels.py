"""Real wheels of this project, and clean environments filled from them, for tests and benchmarks."""

from __future__ import annotations

import functools
import hashlib
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ("auth", "transfer", "repos", "cache", "jobs", "endpoints", "hub")
PROJECTS = [ROOT / name for name in ("core", *(f"plugins/{plugin}" for plugin in PLUGINS), ".")]


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def build_wheel(source: Path, folder: Path) -> Path:
    """Build the project in ``source`` into a folder of its own below ``folder``, with the locked build backend."""
    target = folder / f"wheel-{source.name}"
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target, cwd=source)
    (wheel,) = target.glob("*.whl")
    return wheel


@functools.cache
def third_party() -> Path:
    """A folder with the locked run-time dependencies and nothing of ours, installed once per lock and interpreter."""
    lock = ROOT / "requirements.lock"
    key = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    cache = ROOT / ".cache"
    folder = cache / f"third-party-{key}-{sys.version_info.major}.{sys.version_info.minor}"
    cache.mkdir(exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / ".complete").exists():
            pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            _run(*pip, "--only-binary", ":all:", "--require-hashes", "--target", folder, "-r", lock)
            (folder / ".complete").touch()
    return folder


def make_environment(folder: Path, wheels: list[Path]) -> Path:
    """Make an environment that holds ``wheels`` and their third-party dependencies; return its folder of programs."""
    uv = [sys.executable, "-m", "uv"]
    _run(*uv, "venv", "--quiet", "--python", sys.executable, folder)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    install = [*uv, "pip", "install", "--quiet", "--offline", "--no-index", "--no-deps"]
    _run(*install, "--python", programs / "python", *wheels)
    site_packages = Path(_run(programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
    (site_packages / "third_party.pth").write_text(f"{third_party()}\n")
    return programs
