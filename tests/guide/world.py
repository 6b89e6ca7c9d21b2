"""What an example runs in: a Hub that holds what the guide speaks of, and the home of its reader, Wauplin."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hfcli_hub.store.names import Kind
from hfcli_hub.testkit.cli import Cli, CliResult
from hfcli_hub.testkit.hub import LiveHub

USER = "Wauplin"

Source = tuple[Kind, str, str]
"""Type, id and revision of a repo."""


@dataclass
class World:
    hub: LiveHub
    cli: Cli
    other_hub: Callable[[], LiveHub]
    """Starts a second Hub, which knows Wauplin and has no repos."""
    stands_for: dict[str, str] = field(default_factory=dict)
    """What is typed in the place of a word of the guide, such as ``<job_id>``, or a path that no test may use."""

    @property
    def hf_home(self) -> Path:
        return self.cli.home / ".cache" / "huggingface"

    def run(self, *words: str, token: str | None = None, env: Mapping[str, str] | None = None) -> CliResult:
        """Run ``hf`` as Wauplin, who logged in by ``HF_TOKEN``; ``token``: another, empty for none."""
        return self.cli(*words, env={**self._environ(token), **(env or {})})

    def _environ(self, token: str | None) -> dict[str, str | None]:
        return {
            "HF_ENDPOINT": self.hub.endpoint,
            "HF_TOKEN": (self.hub.token(USER) if token is None else token) or None,
            "HF_HOME": None,
            "XDG_CACHE_HOME": None,
        }

    def run_command(self, command: str, *, token: str | None = None, types: str = "") -> CliResult:
        """Run a command line of the guide; its ``hf_****`` or ``YOUR_TOKEN`` becomes a token of theirs.

        With ``types``, on a terminal where the reader enters that.
        """
        command = re.sub(r"hf_\*{4}|YOUR_TOKEN", self.hub.token(USER), command)
        for word, other in self.stands_for.items():
            command = command.replace(word, other)
        environ = self._environ(token)
        if "$(" in command:
            return self._run_in_shell(command, environ)
        program, *words = shlex.split(command)
        assert program in ("hf", "huggingface-cli")
        if types:
            answers = [(": ", f"{line}\n") for line in types.splitlines()]
            wide = {"NO_COLOR": "1", "COLUMNS": "200"}
            shown = self.cli.on_terminal(*words, answers=answers, env={**environ, **wide})
            return CliResult(shown.returncode, shown.text, shown.text)
        return self.cli(*words, env=environ)

    def _run_in_shell(self, command: str, environ: Mapping[str, str | None]) -> CliResult:
        whole = self.cli.environ(environ)
        whole["PATH"] = f"{sysconfig.get_path('scripts')}:{whole['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command],
            env=whole,
            cwd=self.cli.work,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return CliResult(done.returncode, done.stdout, done.stderr)

    def type_command(self, command: str, answers: Mapping[str, str]) -> CliResult:
        """Run a command line of the guide on a terminal, whose whole text is stdout; nobody is logged in before."""
        environ: dict[str, str | None] = {"HF_ENDPOINT": self.hub.endpoint, "HF_HOME": None, "XDG_CACHE_HOME": None}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        typed = {question: answer.format(token=self.hub.token(USER)) for question, answer in answers.items()}
        words = shlex.split(command)[1:]
        environ |= {"PATH": path, **self.keyring}
        shown = self.cli.on_terminal(*words, token=None, env=environ, answers=typed)
        return CliResult(shown.returncode, shown.text, "")

    @property
    def keyring(self) -> dict[str, str]:
        """A system keyring for commands that need one."""
        return {
            "PYTHON_KEYRING_BACKEND": "keyring_in_a_file.Keyring",
            "PYTHONPATH": str(Path(__file__).parents[2] / "plugins" / "auth" / "tests" / "backend"),
            "TEST_KEYRING": str(self.cli.home / "keyring.json"),
        }

    def commit(self, repo_id: str, kind: Kind = "model", revision: str = "main") -> str:
        return self.hub.repo(repo_id, kind).git.resolve(revision)

    def files(self, repo_id: str, kind: Kind = "model", revision: str = "main") -> dict[str, bytes]:
        """Everything in the repo, without the ``.gitattributes`` that each one has."""
        names = self.hub.list_files(repo_id, kind, revision=revision)
        read = self.hub.read_file
        return {name: read(repo_id, name, kind, revision=revision) for name in names if name != ".gitattributes"}

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write into the working directory of the command."""
        for name, data in files.items():
            path = self.cli.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def real(self, line: str) -> str:
        """A line of the guide's sample with this world's endpoint and home in it; commits stay as they are."""
        return line.replace("https://huggingface.co", self.hub.endpoint).replace("/home/wauplin", str(self.cli.home))


def tree(folder: Path, *, but: Iterable[str] = (".cache",)) -> dict[str, bytes]:
    """Path → content of every file below ``folder``, links followed."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] not in but]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@dataclass(frozen=True)
class Case:
    """How an example is run: what is there before, what it prints, what is there afterwards.

    ``repo``: whose commit the sample's ``snapshots/…`` stand for. ``prints``: stdout where the sample is elided or
    differs; ``{endpoint}``, ``{hf_home}`` and ``{commit}`` are filled in. ``anonymous``: run without a token.
    ``types``: run on a terminal, which shows all that is printed, with what the reader answers there. ``typed``: the
    same before anybody is logged in, with the answers to these questions.
    """

    after: Callable[[World], None]
    before: Callable[[World], None] = lambda world: None
    repo: Source | None = None
    prints: tuple[str, ...] | None = None
    anonymous: bool = False
    types: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def expected_stdout(world: World, case: Case, sample: Iterable[str]) -> list[str]:
    """The sample as it must be printed in this world (errata.md, "What is replaced")."""
    commit = world.commit(case.repo[1], case.repo[0], case.repo[2]) if case.repo else ""
    if case.prints is not None:
        return [line.format(endpoint=world.hub.endpoint, hf_home=world.hf_home, commit=commit) for line in case.prints]
    lines = [line for line in sample if line != "..." and not line.startswith("Fetching ")]
    return [re.sub("(?<=/snapshots/)[0-9a-f]{40}", commit, world.real(line)) for line in lines]


def fetched(sample: Iterable[str]) -> int | None:
    """The number of files that the sample's line of progress speaks of."""
    counts = [int(count) for line in sample for count in re.findall(r"^Fetching (\d+) files", line)]
    return counts[0] if counts else None
