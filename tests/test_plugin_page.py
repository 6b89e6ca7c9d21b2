"""The plugin of docs/plugins.md: built, installed beside the core alone, and run, as a reader would."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.wheels import ROOT, build_wheel, make_environment

PAGE = (ROOT / "docs" / "plugins.md").read_text()


def titled_blocks() -> dict[str, str]:
    """The files that the page shows, by name."""
    return dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE, flags=re.MULTILINE | re.DOTALL))


def console_blocks() -> list[tuple[str, str]]:
    """The commands that the page shows, each with its output."""
    (block,) = re.findall(r"^```console\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return [(command, output) for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plugin")
    for name, text in titled_blocks().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return build_wheel(folder, folder / "dist")


def test_the_page_shows_what_the_commands_print(hub: Any, wheel: Path, tmp_path: Path) -> None:
    hub.create_repo("alice/tiny")
    hub.put_files("alice/tiny", {"config.json": b"{}"})
    programs = make_environment(tmp_path / "venv", [build_wheel(ROOT / "core", tmp_path), wheel])
    environment = {
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token(),
        "HF_HOME": str(tmp_path),
        "HOME": str(tmp_path),
    }
    shown = console_blocks()
    assert len(shown) == 3
    for command, expected in shown:
        program, *words = shlex.split(command)
        done = subprocess.run(
            [programs / program, *words], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        pattern = re.escape(expected).replace("…", ".*")
        assert re.fullmatch(pattern, done.stdout + done.stderr), done.stdout + done.stderr


def test_its_own_tests_pass(wheel: Path, tmp_path: Path) -> None:
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
        wheel,
    ]
    subprocess.run([os.fspath(part) for part in install], check=True, timeout=60)
    (tmp_path / "test_weigh.py").write_text(titled_blocks()["tests/test_weigh.py"])
    pytest_alone = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        tmp_path,
    ]
    done = subprocess.run(
        [*map(os.fspath, pytest_alone), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
