"""What plugins see of a command, and how they may refuse it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Hf

SHOP = """
@hookimpl
def hf_commands():
    return [
        CommandSpec("buy", help="Buy.", target="shop:buy"),
        CommandSpec("run", help="Run.", target="shop:run", passthrough=1),
        CommandSpec("listing", help="List.", target="shop:listing"),
        CommandSpec("grp", help="A click group.", target="shop:grp"),
    ]

@command()
@argument("thing")
@secret_option("--card")
@secret_option("-s", "--secrets", multiple=True)
@token_option
@option("--count", default=1)
@pass_app
def buy(app, thing, card, secrets, token, count):
    app.output.result(f"bought {thing}", {"thing": thing, "card": card, "token": token})

@command()
@option("--flavor")
@argument("image")
@argument("words", nargs=-1, type=UNPROCESSED)
@pass_app
def run(app, flavor, image, words):
    app.output.result(" ".join(words), {"flavor": flavor, "image": image, "words": list(words)})

@command()
@option("--format", "template")
@option("-q", "--query")
@pass_app
def listing(app, template, query):
    app.output.result("listed", {"template": template, "query": query})

@group()
@option("--deep", is_flag=True)
@pass_app
def grp(app, deep):
    app.output.print(f"deep={deep}")

@grp.command()
@pass_app
def leaf(app):
    app.output.result("leaf", {"leaf": 1})
"""

RECORDER = """
import json, os

def record(**row):
    with open(os.environ["RECORD"], "a") as file:
        file.write(json.dumps(row) + "\\n")

@hookimpl
def hf_before_command(invocation):
    record(before=list(invocation.command), parameters=dict(invocation.parameters), by=invocation.distribution)

@hookimpl
def hf_after_command(invocation, outcome):
    record(after=list(invocation.command), exit_code=outcome.exit_code, error=outcome.error, timed=outcome.seconds > 0)

@hookimpl
def hf_error_hints(error):
    return [f"ask the shop about {error.code}"]
