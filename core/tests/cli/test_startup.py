"""What the program may import before it answers (design.md §9), and completion, which runs no plugin's code."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Hf

HEAVY = {"httpx", "rich", "keyring", "ssl", "asyncio", "importlib.metadata", "importlib_metadata", "platformdirs"}

PROBE = """
import json, sys
from hfcli_core.main import main
code = main(sys.argv[1:])
sys.stdout.flush()
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""

PLUGIN = """
print("imported")

@hookimpl
def hf_commands():
    return [
        CommandSpec("snow", help="Snow.", aliases=("ice",)),
        CommandSpec("snow.fall", help="Let it fall.", target="snow_commands:fall"),
        CommandSpec("snowman", help="Build one.", target="snow_commands:man"),
    ]
"""

COMMANDS = """
print("loaded")
from hfcli_core.api import *

@command()
@option("--depth")
@repo_type_option
def fall(depth, repo_type):
    "Let it fall."
"""


@pytest.fixture
def snow(hf: Hf) -> Hf:
    hf.add_plugin("snow", PLUGIN)
    (hf.site / "snow_commands.py").write_text(COMMANDS)
    assert hf("--help").returncode == 0
    return hf


def modules(hf: Hf, *words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        env=hf.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: list[str] = json.loads(done.stderr.splitlines()[-1])
    return set(found)


@pytest.mark.parametrize("words", [["--help"], [], ["snow", "--help"], ["version"], ["config", "list"]])
def test_nothing_heavy_is_imported(snow: Hf, words: list[str]) -> None:
    modules(snow, *words)  # the index is that of one sys.path, which begins differently for `python -c`
    found = modules(snow, *words)
    assert not found & HEAVY
    assert not {name for name in found if name.startswith("snow") or name.partition(".")[0] == "pluggy"}


def test_help_pays_for_no_module_that_only_other_commands_need(snow: Hf) -> None:
    modules(snow, "--help")
    assert not modules(snow, "--help") & {"pathlib", "dataclasses", "urllib.parse", "difflib"} - modules_of_python()


def test_the_version_costs_no_framework(snow: Hf) -> None:
    found = modules(snow, "--version")
    assert not found & {*HEAVY, "click", "typing", "dataclasses", "enum", "re"} - modules_of_python()
    assert {name for name in found if name.startswith("hfcli")} == {"hfcli_core", "hfcli_core.main"}


def modules_of_python() -> set[str]:
    """What the interpreter, its ``site`` and the probe import by themselves."""
    probe = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stdout))


def complete(hf: Hf, line: str, shell: str = "bash") -> list[str]:
    words = line.split(" ")
    hf.environ |= {
        "_HF_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1) if shell == "bash" else words[-1],
    }
    done = hf()
    assert (done.returncode, done.stderr) == (0, "")
    return [row.partition(",")[2] for row in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("hf sno", ["snow", "snowman"]),
        ("hf snow ", ["fall"]),
        ("hf ice f", ["fall"]),
        ("hf config ", ["list"]),
        ("hf --no", ["--no-plugins"]),
        ("hf --color ", ["auto", "always", "never"]),
    ],
)
def test_completion_knows_names_without_running_plugins(snow: Hf, line: str, expected: list[str]) -> None:
    assert complete(snow, line) == expected


def test_completion_knows_the_options_of_a_command_that_ran_once(snow: Hf) -> None:
    snow("snow", "fall", "--help")
    assert complete(snow, "hf snow fall --de") == ["--depth", "--debug"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed(hf: Hf, shell: str) -> None:
    hf.environ["_HF_COMPLETE"] = f"{shell}_source"
    done = hf()
    if "bash" in done.stderr.lower():
        pytest.skip("click asks for the version of bash, which is not here or too old")
    assert done.returncode == 0
    assert "_HF_COMPLETE" in done.stdout
