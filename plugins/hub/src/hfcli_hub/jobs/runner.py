"""One job as processes: its directory, its orders, its supervisor, and what is known when that has ended.

::

    jobs/<id>/work    the fresh directory that the command runs in; gone with it
    jobs/<id>/log     its log
    jobs/<id>/…       what the supervisor keeps (supervisor.py)
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import StoreError
from ..store.refs import MAIN
from .engine import container_command, find_engine, kill_container, writable_home
from .hardware import hardware

if TYPE_CHECKING:
    from ..store.hub import Hub
    from .limits import JobLimits
    from .records import Job, Stage

_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
_SUPERVISOR = Path(__file__).with_name("supervisor.py")


@dataclass(frozen=True)
class End:
    stage: Stage
    message: str | None
    at: str | None = None


class Runner:
    """Starts jobs below ``root``: in containers where an engine answers, else as processes."""

    def __init__(self, hub: Hub, root: Path, shims: Path, limits: JobLimits) -> None:
        self._hub, self._root, self._shims, self._limits = hub, root, shims, limits

    @cached_property
    def _engine(self) -> str | None:
        return find_engine()

    def folder(self, job_id: str) -> Path:
        return self._root / job_id

    def log(self, job_id: str) -> Path:
        return self.folder(job_id) / "log"

    def was_started(self, job_id: str) -> bool:
        return self.folder(job_id).exists()

    def start(self, job: Job) -> subprocess.Popen[bytes]:
        """The supervisor of a job that runs; from now on :meth:`cancel` works.

        Raises StoreError for a Space that is not there, OSError for what the machine refuses.
        """
        work = self.folder(job.id) / "work"
        work.mkdir(parents=True, mode=0o700)
        orders = self._orders(job, work)
        supervisor = subprocess.Popen(  # noqa: S603  the program is ours
            [sys.executable, "-I", "-S", str(_SUPERVISOR), str(self.folder(job.id))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=self._root,
            start_new_session=True,
        )
        assert supervisor.stdin
        assert supervisor.stdout
        with suppress(BrokenPipeError), supervisor.stdin:
            supervisor.stdin.write(json.dumps(orders).encode())
        with supervisor.stdout:
            supervisor.stdout.read()  # closed once it listens to signals
        return supervisor

    def wait(self, job: Job) -> End:
        """How a job ended that was started, by this process or by one before it; blocks until it has.

        The supervisor's lock says whether it lives, as its pid may be somebody else's by now.
        """
        folder = self.folder(job.id)
        with suppress(FileNotFoundError), (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        if self._engine:
            kill_container(self._engine, job.id)
        shutil.rmtree(folder / "work", ignore_errors=True)
        try:
            return _end(json.loads((folder / "end.json").read_text()))
        except (OSError, ValueError):
            self._kill_orphan(folder)
            return End("ERROR", "The machine went down while the job ran")

    def cancel(self, job_id: str) -> None:
        """Ask the supervisor to end the job; nothing where none lives."""
        folder = self.folder(job_id)
        with suppress(OSError, ValueError), (folder / "lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.kill(int((folder / "pid").read_text()), signal.SIGTERM)

    def child(self, job_id: str) -> int | None:
        """The process, and session, of the command."""
        with suppress(OSError, ValueError):
            return int((self.folder(job_id) / "child").read_text())
        return None

    def _orders(self, job: Job, work: Path) -> dict[str, Any]:
        spec, machine = job.spec, hardware(job.spec.flavor)
        given = {**spec.environment, **job.secrets}
        own = {"JOB_ID": job.id, **given}
        if self._engine and spec.docker_image:
            command = container_command(self._engine, job, own, machine.memory)
            environment, memory = {**own, **writable_home(work)}, None
            remark = ""
        else:
            command = [*spec.command, *spec.arguments]
            folders = [str(self._shims), _SYSTEM_PATH]
            remark = f" as a process of this machine, without the image {spec.image}"
            if spec.space_id:
                self._export_space(spec.space_id, work)
                folders.insert(1, str(work))
                remark = f" as a process of this machine, with the files of {spec.image}"
            environment = {"PATH": ":".join(folders), "HOME": str(work), "TMPDIR": str(work), **own}
            memory = machine.memory
            command = _found(command, environment["PATH"])
        if spec.extra.get("volumes") or spec.extra.get("network"):
            remark += "; volumes and networks are recorded, not made"
        return {
            "argv": command,
            "env": environment,
            "cwd": str(work),
            "timeout": spec.timeout,
            "memory": memory,
            "attempts": spec.attempts,
            "grace": self._limits.grace,
            "log_limit": self._limits.log,
            "title": f"===== Job started at {{now}} ====={remark}",
        }

    def _export_space(self, space_id: str, work: Path) -> None:
        """The files of a Space; a script among them is a program."""
        found = self._hub.find_repo("space", space_id)
        if found is None:
            raise StoreError(f"There is no Space {space_id}")
        git = found.repo.git
        for entry in git.walk(git.resolve(MAIN), recursive=True):
            if entry.type != "file":
                continue
            content = self._hub.objects.path(entry.lfs.sha256).read_bytes() if entry.lfs else git.read_blob(entry.oid)
            path = work / entry.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            if content.startswith(b"#!"):
                path.chmod(0o755)

    @staticmethod
    def _kill_orphan(folder: Path) -> None:
        """What a supervisor has left that was killed: its command, as long as that is still the one that it started."""
        with suppress(OSError, ValueError):
            child = int((folder / "child").read_text())
            if _started_in(child, folder / "work"):
                os.killpg(child, signal.SIGKILL)


def _found(command: list[str], path: str) -> list[str]:
    """The command with the whole path of its program: what is looked up is the job's PATH, not the supervisor's."""
    program = shutil.which(command[0], path=path)
    return [program or command[0], *command[1:]]


def _started_in(pid: int, work: Path) -> bool:
    try:
        return str(work).encode() in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


def _end(end: dict[str, Any]) -> End:
    code, reason, at = end["exit_code"], end["reason"], end["finished_at"]
    if reason == "canceled":
        return End("CANCELED", None, at)
    if reason == "timeout":
        return End("ERROR", "Job timeout", at)
    if code == 0:
        return End("COMPLETED", None, at)
    return End("ERROR", f"Job failed with exit code: {code}. Reason: Error", at)
