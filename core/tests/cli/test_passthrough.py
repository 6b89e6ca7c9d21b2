"""What is ours and what is the command's: one line of the table per argument list."""

from __future__ import annotations

from typing import Any

import click
import pytest
from hfcli_core.cli.passthrough import PassthroughCommand


def run(passthrough: int, line: list[str]) -> dict[str, Any]:
    """Parse ``line`` as a command with 0, 1 or 2 positionals of ours would; what differs from the defaults."""
    seen: dict[str, Any] = {}

    @click.command(cls=PassthroughCommand, context_settings={"help_option_names": ["-h", "--help"]})
    @click.option("--flavor")
    @click.option("-d", "--detach", is_flag=True)
    @click.option("-e", "--env", multiple=True)
    @click.option("--json", is_flag=True)
    @click.option("--ssh", is_flag=False, flag_value="on")
    @click.argument("command", nargs=-1, type=click.UNPROCESSED)
    def command(**parameters: Any) -> None:
        seen.update(parameters)

    if passthrough:
        command.params.insert(-1, click.Argument(["ours"], nargs=passthrough))
    command.passthrough = passthrough
    with command.make_context("run", line) as ctx:
        command.invoke(ctx)
    ours = seen.pop("ours", ())
    seen["ours"] = [ours] if isinstance(ours, str) else list(ours)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in seen.items() if value}


ONE: list[tuple[str, dict[str, Any]]] = [
    ("python:3.12", {"ours": ["python:3.12"]}),
    ("python:3.12 python", {"ours": ["python:3.12"], "command": ["python"]}),
    ("python:3.12 python -c x", {"ours": ["python:3.12"], "command": ["python", "-c", "x"]}),
    ("python:3.12 -- python -c x", {"ours": ["python:3.12"], "command": ["python", "-c", "x"]}),
    ("python:3.12 -- -- x", {"ours": ["python:3.12"], "command": ["--", "x"]}),
    ("python:3.12 a -- b", {"ours": ["python:3.12"], "command": ["a", "--", "b"]}),
    ("python:3.12 --", {"ours": ["python:3.12"]}),
    ("--flavor t4 ubuntu ls", {"flavor": "t4", "ours": ["ubuntu"], "command": ["ls"]}),
    ("--flavor=t4 ubuntu ls", {"flavor": "t4", "ours": ["ubuntu"], "command": ["ls"]}),
    ("ubuntu --flavor t4", {"ours": ["ubuntu"], "command": ["--flavor", "t4"]}),
    ("-d ubuntu -d", {"detach": True, "ours": ["ubuntu"], "command": ["-d"]}),
    ("ubuntu --help", {"ours": ["ubuntu"], "command": ["--help"]}),
    ("ubuntu -h", {"ours": ["ubuntu"], "command": ["-h"]}),
    ("ubuntu ls --json -q", {"ours": ["ubuntu"], "command": ["ls", "--json", "-q"]}),
    ("--json ubuntu ls --json", {"json": True, "ours": ["ubuntu"], "command": ["ls", "--json"]}),
    ("-e A=1 -e B=2 ubuntu env", {"env": ["A=1", "B=2"], "ours": ["ubuntu"], "command": ["env"]}),
    ("-eA=1 ubuntu env", {"env": ["A=1"], "ours": ["ubuntu"], "command": ["env"]}),
    ("-de A=1 ubuntu env", {"detach": True, "env": ["A=1"], "ours": ["ubuntu"], "command": ["env"]}),
    ("-e -- ubuntu ls", {"env": ["--"], "ours": ["ubuntu"], "command": ["ls"]}),
    ("--flavor -- -- ubuntu ls", {"flavor": "--", "ours": ["ubuntu"], "command": ["ls"]}),
    ("-- ubuntu ls -l", {"ours": ["ubuntu"], "command": ["ls", "-l"]}),
    ("-d -- --odd -- ls", {"detach": True, "ours": ["--odd"], "command": ["--", "ls"]}),
    ("-- env -- X=1 ls", {"ours": ["env"], "command": ["--", "X=1", "ls"]}),
    ("-- ubuntu", {"ours": ["ubuntu"]}),
    ("--ssh -d ubuntu ls", {"ssh": "on", "detach": True, "ours": ["ubuntu"], "command": ["ls"]}),
    ("- ls", {"ours": ["-"], "command": ["ls"]}),
]

