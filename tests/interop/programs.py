"""Our program and the official ones, side by side, against one Hub."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hfcli_hub.testkit.hub import LiveHub

REPO = "alice/mixed"
FILES = {
    "README.md": b"---\nlicense: mit\n---\n\n# Mixed\n",
    "config.json": b'{"hidden_size": 16}\n',
    "empty.txt": b"",
    "model.safetensors": bytes(range(256)) * 1200,
    "onnx/model.onnx": b"\x00\x01" * 50_000,
    "onnx/config.json": b'{"hidden_size": 16}\n',
    "data/sp ace & \u00fc/na#me%41+.txt": "\u00e9t\u00e9\n".encode(),
    "data/\u6587\u4ef6.parquet": b"PAR1" * 1000,
}
"""Small and large, empty, in folders, two of one content, and names that need quoting."""


@dataclass(frozen=True)
class Program:
    """An ``hf``: ours or one of the official client. ``home`` is everything that it keeps."""

    name: str
    command: tuple[str, ...]
    hub: LiveHub
    home: Path

    def at(self, home: Path) -> Program:
        """The same program with another home."""
        return replace(self, home=home)

    @property
    def cache(self) -> Path:
        return self.home / "hub"

    def environ(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONUTF8": "1",
            "NO_COLOR": "1",
            "HOME": str(self.home),
            "HF_HOME": str(self.home),
            "HF_ENDPOINT": self.hub.endpoint,
            "HF_TOKEN": self.hub.token("alice"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        }

    def run(self, *words: str | Path, env: Mapping[str, str | None] | None = None) -> subprocess.CompletedProcess[str]:
        """Run it to its end below its home; the caller looks at the exit code. None takes a variable away."""
        self.home.mkdir(parents=True, exist_ok=True)
        environ = {name: value for name, value in {**self.environ(), **(env or {})}.items() if value is not None}
        return subprocess.run(
            [*self.command, *map(str, words)],
            env=environ,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Begin it below its home, for who ends it before its time."""
        self.home.mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(
            [*self.command, *map(str, words)],
            env=self.environ(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run_python(self, python: Path, code: str, *words: str | Path) -> str:
        """What a Python script prints that runs as this program does."""
        done = replace(self, command=(str(python), "-c", code)).run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def print(self, *words: str | Path, env: Mapping[str, str | None] | None = None) -> str:
        """What it prints on stdout, without the newline; fails the test where the command fails."""
        done = self.run(*words, env=env)
        assert done.returncode == 0, f"{self.name} {words}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def download(self, *words: str | Path, env: Mapping[str, str | None] | None = None) -> Path:
        """The path that ``hf download --quiet`` prints, which all of them do alike."""
        return self.home / self.print("download", *words, "--quiet", env=env)


def contents(folder: Path) -> dict[str, bytes]:
    """Path → bytes of the files below ``folder``, without what clients keep there and the Hub's ``.gitattributes``."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in (".cache", ".gitattributes")
    }
