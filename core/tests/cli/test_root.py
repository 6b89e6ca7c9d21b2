from __future__ import annotations

import json
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Hf

HELP = """\
Usage: hf [OPTIONS] COMMAND [ARGS]...

  The command line of the Hugging Face Hub.

  `hf COMMAND --help` tells more about a command.

Commands:
  greet    Greet people [aliases: hello, hi]

Tricks:
  juggle   Juggle balls

Advanced:
  api      Call the Hub's HTTP API and print the answer

Set up:
  config   See the settings in effect
  plugins  See which plugins are installed, and run their commands

Help:
  env      Print information about the environment, for a bug report
  version  Print the version of hfcli

Options:
  --no-plugins                 Run with the core alone.
  --color [auto|always|never]  When to use color.  [default: auto]
  --endpoint URL               Use the Hub at this address.
  --ca-bundle FILE             Trust these certificates, not the system's.
  -v, --verbose                Say more on standard error; -vv for still more.
  -V, --version                Print the version.
  -h, --help                   Show this message and exit.
"""

CIRCUS = """
@hookimpl
def hf_commands():
    return [
        CommandSpec("greet", help="Greet people.", aliases=("hello", "hi"), extensible=True),
        CommandSpec("greet.one", help="Greet one.", target="circus:one", aliases=("1",)),
        CommandSpec("greet.all", help="Greet all.", target="circus:everybody"),
        CommandSpec("juggle", help="Juggle balls.", target="circus:juggle", section="Tricks"),
        CommandSpec("secret", help="Not shown.", target="circus:one", hidden=True),
    ]

@command()
@argument("name")
@option("--loud/--soft", help="How.")
@pass_app
def one(app, name, loud):
    app.output.result(f"hello {name}", {"name": name, "loud": loud}, quiet=name)

@group()
def everybody():
    "Greet all of a kind."

@everybody.command()
@pass_app
def cats(app):
    "Greet all cats."
    app.output.result("hello cats", {"kind": "cats"})

@command()
@pass_app
def juggle(app):
    app.output.note(app.plugins.command(("juggle",)).distribution)
"""


def test_the_help_of_the_root(hf: Hf) -> None:
    hf.add_plugin("circus", CIRCUS)
    cold, warm, alone = hf("--help"), hf("-h"), hf()
    assert (cold.stdout, cold.stderr, cold.returncode) == (HELP, "", 0)
    assert warm.stdout == alone.stdout == HELP
    assert alone.returncode == 0


@pytest.mark.parametrize("words", [("--no-plugins", "--help"), ("--help", "--no-plugins"), ("--no-plugins",)])
def test_without_plugins_only_the_core_is_there(hf: Hf, words: tuple[str, ...]) -> None:
    hf.add_plugin("circus", CIRCUS)
    done = hf(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "greet" not in done.stdout
    assert "version" in done.stdout


def test_a_group_without_a_command_prints_its_help(hf: Hf) -> None:
    hf.add_plugin("circus", CIRCUS)
    expected = dedent("""\
        Usage: hf greet [OPTIONS] COMMAND [ARGS]...

          Greet people.

        Commands:
          one  Greet one [alias: 1]
          all  Greet all

        Options:
          -h, --help  Show this message and exit.
        """)
    for words in (("greet",), ("greet", "-h"), ("greet", "--help")):
        done = hf(*words)
        assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)


def test_the_help_of_a_leaf_keeps_the_output_options_apart(hf: Hf) -> None:
    hf.add_plugin("circus", CIRCUS)
    assert hf("greet", "one", "-h").stdout == dedent("""\
        Usage: hf greet one [OPTIONS] NAME

          Greet one.

        Options:
          --loud / --soft  How.
          -h, --help       Show this message and exit.

        Output options:
          --format FORMAT  One of auto, human, table, json, csv, quiet, agent.
                           [default: auto, which is agent where AI_AGENT is set, else
                           human]
          --json           Short for --format json.
          -q, --quiet      Print only the essential value; no notes.
          --no-truncate    Do not shorten the cells of a table.
          --verbose        Say more on standard error; twice for still more.
          --debug          Show a traceback when something fails.
        """)


@pytest.mark.parametrize(
    ("words", "stdout"),
    [
        (["greet", "one", "Ann"], "hello Ann\n"),
        (["hello", "1", "Ann"], "hello Ann\n"),
        (["hi", "one", "-q", "Ann"], "Ann\n"),
        (["greet", "one", "Ann", "--loud", "--json"], '{"name":"Ann","loud":true}\n'),
        (["secret", "Ann"], "hello Ann\n"),
        (["greet", "all", "cats"], "hello cats\n"),
        (["greet", "all", "cats", "--json"], '{"kind":"cats"}\n'),
    ],
)
def test_commands_are_reached_by_path_and_alias(hf: Hf, words: list[str], stdout: str) -> None:
    hf.add_plugin("circus", CIRCUS)
    done = hf(*words)
    assert (done.stdout, done.stderr, done.returncode) == (stdout, "", 0)


