"""Each distribution alone beside the core, and the whole: from wheels, with nothing but what they declare to need."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from email.parser import Parser
from importlib import import_module
from pathlib import Path

import pytest
from hfcli_hub.testkit.hub import LiveHub

from tests.environments import Environment, environment_of
from tests.wheels import PLUGINS

COMMANDS = {
    f"hfcli_{name}": [spec.path.split(".") for spec in import_module(f"hfcli_{name}.plugin").hf_commands()]
    for name in PLUGINS
}

MAIN_JOB = """
import os, pathlib, subprocess, sys
for name, data in [("config.json", b"{}"), ("model.safetensors", os.urandom(300_000)), ("sub/empty.txt", b"")]:
    path = pathlib.Path("folder", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
subprocess.run(["hf", "upload", "alice/model", "folder", "."], check=True)
subprocess.run(["hf", "download", "alice/model", "--local-dir", "back"], check=True)
for path in pathlib.Path("folder").rglob("*.*"):
    assert path.read_bytes() == pathlib.Path("back", *path.parts[1:]).read_bytes(), path
print("every byte came back")
"""


@pytest.fixture(scope="module")
def environment(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """``environment("hfcli_auth")``: the core and that plugin; each selection is made once."""
    made: dict[tuple[str, ...], Environment] = {}

    def make(*plugins: str) -> Environment:
        if plugins not in made:
            chosen = [wheels[name] for name in ("hfcli_core", *plugins)]
            made[plugins] = environment_of(tmp_path_factory.mktemp("environment"), chosen)
        return made[plugins]

    return make


def test_what_a_wheel_holds(wheels: dict[str, Path]) -> None:
    for name, wheel in wheels.items():
        names = zipfile.ZipFile(wheel).namelist()
        tops = {entry.split("/")[0] for entry in names}
        info = f"{name}-0.1.0.dist-info"
        assert tops == {info} | ({name} if name != "hfcli" else set())
        assert f"{info}/licenses/LICENSE" in names, name
        assert name == "hfcli" or f"{name}/py.typed" in names
        assert not [entry for entry in names if "/tests/" in entry or entry.endswith((".pyc", "conftest.py"))]


def test_what_the_whole_depends_on(wheels: dict[str, Path]) -> None:
    text = zipfile.ZipFile(wheels["hfcli"]).read("hfcli-0.1.0.dist-info/METADATA").decode()
    requires = Parser().parsestr(text).get_all("Requires-Dist", [])
    by_extra: dict[str, set[str]] = {}
    for line in requires:
        name, _, marker = line.partition(";")
        extra = re.search(r"extra == ['\"](\w+)['\"]", marker)
        by_extra.setdefault(extra[1] if extra else "", set()).add(name.strip())
    assert by_extra == {
        "": {f"hfcli-{name}==0.1.0" for name in ("core", *PLUGINS) if name != "hub"},
        "hub": {"hfcli-hub==0.1.0"},
        "all": {"hfcli-hub==0.1.0"},
    }


def test_the_core_alone(environment: Callable[..., Environment], hub: LiveHub) -> None:
    hub.create_repo("alice/model")
    alone = environment()
    for words in (["--help"], ["version"], ["--version"], ["env"], ["config", "list"], ["plugins", "ls"]):
        done = alone.run("hf", *words, env={"HF_ENDPOINT": hub.endpoint})
        assert done.returncode == 0, done.stderr
        assert done.stdout
    answer = alone.run("hf", "api", "models/alice/model", env={"HF_ENDPOINT": hub.endpoint})
    assert '"alice/model"' in answer.stdout


def test_both_programs_are_there_and_equal(environment: Callable[..., Environment]) -> None:
    alone = environment()
    assert {path.name for path in alone.programs.iterdir()} >= {"hf", "huggingface-cli"}
    for words in (["--help"], ["version"], ["nonsense"]):
        one, other = (alone.run(program, *words) for program in ("hf", "huggingface-cli"))
        assert (one.returncode, one.stdout, one.stderr) == (other.returncode, other.stdout, other.stderr)
    assert alone.run("python", "-m", "hfcli_core", "version").stdout == alone.run("hf", "version").stdout


@pytest.mark.parametrize(
    ("words", "distribution"),
    [
        (["download", "gpt2"], "hfcli-transfer"),
        (["upload", "gpt2", "."], "hfcli-transfer"),
        (["auth", "whoami"], "hfcli-auth"),
        (["hub", "serve"], "hfcli-hub"),
        (["endpoints", "ls"], "hfcli-endpoints"),
        (["plugins", "run", "hfcli-endpoints", "endpoints"], "hfcli-endpoints"),
    ],
)
def test_a_missing_command_names_its_distribution(
    environment: Callable[..., Environment], words: list[str], distribution: str
) -> None:
    done = environment().run("hf", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert distribution in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("plugin", COMMANDS)
def test_every_command_of_a_plugin_loads_beside_the_core_alone(
    environment: Callable[..., Environment], plugin: str
) -> None:
    beside = environment(plugin)
    for words in COMMANDS[plugin]:
        done = beside.run("hf", *words, "--help")
        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout.startswith(f"Usage: hf {' '.join(words)} "), words


def test_auth_alone(environment: Callable[..., Environment], hub: LiveHub) -> None:
    done = environment("hfcli_auth").run(
        "hf", "auth", "whoami", env={"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token("alice")}
    )
    assert (done.returncode, done.stdout) == (0, "alice\norgs: acme\n")


def test_transfer_alone(environment: Callable[..., Environment], hub: LiveHub) -> None:
    beside, env = environment("hfcli_transfer"), {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token("alice")}
    (beside.home / "weights.safetensors").write_bytes(b"weights" * 1000)
    sent = beside.run("hf", "upload", "model", "weights.safetensors", env=env)
    assert (sent.returncode, sent.stdout) == (0, f"{hub.endpoint}/alice/model/blob/main/weights.safetensors\n")
    got = beside.run("hf", "download", "alice/model", "weights.safetensors", "--local-dir", "here", env=env)
    assert (got.returncode, got.stdout) == (0, "here/weights.safetensors\n")
    assert (beside.home / "here/weights.safetensors").read_bytes() == b"weights" * 1000


def test_hub_alone(environment: Callable[..., Environment]) -> None:
    probe = "import os; print(os.environ['HF_ENDPOINT'][:17], os.environ['HF_TOKEN'][:3])"
    done = environment("hfcli_hub").run("hf", "hub", "run", "--ephemeral", "--", "python", "-c", probe)
    assert (done.returncode, done.stdout) == (0, "http://127.0.0.1: hf_\n"), done.stderr


def test_core_transfer_and_hub_do_the_main_job(environment: Callable[..., Environment]) -> None:
    done = environment("hfcli_transfer", "hfcli_hub").run(
        "hf", "hub", "run", "--ephemeral", "--", "python", "-c", MAIN_JOB
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["back", "every byte came back"]


def test_the_whole_has_every_command(environment: Callable[..., Environment]) -> None:
    shown = environment(*COMMANDS, "hfcli").run("hf", "--help").stdout
    for word in ("auth", "download", "upload", "hub", "version", "env", "plugins", "config", "api"):
        assert re.search(f"^  {word} ", shown, flags=re.MULTILINE), word


def test_environments_hold_what_is_declared_and_no_more(environment: Callable[..., Environment]) -> None:
    """What makes the tests above mean something."""
    probe = "import importlib.util as u, sys; print([n for n in sys.argv[1:] if u.find_spec(n)])"
    names = ["click", "httpx", "starlette", "dulwich", "hatchling", "hfcli_auth", "hfcli_hub"]
    assert environment("hfcli_auth").run("python", "-c", probe, *names).stdout == "['click', 'httpx', 'hfcli_auth']\n"
