"""The plugin manager with distributions that a test writes and puts on ``sys.path``."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_core.errors import CommandDenied
from hfcli_core.plugins.loading import PluginBroken
from hfcli_core.plugins.manager import PluginManager
from hfcli_core.specs import Invocation

Install = Callable[..., str]
Manager = Callable[..., PluginManager]


COMMAND = """
    @hookimpl
    def hf_commands():
        return [CommandSpec("hello", help="{help}", target="{module}_cli:hello")]
"""
INVOCATION = Invocation(("hello",), {}, "acme")


def _hello(manager: PluginManager) -> Any:
    return manager.command(("hello",))


def test_a_warm_index_imports_nothing(install: Install, manager: Manager) -> None:
    module = install("acme", COMMAND.format(help="Greet", module="acme"))
    assert _hello(manager()).spec.help == "Greet"
    assert module in sys.modules
    del sys.modules[module]
    assert _hello(manager()).spec.help == "Greet"
    assert module not in sys.modules


def test_an_edited_entry_module_is_imported_again(install: Install, manager: Manager) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    assert _hello(manager()).spec.help == "Greet"
    install("acme", COMMAND.format(help="Greet somebody", module="acme"))
    assert _hello(manager()).spec.help == "Greet somebody"


def test_an_upgrade_is_noticed(install: Install, manager: Manager) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    assert _hello(manager()).version == "1.0"
    install("acme", COMMAND.format(help="Hello", module="acme"), version="2.0")
    assert (_hello(manager()).version, _hello(manager()).spec.help) == ("2.0", "Hello")


@pytest.mark.parametrize("damage", ["{", "[]", '{"key": []}', "null", '{"plugins": 5}', "\x00\xff"])
def test_a_damaged_index_costs_nothing_but_time(
    install: Install, manager: Manager, tmp_path: Path, damage: str
) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    expected = manager().rows()
    (index,) = (tmp_path / "home" / "hfcli").glob("plugins-*.json")
    index.write_text(damage)
    assert manager().rows() == expected
    assert json.loads(index.read_text())["plugins"].keys() == {"acme"}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("manifest",), 5),
        (("manifest", "specs"), {"hf_nonsense": [{}]}),
        (("manifest", "specs", "hf_commands"), [{"path": "x"}]),
        (("manifest", "specs", "hf_commands", 0, "target"), "not a target"),
        (("files",), None),
        (("commands",), {"hello": 7}),
    ],
)
def test_wrong_data_in_the_index_is_not_believed(
    install: Install, manager: Manager, tmp_path: Path, place: tuple[Any, ...], value: object
) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    expected = list(manager().commands())
    (index,) = (tmp_path / "home" / "hfcli").glob("plugins-*.json")
    data = json.loads(index.read_text())
    record = data["plugins"]["acme"]
    for key in place[:-1]:
        record = record[key]
    record[place[-1]] = value
    index.write_text(json.dumps(data))
    assert list(manager().commands()) == expected


def test_an_unwritable_home_costs_nothing_but_time(install: Install, manager: Manager, tmp_path: Path) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    (tmp_path / "home").write_text("a file, where a folder would have to be made")
    assert _hello(manager()).spec.help == "Greet"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_an_index_that_others_may_write_is_not_read(install: Install, manager: Manager, tmp_path: Path) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    manager().commands()
    (index,) = (tmp_path / "home" / "hfcli").glob("plugins-*.json")
    assert index.stat().st_mode & 0o777 == 0o600
    index.write_text(index.read_text().replace('"Greet"', '"Forged"'))
    index.chmod(0o620)
    assert _hello(manager()).spec.help == "Greet"


def test_old_indexes_are_removed(install: Install, manager: Manager, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "hfcli"
    folder.mkdir(parents=True)
    for number in range(40):
        (folder / f"plugins-{number:08}.json").write_text("{}")
        os.utime(folder / f"plugins-{number:08}.json", (number, number))
    install("acme", COMMAND.format(help="Greet", module="acme"))
    manager().commands()
    left = {path.name for path in folder.glob("plugins-*")}
    assert len(left) == 16
    assert "plugins-00000039.json" in left
    assert "plugins-00000000.json" not in left


def test_what_may_be_used_is_decided_after_the_index(install: Install, manager: Manager) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    assert _hello(manager()) is not None
    assert _hello(manager(disabled=["Acme"])) is None
    assert manager(disabled=["Acme"]).rows()[0].adds == ("hf hello",)
    assert _hello(manager()) is not None


def test_a_plugin_that_breaks_later_keeps_its_commands_as_broken(install: Install, manager: Manager) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    manager().commands()
    install("acme", "import nothing_of_that_name")
    broken = _hello(manager())
    assert (broken.state, broken.spec.help) == ("broken", "Greet")
    with pytest.raises(PluginBroken, match=r"hf hello of the plugin acme 1\.0 is broken: ModuleNotFoundError"):
        manager().load_command(("hello",))


def test_a_broken_plugin_is_tried_again(install: Install, manager: Manager, site: Path) -> None:
    install("acme", "import acme_dependency\n" + textwrap.dedent(COMMAND.format(help="Greet", module="acme")))
    assert manager().rows()[0].state == "broken"
    (site / "acme_dependency.py").write_text("")
    assert manager().rows()[0].state == "on"


def test_a_loaded_command_tells_its_options(install: Install, manager: Manager, site: Path) -> None:
    install("acme", COMMAND.format(help="Greet", module="acme"))
    (site / "acme_cli.py").write_text(
        "import click\n\n"
        "@click.command()\n@click.option('--loud/--soft', '-l')\n@click.argument('who')\ndef hello(): ...\n"
    )
    assert _hello(manager()).options == ()
    manager().load_command(("hello",))
    assert set(_hello(manager()).options) == {"--loud", "--soft", "-l"}


def test_specs_are_looked_up_without_an_import(install: Install, manager: Manager) -> None:
    declares = """
        @hookimpl
        def hf_auth_providers():
            yield AuthProviderSpec("{name}", target="{name}:Provider", priority={priority}, help="")

        @hookimpl
        def hf_services():
            return [ServiceSpec("transfer", target="{name}:Engine")]

        class Engine: ...
    """
    modules = [install("acme", declares.format(name="acme", priority=10))]
    modules.append(install("hfcli-own", declares.format(name="hfcli_own", priority=5)))
    manager().commands()
    for module in modules:
        del sys.modules[module]
    warm = manager()
    assert [item.spec.name for item in warm.auth_providers()] == ["acme", "hfcli_own"]
    service = warm.service("transfer")
    assert service is not None
    assert service.distribution == "hfcli-own"
    assert not set(modules) & set(sys.modules)
    assert service.load().__name__ == "Engine"
    assert warm.service("teleport") is None
    with pytest.raises(PluginBroken, match=r"acme:Provider of the plugin acme 1\.0 is broken: AttributeError"):
        warm.auth_providers()[0].load()


def test_hooks_are_called_one_by_one(install: Install, manager: Manager, capfd: pytest.CaptureFixture[str]) -> None:
    answer = "@hookimpl\ndef hf_env_info(app):\n    print('noise')\n    return {{'{0}': app}}\n"
    install("acme", answer.format("acme"))
    install("bad", "@hookimpl\ndef hf_env_info(app):\n    raise SystemExit(3)\n")
    install("zebra", answer.format("zebra"))
    warnings: list[str] = []
    plugins = manager(warn=warnings.append)
    expected = [("acme", {"acme": "A"}), ("zebra", {"zebra": "A"})]
    assert plugins.call("hf_env_info", app="A") == expected
    assert plugins.call("hf_env_info", app="A") == expected
    assert warnings == ["hf_env_info of the plugin bad 1.0 is broken: it tried to end the program (SystemExit: 3)"]
    assert capfd.readouterr().out == ""


def test_a_hook_that_yields_fails_within_its_isolation(install: Install, manager: Manager) -> None:
    install("acme", "@hookimpl\ndef hf_error_hints(error):\n    yield 'is the VPN on?'\n    raise ValueError('oops')\n")
    install("zebra", "@hookimpl\ndef hf_error_hints(error):\n    yield 'ask Zoe'\n")
    warnings: list[str] = []
    assert manager(warn=warnings.append).call("hf_error_hints", error=None) == [("zebra", ["ask Zoe"])]
    assert warnings == ["hf_error_hints of the plugin acme 1.0 is broken: ValueError: oops"]


def test_one_distribution_is_asked(install: Install, manager: Manager) -> None:
    transport = "@hookimpl\ndef hf_http_transport(endpoint):\n    return '{} ' + endpoint\n"
    install("acme", transport.format("acme"))
    install("zebra", transport.format("zebra"))
    assert manager().ask("Zebra", "hf_http_transport", endpoint="E") == "zebra E"
    assert manager().ask("nobody", "hf_http_transport", endpoint="E") is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise CommandDenied('closed until Monday')", "closed until Monday"),
        (
            "raise ValueError('oops')",
            "the guard of the plugin acme 1.0 failed, so the command is denied: ValueError: oops",
        ),
        ("raise SystemExit(0)", "so the command is denied: it tried to end the program"),
    ],
)
def test_a_guard_denies_by_raising(install: Install, manager: Manager, body: str, message: str) -> None:
    install("acme", f"@hookimpl\ndef hf_before_command(invocation):\n    {body}\n")
    with pytest.raises(CommandDenied) as caught:
        manager().guard(INVOCATION)
    assert message in caught.value.message
    assert caught.value.exit_code == 13


def test_a_guard_that_cannot_be_loaded_denies_nothing(install: Install, manager: Manager) -> None:
    module = install("acme", "@hookimpl\ndef hf_before_command(invocation):\n    raise ValueError\n")
    manager().commands()
    # The index still says that there is a guard: its file is the same, but what it imports is gone.
    sys.modules[module] = None  # type: ignore[assignment]  # makes the import system refuse the module
    warnings: list[str] = []
    manager(warn=warnings.append).guard(INVOCATION)
    assert len(warnings) == 1
    assert "acme 1.0 is broken" in warnings[0]
    del sys.modules[module]