def test_a_plugin_extends_a_group_of_another(hf: Hf) -> None:
    hf.add_plugin("circus", CIRCUS)
    hf.add_plugin(
        "clown",
        """
        @hookimpl
        def hf_commands():
            return [CommandSpec("greet.clown", help="Greet a clown.", target="clown:clown")]

        @command()
        @pass_app
        def clown(app):
            app.output.print("honk")
        """,
    )
    assert hf("greet", "clown").stdout == "honk\n"
    assert "clown  Greet a clown\n" in hf("greet").stdout


def test_a_broken_plugin_is_marked_and_harms_nobody(hf: Hf) -> None:
    hf.add_plugin("circus", CIRCUS)
    hf.add_plugin("wreck", "import no_such_module")
    shown = hf("--help")
    assert "wreck    (broken: wreck 1.0: ModuleNotFoundError:" in shown.stdout
    assert hf("greet", "one", "Ann").stdout == "hello Ann\n"
    done = hf("wreck")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "wreck 1.0" in done.stderr
    assert "no_such_module" in done.stderr


FORMATS = "'auto', 'human', 'table', 'json', 'csv', 'quiet', 'agent'"
MISTAKES = [
    ("gret", "no such command: hf gret", "did you mean greet?"),
    ("helo", "no such command: hf helo", "did you mean hello?"),
    ("zzz", "no such command: hf zzz", "`hf --help` lists the commands"),
    ("greet onne", "no such command: hf greet onne", "did you mean one?"),
    ("greet one Ann --lod", "no such option: --lod", "did you mean --loud?"),
    (
        "greet one --endpoint x Ann",
        "no such option: --endpoint",
        "--endpoint stands before the command: hf --endpoint ... greet one ...",
    ),
    (
        "greet --debug one",
        "no such option: --debug",
        "--debug stands after the command: hf greet COMMAND --debug",
    ),
    ("--quiet", "no such option: --quiet", "--quiet stands after the command: hf COMMAND --quiet"),
    ("greet one", "missing argument 'NAME'", "`hf greet one --help` shows what it takes"),
    ("greet one a b", "got unexpected extra argument (b)", "`hf greet one --help` shows what it takes"),
    ("greet one a -q --json", "--quiet and --json are mutually exclusive", "`hf greet one --help` shows what it takes"),
    (
        "greet one a --format xml",
        f"invalid value for '--format': 'xml' is not one of {FORMATS}",
        "`hf greet one --help` shows what it takes",
    ),
    (
        "--color blue",
        "invalid value for '--color': 'blue' is not one of 'auto', 'always', 'never'",
        "`hf --help` shows what it takes",
    ),
    ("--endpoint ftp://x api x", "--endpoint: 'ftp://x' is not an http:// or https:// address without credentials", ""),
]


@pytest.mark.parametrize(("line", "error", "hint"), MISTAKES, ids=[line for line, _, _ in MISTAKES])
def test_a_mistake_is_told_in_one_line_with_a_hint(hf: Hf, line: str, error: str, hint: str) -> None:
    hf.add_plugin("circus", CIRCUS)
    done = hf(*line.split())
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == f"Error: {error}\n" + (f"Hint: {hint}\n" if hint else "")


@pytest.mark.parametrize(
    "words",
    [
        ["gret", "--json"],
        ["greet", "one", "--json"],
        ["greet", "one", "Ann", "--nosuch", "--format", "json"],
        ["greet", "one", "--nosuch", "--format=json"],
    ],
)
def test_a_mistake_is_an_object_where_json_was_asked_for(hf: Hf, words: list[str]) -> None:
    hf.add_plugin("circus", CIRCUS)
    done = hf(*words)
    assert (done.stdout, done.returncode) == ("", 2)
    error = json.loads(done.stderr)["error"]
    assert (error["code"], error["exit_code"]) == ("usage", 2)
    assert error["message"]


@pytest.mark.parametrize(
    ("words", "exit_code", "text"),
    [
        (["upload", "x"], 2, "hf upload comes with the plugin hfcli-transfer"),
        (["buckets"], 2, "hf api reaches everything"),
    ],
)
def test_a_missing_command_says_where_it_is(hf: Hf, words: list[str], exit_code: int, text: str) -> None:
    done = hf(*words)
    assert (done.stdout, done.returncode) == ("", exit_code)
    assert text in done.stderr


@pytest.mark.parametrize("words", [["--version"], ["-V"], ["--no-plugins", "--version"], ["version"]])
def test_the_version_is_bare(hf: Hf, words: list[str]) -> None:
    from hfcli_core import __version__

    done = hf(*words)
    assert (done.stdout, done.stderr, done.returncode) == (f"{__version__}\n", "", 0)
