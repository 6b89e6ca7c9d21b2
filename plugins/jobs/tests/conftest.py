from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hfcli_core.main import main
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.testkit.cli import Cli, CliResult
from hfcli_hub.testkit.hub import LiveHub, running_hub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """One Hub for the tests of a module; no job's uv may ask the network for a package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_OFFLINE", "1")
        with running_hub(tmp_path_factory.mktemp("hub")) as hub:
            yield hub


@pytest.fixture
def jobs(hub: LiveHub) -> Jobs:
    """What the Hub keeps of jobs."""
    hub.faults.clear()
    hub.record.clear()
    assert hub.store.jobs is not None
    return hub.store.jobs


@pytest.fixture
def cli(hub: LiveHub, jobs: Jobs, tmp_path: Path) -> Iterator[Cli]:
    with Cli(tmp_path / "home", {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token("alice")}) as runner:
        yield runner


@pytest.fixture
def here(cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., CliResult]:
    """``cli`` within this process, where one command costs milliseconds: for tables of command lines."""
    for name in list(os.environ):
        if name.startswith("HF_"):
            monkeypatch.delenv(name)
    for name, value in cli.environ().items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(cli.work)

    def run(*words: str) -> CliResult:
        code = main(list(words))
        said = capsys.readouterr()
        return CliResult(code, said.out, said.err)

    return run


@pytest.fixture
def plan(here: Callable[..., CliResult]) -> Callable[..., dict[str, Any]]:
    """What ``hf jobs … --dry-run`` would send; ``.err`` of this function is what it said on standard error."""

    def run(*words: str, expect: int = 0) -> dict[str, Any]:
        """``words`` without ``jobs``; the options of this fixture come before all others."""
        path = [word for word in ("scheduled", "uv", "run") if word in words[:3]]
        done = here("jobs", *path, "--dry-run", "--json", *words[len(path) :])
        run.err = done.stderr  # type: ignore[attr-defined]
        assert done.returncode == expect, done.stderr
        body: dict[str, Any] = done.json() if done.stdout else {}
        return body

    return run