TWO: list[tuple[str, dict[str, Any]]] = [
    ("@hourly ubuntu ls -l", {"ours": ["@hourly", "ubuntu"], "command": ["ls", "-l"]}),
    ("@hourly --flavor t4 ubuntu ls", {"flavor": "t4", "ours": ["@hourly", "ubuntu"], "command": ["ls"]}),
    ("-d @hourly -e A=1 ubuntu -d", {"detach": True, "env": ["A=1"], "ours": ["@hourly", "ubuntu"], "command": ["-d"]}),
    ("-e A=1 @hourly -e B=2 ubuntu", {"env": ["A=1", "B=2"], "ours": ["@hourly", "ubuntu"]}),
    ("@hourly ubuntu -- ls", {"ours": ["@hourly", "ubuntu"], "command": ["ls"]}),
    ("@hourly -- ubuntu ls", {"ours": ["@hourly", "ubuntu"], "command": ["ls"]}),
    ("@hourly -- ubuntu -- ls", {"ours": ["@hourly", "ubuntu"], "command": ["--", "ls"]}),
    ("-- @hourly ubuntu --flavor t4", {"ours": ["@hourly", "ubuntu"], "command": ["--flavor", "t4"]}),
]

NONE: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("ls -l", {"command": ["ls", "-l"]}),
    ("-d --flavor t4 ls -d", {"detach": True, "flavor": "t4", "command": ["ls", "-d"]}),
    ("-- ls -d", {"command": ["ls", "-d"]}),
    ("-d -- -- ls", {"detach": True, "command": ["--", "ls"]}),
    ("ls -- -d", {"command": ["ls", "--", "-d"]}),
]


@pytest.mark.parametrize(("line", "expected"), ONE, ids=[line for line, _ in ONE])
def test_after_one_positional_all_is_the_commands(line: str, expected: dict[str, Any]) -> None:
    assert run(1, line.split()) == expected


@pytest.mark.parametrize(("line", "expected"), TWO, ids=[line for line, _ in TWO])
def test_our_options_are_read_between_two_positionals(line: str, expected: dict[str, Any]) -> None:
    assert run(2, line.split()) == expected


@pytest.mark.parametrize(("line", "expected"), NONE, ids=[line for line, _ in NONE])
def test_without_positionals_of_ours_options_come_before_the_command(line: str, expected: dict[str, Any]) -> None:
    assert run(0, line.split()) == expected


@pytest.mark.parametrize("word", ["", "a b", "-", "--", "--x=y", "\udc80", "*", "it's"])
def test_foreign_words_arrive_untouched(word: str) -> None:
    assert run(1, ["ubuntu", "run", word]) == {"ours": ["ubuntu"], "command": ["run", word]}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--nosuch ubuntu ls", "No such option"),
        ("-z ubuntu ls", "No such option"),
        ("--flavor", "requires an argument"),
        ("-d", "Missing argument"),
        ("--", "Missing argument"),
    ],
)
def test_a_mistake_before_the_positional_is_ours(line: str, message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        run(1, line.split())
    assert message in caught.value.format_message()


def test_a_missing_second_positional_is_named() -> None:
    with pytest.raises(click.UsageError):
        run(2, ["@hourly"])


def test_a_command_of_plain_click_is_adopted() -> None:
    @click.command("exec", help="Run it")
    @click.option("--flavor")
    @click.argument("image")
    @click.argument("command", nargs=-1, type=click.UNPROCESSED)
    def plain(flavor: str | None, image: str, command: tuple[str, ...]) -> tuple[str | None, str, tuple[str, ...]]:
        return flavor, image, command

    adopted = PassthroughCommand.adopt(plain, 1)
    with adopted.make_context("exec", ["--flavor", "t4", "ubuntu", "--flavor", "x"]) as ctx:
        assert adopted.invoke(ctx) == ("t4", "ubuntu", ("--flavor", "x"))
    assert (adopted.name, adopted.help) == ("exec", "Run it")
