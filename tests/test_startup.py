"""What the installed program imports before it answers: the part of its start-up cost that no machine changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.environments import Environment, environment_of
from tests.wheels import PLUGINS as PLUGIN_NAMES

HEAVY = {"httpx", "rich", "keyring", "ssl", "asyncio", "importlib.metadata", "importlib_metadata", "platformdirs"}
PLUGINS = {*(f"hfcli_{name}" for name in PLUGIN_NAMES), "pluggy"}

PROBE = """
import json, sys
from hfcli_core.main import main
code = main(sys.argv[1:])
sys.stdout.flush()
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def installed(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The whole, after its first run, which writes the index of the plugins."""
    environment = environment_of(tmp_path_factory.mktemp("installed"), wheels.values())
    assert environment.run("python", "-c", PROBE, "--help").returncode == 0
    return environment


def modules(installed: Environment, *words: str) -> set[str]:
    done = installed.run("python", "-c", PROBE, *words)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("words", [["--help"], ["version"], ["config", "list"], ["hub", "--help"], ["auth", "--help"]])
def test_answers_without_heavy_modules_and_plugins(installed: Environment, words: list[str]) -> None:
    found = modules(installed, *words)
    assert not found & HEAVY
    assert not {name for name in found if name.partition(".")[0] in PLUGINS}


def test_the_version_is_printed_before_click_is_imported(installed: Environment) -> None:
    found = modules(installed, "--version")
    assert "click" not in found
    assert {name for name in found if name.startswith("hfcli")} == {"hfcli_core", "hfcli_core.main"}


@pytest.mark.parametrize("words", [["download", "--help"], ["upload", "--help"], ["auth", "whoami", "--help"]])
def test_help_of_a_command_imports_no_network(installed: Environment, words: list[str]) -> None:
    assert not modules(installed, *words) & HEAVY
