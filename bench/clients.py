"""Who is measured: our `hf` from freshly built wheels, the official one, others on request, curl and aria2c."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.clients import official_programs
from tests.wheels import PROJECTS, build_wheel, make_environment

OURS, OFFICIAL = "hfcli", "official"
OFFICIAL_VERSION = "2.4.0"
PARALLEL = "16"  # what the general downloaders are told to do at once


@dataclass(frozen=True)
class Job:
    """A download: ``files`` are all of the repository, ``single`` the one that is wanted, if not all are."""

    endpoint: str
    repo_id: str
    files: tuple[str, ...]
    folder: Path  # where a general downloader, or --local-dir, puts them
    scratch: Path  # for the lists of addresses that the downloaders read
    single: str | None = None
    local_dir: bool = False
    resume: bool = False
    retry: bool = False

    @property
    def wanted(self) -> tuple[str, ...]:
        return (self.single,) if self.single else self.files

    def url(self, path: str) -> str:
        return f"{self.endpoint}/{self.repo_id}/resolve/main/{path}"


@dataclass(frozen=True)
class Client:
    """``environment`` is what this client gets besides what all get."""

    name: str
    program: str
    environment: Mapping[str, str] = field(default_factory=dict)
    is_hf = False

    def download(self, job: Job) -> list[str]:
        raise NotImplementedError

    def version(self) -> str:
        done = subprocess.run([self.program, "--version"], capture_output=True, text=True, timeout=60, check=False)
        return (done.stdout.splitlines() or [""])[0].partition(" (")[0]


class Hf(Client):
    is_hf = True

    def download(self, job: Job) -> list[str]:
        options = ["--local-dir", str(job.folder)] if job.local_dir else []
        return [self.program, "download", job.repo_id, *([job.single] if job.single else []), *options]


class Curl(Client):
    def download(self, job: Job) -> list[str]:
        options = ["--silent", "--show-error", "--fail", "--location", "--create-dirs"]
        if job.resume or job.retry:
            options += ["--continue-at", "-"]
        if job.retry:
            options += ["--retry", "5", "--retry-all-errors"]
        names = job.scratch / "curl.txt"
        lines = [f'url = "{job.url(path)}"\noutput = "{job.folder / path}"\n' for path in job.wanted]
        names.write_text("".join(lines))
        if len(lines) > 1:
            options += ["--parallel", "--parallel-max", PARALLEL]
        return [self.program, *options, "--config", str(names)]


class Aria2(Client):
    def download(self, job: Job) -> list[str]:
        names = job.scratch / "aria2.txt"
        names.write_text("".join(f"{job.url(path)}\n  out={path}\n" for path in job.wanted))
        repeat = ["--continue=true"] if job.resume else ["--allow-overwrite=true"]
        if job.retry:  # without a pause it takes a 503 as final
            repeat += ["--max-tries=5", "--retry-wait=1"]
        pieces = [f"--max-connection-per-server={PARALLEL}", f"--split={PARALLEL}", "--min-split-size=4M"]
        files = [f"--max-concurrent-downloads={PARALLEL}", f"--dir={job.folder}", f"--input-file={names}"]
        return [self.program, "--quiet=true", "--file-allocation=none", *repeat, *pieces, *files]


def install(folder: Path) -> Path:
    """Our own programs, from wheels built now; the folder that they are in."""
    wheels = [build_wheel(project, folder / "wheels") for project in PROJECTS]
    return make_environment(folder / "venv", wheels)


def ours(programs: Path) -> Client:
    return Hf(OURS, str(programs / "hf"))


def official() -> Client:
    return Hf(OFFICIAL, str(official_programs(OFFICIAL_VERSION) / "hf"))


def other(text: str) -> Client:
    """``name=/path/to/hf`` or ``name=/path/to/hf;VARIABLE=value``."""
    name, equals, rest = text.partition("=")
    program, *variables = rest.split(";")
    if not (equals and name and Path(program).is_file()):
        raise ValueError(f"not name=/path/to/hf: {text}")
    pairs = (variable.partition("=") for variable in variables)
    return Hf(name, str(Path(program).absolute()), {key: value for key, _, value in pairs})


DOWNLOADERS: dict[str, type[Client]] = {"curl": Curl, "aria2c": Aria2}


def downloaders() -> tuple[list[Client], list[str]]:
    """The general downloaders on PATH, and the names of those that are missing."""
    found: list[Client] = []
    missing: list[str] = []
    for name, kind in DOWNLOADERS.items():
        program = shutil.which(name)
        if program:
            found.append(kind(name, program))
        else:
            missing.append(name)
    return found, missing
