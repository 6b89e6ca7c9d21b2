"""The plugins of docs/plugins.md and README.md: built, installed beside the core alone, and run, as a reader would."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.pages import console_commands, matches, titled_blocks, write_files
from tests.wheels import ROOT, build_wheel, make_environment

PAGE = (ROOT / "docs" / "plugins.md").read_text()
README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def weigh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weigh")
    write_files(PAGE, folder)
    return build_wheel(folder, folder / "dist")


@pytest.fixture(scope="module")
def hello(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hello")
    write_files(README, folder)
    return build_wheel(folder, folder / "dist")


def run(command: list[Any], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_pages_show_what_the_commands_print(hub: Any, weigh: Path, hello: Path, tmp_path: Path) -> None:
    hub.create_repo("alice/tiny")
    hub.put_files("alice/tiny", {"config.json": b"{}"})
    programs = make_environment(tmp_path / "venv", [build_wheel(ROOT / "core", tmp_path), weigh, hello])
    environment = {
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token(),
        "HF_HOME": str(tmp_path),
        "HOME": str(tmp_path),
    }
    shown = console_commands(PAGE)
    assert len(shown) == 3
    for command, expected in shown:
        program, *words = shlex.split(command)
        done = run([programs / program, *words], environment)
        assert matches(expected, done.stdout + done.stderr), done.stdout + done.stderr
    assert run([programs / "hf", "hello", "world"], environment).stdout == "hello world\n"
    assert "Greet somebody" in run([programs / "hf", "--help"], environment).stdout


def test_its_own_tests_pass(weigh: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--offline",
        "--no-deps",
        "--target",
        site,
        weigh,
    ]
    subprocess.run([os.fspath(part) for part in install], check=True, timeout=60)
    (tmp_path / "test_weigh.py").write_text(titled_blocks(PAGE)["tests/test_weigh.py"])
    alone = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path), str(tmp_path)]
    done = run([sys.executable, "-m", "pytest", *alone], {**os.environ, "PYTHONPATH": str(site)})
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
