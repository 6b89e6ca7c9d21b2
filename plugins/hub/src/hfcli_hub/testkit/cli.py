"""``hf`` as a subprocess, in a home of its own and with nothing of the caller's configuration."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Self

    from hfcli_hub.testkit.terminal import Answers, Shown

_SECONDS = 60.0
_FOREIGN = ("HF_", "HUGGING", "XDG_", "TRANSFORMERS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "GIT_")


@dataclass(frozen=True)
class CliResult:
    returncode: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[str]:
        """The lines of stdout."""
        return self.stdout.splitlines()

    def json(self) -> Any:
        """Stdout as JSON."""
        import json

        return json.loads(self.stdout)


class Cli:
    """Call it as ``cli("download", "alice/model")``.

    ``home`` is made; below it are the home directory, ``HF_HOME``, the configuration and the working directory
    (``cli.work``). ``environ`` is set for every run. Processes of :meth:`popen` that still run when the ``with`` block
    ends are killed.
    """

    def __init__(self, home: Path, environ: Mapping[str, str]) -> None:
        self.home = home
        self.hf_home = home / "hf"
        self.work = home / "work"
        self.work.mkdir(parents=True)
        self._environ = dict(environ)
        self._running: list[subprocess.Popen[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=10)

    def environ(self, extra: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The whole environment of a run; a value None in ``extra`` removes a variable."""
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_FOREIGN)}
        own = {"HOME": str(self.home), "USERPROFILE": str(self.home), "HF_HOME": str(self.hf_home)}
        own |= {f"XDG_{name}_HOME": str(self.home / name.lower()) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
        merged: dict[str, str | None] = {**kept, **own, **self._environ, **(extra or {})}
        return {name: value for name, value in merged.items() if value is not None}

    def __call__(
        self,
        *args: str | os.PathLike[str],
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
        stdin: str | bytes | None = None,
        token: str | None = "",
        timeout: float = _SECONDS,
    ) -> CliResult:
        """Run ``hf`` to its end. ``token``: another than the usual one (alice's), or None for no token at all.

        Raises :class:`subprocess.TimeoutExpired` after ``timeout`` seconds.
        """
        process = self.popen(*args, env=env, cwd=cwd, token=token, stdin=subprocess.PIPE)
        data = stdin.encode() if isinstance(stdin, str) else stdin
        try:
            stdout, stderr = process.communicate(data or b"", timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return CliResult(process.returncode, stdout.decode(errors="replace"), stderr.decode(errors="replace"))

    def on_terminal(
        self,
        *args: str | os.PathLike[str],
        answers: Answers | None = None,
        env: Mapping[str, str | None] | None = None,
        token: str | None = "",
        timeout: float = _SECONDS,
    ) -> Shown:
        """Run ``hf`` on a terminal, where somebody types each answer once its question is shown (POSIX only)."""
        from hfcli_hub.testkit.terminal import on_terminal

        chosen: dict[str, str | None] = {} if token == "" else {"HF_TOKEN": token}
        environ = self.environ({"TERM": "dumb", **chosen, **(env or {})})
        command = [sys.executable, "-m", "hfcli_core", *args]
        return on_terminal(command, answers or {}, timeout=timeout, env=environ, cwd=self.work)

    def popen(
        self,
        *args: str | os.PathLike[str],
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
        token: str | None = "",
        **options: Any,
    ) -> subprocess.Popen[bytes]:
        """Start ``hf`` and return at once, for tests of signals and of what is printed meanwhile."""
        chosen: dict[str, str | None] = {} if token == "" else {"HF_TOKEN": token}
        piped = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  the program is ours
            [sys.executable, "-m", "hfcli_core", *args],
            env=self.environ({**chosen, **(env or {})}),
            cwd=cwd or self.work,
            **{**piped, **options},
        )
        self._running.append(process)
        return process