"""


@pytest.fixture
def shop(hf: Hf) -> Hf:
    hf.add_plugin("shop", SHOP)
    hf.add_plugin("recorder", RECORDER)
    hf.environ["RECORD"] = str(hf.home / "record.jsonl")
    return hf


def records(hf: Hf) -> list[dict[str, Any]]:
    path = hf.home / "record.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_guards_see_the_parameters_without_secrets(shop: Hf) -> None:
    token = "hf_" + "t" * 30
    done = shop("buy", "tea", "--card", "1234", "--token", token, "-s", "A=1", "--json")
    assert json.loads(done.stdout) == {"thing": "tea", "card": "1234", "token": token}
    assert done.stderr.startswith("Warning: a token on the command line can be seen")
    before, after = records(shop)
    assert before == {
        "before": ["buy"],
        "by": "shop",
        "parameters": {"thing": "tea", "card": "***", "secrets": "***", "token": "***", "count": 1},
    }
    assert after == {"after": ["buy"], "exit_code": 0, "error": None, "timed": True}


def test_parameters_that_were_not_given_are_not_masked(shop: Hf) -> None:
    shop("buy", "tea")
    assert records(shop)[0]["parameters"] == {"thing": "tea", "card": None, "secrets": [], "token": None, "count": 1}


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        ('CommandDenied("the shop is closed", hint="come back")', "Error: the shop is closed\n"),
        ('ValueError("oops")', "Error: the guard of the plugin closed 1.0 failed"),
        ("SystemExit(0)", "Error: the guard of the plugin closed 1.0 failed"),
    ],
)
def test_a_guard_refuses(shop: Hf, raised: str, message: str) -> None:
    shop.add_plugin("closed", f"@hookimpl\ndef hf_before_command(invocation):\n    raise {raised}\n")
    done = shop("buy", "tea")
    assert (done.returncode, done.stdout) == (13, "")
    assert done.stderr.startswith(message)
    for words in (["--help"], ["buy", "--help"], ["plugins", "ls"], ["config", "list"]):
        assert shop(*words).returncode == 0


def test_hints_of_plugins_follow_the_errors_own(shop: Hf) -> None:
    assert shop("buy").stderr == (
        "Error: missing argument 'THING'\nHint: `hf buy --help` shows what it takes; ask the shop about usage\n"
    )


def test_an_observer_that_fails_changes_nothing(shop: Hf) -> None:
    shop.add_plugin("bad", "@hookimpl\ndef hf_after_command(invocation, outcome):\n    raise ValueError('oops')\n")
    done = shop("buy", "tea")
    assert (done.returncode, done.stdout) == (0, "bought tea\n")
    assert done.stderr.startswith("Warning: ")
    assert "bad 1.0" in done.stderr


def test_what_follows_the_image_is_untouched(shop: Hf) -> None:
    done = shop("run", "--json", "--flavor", "t4", "python:3.12", "python", "-c", "x", "--json", "-h")
    assert json.loads(done.stdout) == {
        "flavor": "t4",
        "image": "python:3.12",
        "words": ["python", "-c", "x", "--json", "-h"],
    }
    assert "Usage: hf run [OPTIONS] IMAGE [WORDS]..." in shop("run", "-h", "python:3.12").stdout


def test_a_command_keeps_its_own_options(shop: Hf) -> None:
    done = shop("listing", "--format", "{{.ID}}", "-q", "x", "--json")
    assert json.loads(done.stdout) == {"template": "{{.ID}}", "query": "x"}
    assert shop("listing", "--quiet", "--json").returncode == 2
    help_text = shop("listing", "-h").stdout
    assert help_text.count("--format") == 2  # its own, and in the text of --json
    assert "--quiet" in help_text


def test_commands_of_a_click_group_are_guarded_and_formatted_too(shop: Hf) -> None:
    done = shop("grp", "--deep", "leaf")
    assert done.stdout == "deep=True\nleaf\n"
    assert records(shop)[0]["before"] == ["grp", "leaf"]
    assert shop("grp", "leaf", "-q").returncode == 0
    assert "Commands:\n  leaf\n" in shop("grp").stdout


def test_plugins_run_is_no_way_around_the_gate(shop: Hf) -> None:
    assert shop("plugins", "run", "shop", "grp", "leaf", "-q").returncode == 0
    assert [row["before"] for row in records(shop) if "before" in row] == [["grp", "leaf"]]
    shop.add_plugin("closed", "@hookimpl\ndef hf_before_command(invocation):\n    raise CommandDenied('closed')\n")
    for words in (["buy", "tea"], ["grp", "leaf"]):
        assert shop("plugins", "run", "shop", *words).returncode == 13


def test_a_plugins_format_is_a_value_of_format(shop: Hf) -> None:
    shop.add_plugin(
        "shouting",
        """
        @hookimpl
        def hf_output_formats():
            return [OutputFormatSpec("loud", target="shouting:render", help="Loud")]

        def render(rows):
            return "\\n".join(str(row).upper() for row in rows)
        """,
    )
    done = shop("buy", "tea", "--format", "loud")
    assert (done.returncode, done.stdout) == (0, "{'THING': 'TEA', 'CARD': NONE, 'TOKEN': NONE}\n")
    assert "agent, loud." in shop("buy", "-h").stdout
    assert json.loads(shop("buy", "--format", "loud").stderr)["error"]["code"] == "usage"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], {"type": None, "progress": "auto"}),
        (["--repo-type", "dataset"], {"type": "dataset", "progress": "auto"}),
        (["--type=space", "--progress", "none"], {"type": "space", "progress": "none"}),
    ],
)
def test_shared_options(hf: Hf, words: list[str], expected: dict[str, Any]) -> None:
    hf.add_plugin(
        "courier",
        """
        @hookimpl
        def hf_commands():
            return [CommandSpec("send", help="Send.", target="courier:send")]

        @command()
        @repo_type_option
        @progress_option
        @pass_app
        def send(app, repo_type):
            app.output.result(None, {"type": repo_type, "progress": app.output.progress_mode})
        """,
    )
    assert json.loads(hf("send", "--json", *words).stdout) == expected
    assert hf("send", "--type", "models").returncode == 2


TRANSPORT = """
@hookimpl
def hf_http_transport(endpoint):
    import httpx

    def answer(request):
        return httpx.Response(200, json={"name": "through " + endpoint})

    return httpx.MockTransport(answer)
"""


def test_connections_are_made_by_the_plugin_that_a_setting_names_and_by_no_other(hf: Hf) -> None:
    hf.add_plugin("tunnel", TRANSPORT)
    hf.environ |= {"HF_TOKEN": "hf_" + "a" * 30, "HF_ENDPOINT": "http://127.0.0.1:9"}
    assert hf("api", "whoami-v2").returncode == 6
    hf.environ["HFCLI_HTTP_TRANSPORT"] = "Tunnel"
    assert json.loads(hf("api", "whoami-v2").stdout) == {"name": "through http://127.0.0.1:9"}
    hf.environ["HFCLI_HTTP_TRANSPORT"] = "other"
    done = hf("api", "whoami-v2")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: http.transport: no plugin of other that makes connections is in use\n"
