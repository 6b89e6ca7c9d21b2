from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.testkit.hub import LiveHub, running_hub

from tests.interop.programs import FILES, REPO, Program


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """One Hub for all tests of this folder, with a repo that nobody changes."""
    with running_hub(tmp_path_factory.mktemp("interop") / "hub") as running:
        running.create_repo(REPO)
        running.put_files(REPO, FILES)
        yield running


@pytest.fixture(autouse=True)
def fresh_record(hub: LiveHub) -> None:
    hub.record.clear()


@pytest.fixture(scope="package")
def commit(hub: LiveHub) -> str:
    return hub.repo(REPO).git.resolve("main")


@pytest.fixture(scope="package", params=["2.4.0", "1.1.7"])
def official(
    request: pytest.FixtureRequest,
    official_client: Callable[[str], Any],
    hub: LiveHub,
    tmp_path_factory: pytest.TempPathFactory,
) -> Program:
    client = official_client(request.param)
    home = tmp_path_factory.mktemp(f"official-{request.param}")
    return Program(request.param, (os.fspath(client.hf),), hub, home)


@pytest.fixture(scope="package")
def ours(hub: LiveHub, tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program("ours", (sys.executable, "-m", "hfcli_core"), hub, tmp_path_factory.mktemp("ours"))


@pytest.fixture(params=["ours first", "official first"])
def writer_and_reader(request: pytest.FixtureRequest, ours: Program, official: Program) -> tuple[Program, Program]:
    """Who writes, and who must find it."""
    return (ours, official) if request.param == "ours first" else (official, ours)


@pytest.fixture(scope="package")
def written() -> Callable[[Program], Path]:
    """The home of a program after it downloaded the whole repo, to its cache and to the folder ``local``; made once."""
    homes: dict[str, Path] = {}

    def home(program: Program) -> Path:
        if program.name not in homes:
            program.download("alice/mixed")
            program.download("alice/mixed", "--local-dir", "local")
            homes[program.name] = program.home
            program.hub.record.clear()
        return homes[program.name]

    return home


@pytest.fixture
def reader(writer_and_reader: tuple[Program, Program], written: Callable[[Program], Path], tmp_path: Path) -> Program:
    """The one who must find it, in a copy of the other's home."""
    writer, reader = writer_and_reader
    shutil.copytree(written(writer), tmp_path / "home", symlinks=True)
    return reader.at(tmp_path / "home")
