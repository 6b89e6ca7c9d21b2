"""A ``config.toml`` that cannot be read: what tells about the installation works, and nothing that it may restrict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Hf

TRACE = """
import os, pathlib
pathlib.Path(os.environ["HF_HOME"], "imported").touch()

@hookimpl
def hf_commands():
    return [CommandSpec("snow", help="Snow.", target="snow:fall")]
"""

BROKEN = {
    "not TOML": b'endpoint = "http://corp.example\n',
    "not UTF-8": b'endpoint = "\xff"\n',
    "not a list": b"[plugins]\ndisabled = 7\n",
}


@pytest.fixture(params=[*BROKEN, "a directory"])
def broken(hf: Hf, request: pytest.FixtureRequest) -> Hf:
    hf.add_plugin("snow", TRACE)
    Path(hf.environ["HF_HOME"]).mkdir()
    hf.environ.pop("HFCLI_DISABLED_PLUGINS")
    file = Path(hf.environ["XDG_CONFIG_HOME"], "hfcli", "config.toml")
    file.parent.mkdir(parents=True)
    if request.param in BROKEN:
        file.write_bytes(BROKEN[request.param])
    else:
        file.mkdir()
    return hf


@pytest.mark.parametrize("words", ["--help", "--no-plugins --help", "version", "config list", "env", "plugins ls"])
def test_what_tells_about_the_installation_works(broken: Hf, words: str) -> None:
    done = broken(*words.split())
    assert done.returncode == 0
    assert done.stdout
    warnings = [line for line in done.stderr.splitlines() if line.startswith("Warning: ")]
    assert len(warnings) == 1
    assert "config.toml" in warnings[0]
    assert not Path(broken.environ["HF_HOME"], "imported").exists()


def test_the_version_is_said_without_a_look_at_the_file(broken: Hf) -> None:
    done = broken("--version")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", ["snow", "download a/b", "api whoami-v2", "plugins run snow snow"])
def test_all_else_ends_with_what_is_wrong_with_the_file(broken: Hf, words: str) -> None:
    broken.environ |= {"HF_TOKEN": "hf_" + "a" * 30}
    done = broken(*words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert "config" in done.stderr.splitlines()[0]
    assert not Path(broken.environ["HF_HOME"], "imported").exists()


def test_the_environment_report_asks_no_hub(broken: Hf) -> None:
    broken.environ |= {"HF_TOKEN": "hf_" + "a" * 30}
    assert json.loads(broken("env", "--json").stdout)["Has saved token ?"] is False


def test_completion_is_silent(broken: Hf) -> None:
    broken.environ |= {"_HF_COMPLETE": "bash_complete", "COMP_WORDS": "hf conf", "COMP_CWORD": "1"}
    done = broken()
    assert (done.stdout, done.stderr) == ("plain,config\n", "")
