"""A repo on a Hub that misbehaves, ``hf`` in a sandbox, and what must hold after every run whatever went wrong."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.faults import Rule
from hfcli_hub.testkit.cli import Cli, CliResult
from hfcli_hub.testkit.hub import LiveHub

INJECT = Path(__file__).parent / "inject"
REPO = "alice/model"
MIB = 1 << 20
BIG = "model.safetensors"
EXIT_CODES = {*range(16), 129, 130, 143}
QUICK = {"HFCLI_MAX_OUTAGE": "3", "HFCLI_CONNECT_TIMEOUT": "2"}
"""Patience for tests."""

_SECRETS = re.compile(rb"hf_[A-Za-z0-9]{20,}|[?&]Signature=[0-9a-f]{16}|(?i:authorization: bearer [^*\s])")


def noise(size: int, seed: bytes = b"") -> bytes:
    """Bytes of which no two blocks are alike."""
    return b"".join(hashlib.sha256(seed + n.to_bytes(4, "big")).digest() for n in range(size // 32 + 1))[:size]


def mostly_slow(values: Sequence[Any], keep: int = 2) -> list[Any]:
    """Parameters of which only the first ones are tried each time."""
    return [*values[:keep], *(pytest.param(value, marks=pytest.mark.slow) for value in values[keep:])]


def git_sha1(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


FILES = {
    "README.md": b"# A model\n",
    "config.json": b'{"a": 1}\n',
    "empty.txt": b"",
    BIG: noise(3 * MIB + 123),
    "onnx/config.json": b'{"onnx": true}\n',
}


@dataclass
class Scene:
    """``alice/model`` and a client in ``base``; :meth:`run` checks the invariants of faults.md after every run."""

    base: Path
    hub: LiveHub
    cli: Cli
    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    commit: str = ""

    def __post_init__(self) -> None:
        self.hub.create_repo(REPO)
        self.commit = self.hub.put_files(REPO, self.files)
        self.outside = self.base / "outside"
        self.outside.mkdir()
        (self.outside / "precious").write_bytes(b"precious")
        self.temporary = self.base / "tmp"
        self.temporary.mkdir()
        self._published: dict[Path, bytes] = {}

    # The places of the sandbox

    @property
    def cached(self) -> Path:
        return self.cli.hf_home / "hub" / "models--alice--model"

    @property
    def snapshot(self) -> Path:
        return self.cached / "snapshots" / self.commit

    @property
    def partials(self) -> list[Path]:
        return sorted(self.cached.glob("blobs/*.incomplete"))

    @property
    def kept_bytes(self) -> int:
        """The size of the largest unfinished file; some are finished, and so renamed, at the moment of looking."""
        sizes = [0]
        for path in self.partials:
            with suppress(FileNotFoundError):
                sizes.append(path.stat().st_size)
        return max(sizes)

    # Running

    def environ(self, inject: Mapping[str, Any] | None, env: Mapping[str, str | None] | None) -> dict[str, str | None]:
        # A place of its own for what libraries put aside, so that leaks of it are seen.
        own: dict[str, str | None] = {"TMPDIR": str(self.temporary), **QUICK}
        if inject:
            own |= {"FAULTS_INJECT": json.dumps(inject), "PYTHONPATH": str(INJECT)}
        return {**own, **(env or {})}

    def run(
        self,
        *args: str | os.PathLike[str],
        code: int | Iterable[int] = 0,
        says: str = "",
        inject: Mapping[str, Any] | None = None,
        env: Mapping[str, str | None] | None = None,
        within: float = 30,
        **options: Any,
    ) -> CliResult:
        """Run ``hf`` to its end; ``says`` is a pattern that stderr must match."""
        started = time.monotonic()
        done = self.cli(*args, env=self.environ(inject, env), timeout=within, **options)
        self.took = time.monotonic() - started
        self.check(done, code=code, says=says)
        return done

    def start(self, *args: str, env: Mapping[str, str | None] | None = None, **options: Any) -> Running:
        return Running(self, self.cli.popen(*args, env=self.environ(options.pop("inject", None), env), **options))

    def heal(self) -> None:
        self.hub.faults.clear()

    def forbid(self, *rules: Rule) -> None:
        for rule in rules:
            match = {name: getattr(rule, name) for name in ("method", "path", "host", "nth", "times")}
            self.hub.faults.add(rule.do, **match)

    # What must hold

    def check(self, done: CliResult, *, code: int | Iterable[int] = 0, says: str = "") -> None:
        """Invariants 1, 2, 4, 5 and 9, and that nothing was touched outside; :meth:`finish` checks 3 and 8."""
        wanted = {code} if isinstance(code, int) else set(code)
        assert done.returncode in wanted, f"{done.returncode}, not {wanted}: {done.stderr}{done.stdout}"
        assert done.returncode in {*EXIT_CODES, -signal.SIGKILL, -signal.SIGINT}
        assert re.search(says, done.stderr), f"no {says!r} in: {done.stderr}"
        assert "Traceback" not in done.stderr + done.stdout
        assert "unexpected" not in done.stderr.lower(), done.stderr
        report = done.stderr[max(0, done.stderr.find("Error:")) :] if done.returncode > 0 else ""
        assert len(report.splitlines()) <= 5, report
        assert not re.search(
            r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]", done.stderr + done.stdout
        )
        self._check_stdout(done)
        self._check_secrets(done)
        self.check_published()
        self._check_surroundings()
        assert not self.hub.record.credentials_at_content()

    def _check_stdout(self, done: CliResult) -> None:
        text = done.stdout.strip()
        if text.startswith(("{", "[")):
            json.loads(text)
        elif done.returncode != 0:
            assert text == ""

    def _check_secrets(self, done: CliResult) -> None:
        shown = (done.stdout + done.stderr).encode()
        assert not _SECRETS.search(shown), shown
        for file in self.cli.home.rglob("*"):
            if file.is_file() and not file.is_symlink() and file.name not in ("token", "stored_tokens"):
                assert not _SECRETS.search(file.read_bytes()), file

    def check_published(self) -> None:
        """What has a public name has the right content, and what had is still there."""
        for blob in self.cli.hf_home.glob("hub/*/blobs/*"):
            if re.fullmatch("[0-9a-f]+", blob.name) and not blob.is_symlink():
                data = blob.read_bytes()
                assert blob.name in (git_sha1(data), hashlib.sha256(data).hexdigest()), f"{blob} has other bytes"
                self._published[blob] = b""
        for pointer in self.cli.hf_home.glob("hub/*/snapshots/*/**/*"):
            if not pointer.is_dir():
                assert pointer.is_file(), f"{pointer} leads nowhere"
                assert re.fullmatch("[0-9a-f]{40}", pointer.relative_to(self.cli.hf_home).parts[3])
                self._published[pointer] = b""
        lost = [str(path) for path in self._published if not path.is_file()]
        assert not lost, f"gone: {lost}"

    def forget(self, *paths: Path) -> None:
        """The test itself takes these away or damages them."""
        for path in paths:
            self._published.pop(path, None)

    def _check_surroundings(self) -> None:
        assert {path.name for path in self.base.iterdir()} <= {"hub", "home", "outside", "tmp", "disk"}
        assert {path.name: path.read_bytes() for path in self.outside.iterdir()} == {"precious": b"precious"}
        assert not list(self.temporary.iterdir())
        kept = {"hf", "work", "cache", "config", "data", "state"}
        assert {path.name for path in self.cli.home.iterdir()} <= kept

    def check_files(self, folder: Path | None = None, files: Mapping[str, bytes] | None = None) -> None:
        """Every file is there and right, in a snapshot or in a directory of the user's."""
        folder = folder or self.snapshot
        for name, data in (files or self.files).items():
            assert (folder / name).read_bytes() == data, name

    def content_sent(self) -> int:
        """Bytes of bodies that the content host has sent."""
        return sum(request.sent for request in self.hub.record.find(host="content"))

    def finish(self, *args: str, env: Mapping[str, str | None] | None = None) -> None:
        """Without faults the same command ends well (8), and fetches no right byte twice (3)."""
        self.heal()
        kept = max((path.stat().st_size for path in self.partials if self._is_part(path)), default=0)
        there = any(self.cached.glob(f"snapshots/{self.commit}/{BIG}"))
        wrong = any(not self._is_part(path) for path in self.partials)
        self.hub.record.clear()
        self.run(*args, env=env)
        self.check_files()
        assert wrong or self.content_sent() <= (0 if there else len(self.files[BIG]) - kept)

    def _is_part(self, partial: Path) -> bool:
        return self.files[BIG].startswith(partial.read_bytes())


@dataclass
class Running:
    """A run that has not ended."""

    scene: Scene
    process: Any

    def until(self, condition: Any, seconds: float = 15) -> None:
        limit = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < limit, "it did not come so far"
            assert self.process.poll() is None, self.process.communicate()[1].decode()
            time.sleep(0.01)

    def end(self, *, code: int | Iterable[int] = 0, says: str = "", seconds: float = 30) -> CliResult:
        stdout, stderr = self.process.communicate(timeout=seconds)
        done = CliResult(self.process.returncode, stdout.decode(), stderr.decode())
        self.scene.check(done, code=code, says=says)
        return done
