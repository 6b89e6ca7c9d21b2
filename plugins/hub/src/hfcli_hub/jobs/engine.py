"""Containers, where Docker or Podman answers on this machine; else a job is a process of this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .records import Job

_ENGINES = ("docker", "podman")
_SECONDS = 10.0


def find_engine() -> str | None:
    """The program of an engine that answers."""
    for name in _ENGINES:
        program = shutil.which(name)
        if program and _answers([program, "version", "--format", "{{.Server.Version}}"]):
            return program
    return None


def container_command(engine: str, job: Job, environment: Mapping[str, str], memory: int) -> list[str]:
    """The words that run the job in its image. Values of variables are not among them: the engine takes those from its
    own environment, which no list of processes shows. The network is that of the machine, on which the Hub is."""
    names = [word for name in environment for word in ("--env", name)]
    ours = ["--rm", "--init", "--name", f"hf-job-{job.id}", "--network", "host", "--memory", str(memory)]
    return [engine, "run", *ours, *names, job.spec.image, *job.spec.command, *job.spec.arguments]


def kill_container(engine: str, job_id: str) -> None:
    """End what the engine still runs of a job; its client alone may have been ended."""
    _answers([engine, "kill", f"hf-job-{job_id}"])


def writable_home(folder: Path) -> dict[str, str]:
    """What the engine's own program needs of an environment."""
    return {"HOME": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"}


def _answers(command: list[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  an engine that was found on PATH
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
