from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.cache import CachedRepo, HubCache
from hfcli_core.storage.identity import git_blob_sha1
from hfcli_core.storage.root import Root

if TYPE_CHECKING:
    from collections.abc import Callable

COMMIT = "1234567890" * 4
OTHER_COMMIT = "abcdef0123" * 4


@pytest.fixture
def root(tmp_path: Path) -> Root:
    (tmp_path / "root").mkdir()
    return Root(tmp_path / "root")


@pytest.fixture(params=[True, False], ids=["openat", "plain paths"])
def any_root(request: pytest.FixtureRequest, tmp_path: Path) -> Root:
    """A root that walks as this system can, and one that works as where there is no openat."""
    (tmp_path / "root").mkdir()
    return Root(tmp_path / "root", walk=request.param)


@pytest.fixture
def cache(tmp_path: Path) -> HubCache:
    return HubCache(tmp_path / "hub")


@pytest.fixture
def repo(cache: HubCache) -> CachedRepo:
    return cache.repo(Repo("model", "acme/bert"))


@pytest.fixture
def publish() -> Callable[..., str]:
    """Put content into a cached repo, through the same calls as a download; gives the etag."""

    def publish(repo: CachedRepo, content: bytes, *paths: str, commit: str = COMMIT) -> str:
        etag = git_blob_sha1(content)
        partial = repo.create_partial(etag)
        partial.sink.write_at(0, content)
        repo.publish([(partial, etag)])
        for path in paths:
            repo.link(commit, path, etag)
        return etag

    return publish


class Program:
    """A Python program in a process of its own. Each of its lines on stdout is a JSON value."""

    def __init__(self, code: str, *args: str, prelude: str = "") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"import json, os, sys\n{prelude}\n{code}", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def line(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def finish(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def program() -> Any:
    """Starts programs; those that still run when the test ends are killed."""
    started: list[Program] = []

    def program(code: str, *args: object, prelude: str = "") -> Program:
        started.append(Program(code, *map(str, args), prelude=prelude))
        return started[-1]

    yield program
    for each in started:
        each.kill()


def tree_of(path: Path) -> dict[str, bytes | str | None]:
    """Everything below a directory: contents of files, texts of links, None for directories."""
    found: dict[str, bytes | str | None] = {}
    for entry in sorted(path.rglob("*")):
        name = entry.relative_to(path).as_posix()
        if entry.is_symlink():
            found[name] = f"-> {entry.readlink()}"
        else:
            found[name] = entry.read_bytes() if entry.is_file() else None
    return found


@pytest.fixture
def snapshot_of() -> Callable[[Path], dict[str, bytes | str | None]]:
    return tree_of


@pytest.fixture(scope="session")
def commit() -> str:
    return COMMIT


@pytest.fixture(scope="session")
def other_commit() -> str:
    return OTHER_COMMIT
