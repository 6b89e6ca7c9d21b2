"""Environments that hold some of our wheels and what those declare to need, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.wheels import make_environment, third_party


@dataclass(frozen=True)
class Environment:
    programs: Path
    home: Path

    def run(
        self, program: str, *words: str | Path, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, with a home of its own and without the caller's configuration."""
        search = os.pathsep.join([str(self.programs), os.defpath])
        environ = {"PATH": search, "HOME": str(self.home), "HF_HOME": str(self.home), **(env or {})}
        return subprocess.run(
            [self.programs / program, *map(str, words)],
            env=environ,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def environment_of(folder: Path, wheels: Iterable[Path]) -> Environment:
    """Make one below ``folder``."""
    chosen = list(wheels)
    programs = make_environment(folder / "venv", chosen)
    names = {"base": str(folder / "venv"), "platbase": str(folder / "venv")}
    site_packages = Path(sysconfig.get_path("purelib", vars=names))
    (site_packages / "third_party.pth").unlink()
    ours = {_name(one): one for one in distributions(path=[str(site_packages)])}
    theirs = {_name(one): one for one in distributions(path=[str(third_party())])}
    needed = _closure(ours, theirs)
    for top in sorted({file.parts[0] for name in needed for file in theirs[name].files or ()} - {"..", "bin"}):
        (site_packages / top).symlink_to(third_party() / top)
    home = folder / "home"
    home.mkdir()
    return Environment(programs, home)


def _name(distribution: Distribution) -> str:
    return canonicalize_name(distribution.metadata["Name"])


def _closure(ours: Mapping[str, Distribution], theirs: Mapping[str, Distribution]) -> set[str]:
    """The names of all third-party distributions that ours need on this machine, and that those need."""
    found: set[str] = set()
    waiting = list(ours.values())
    while waiting:
        for text in waiting.pop().requires or ():
            requirement = Requirement(text)
            name = canonicalize_name(requirement.name)
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if wanted and name in theirs and name not in found:
                found.add(name)
                waiting.append(theirs[name])
    return found
