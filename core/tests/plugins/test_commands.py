"""Who gets a name, and what is said about a name that nobody has."""

from __future__ import annotations

import pytest
from hfcli_core.plugins.commands import CommandRow, best_match, settle
from hfcli_core.plugins.explain import explain_unknown
from hfcli_core.plugins.manager import PluginRow
from hfcli_core.specs import CommandSpec


def _row(
    distribution: str, path: str, *, aliases: tuple[str, ...] = (), extensible: bool = False, state: str = "on"
) -> CommandRow:
    spec = CommandSpec(path, help="", aliases=aliases, extensible=extensible, target="m:a")
    return CommandRow(spec, distribution, "1.0", state=state)


def _names(rows: list[CommandRow]) -> list[tuple[str, str]]:
    return [(row.distribution, row.spec.path) for row in rows]


@pytest.mark.parametrize(
    ("offers", "winner"),
    [
        (["acme", "hfcli-core"], "hfcli-core"),
        (["acme", "hfcli-jobs"], "hfcli-jobs"),
        (["hfcli-jobs", "hfcli-core"], "hfcli-core"),
        (["zebra", "acme"], "acme"),
    ],
)
def test_the_core_then_first_party_then_the_distribution_name(offers: list[str], winner: str) -> None:
    winners, losers = settle([_row(name, "same") for name in offers])
    assert _names(winners) == [(winner, "same")]
    assert [(row.distribution, row.state, row.cause) for row in losers] == [
        (next(name for name in offers if name != winner), "conflict", f"hf same is the command of {winner}")
    ]


def test_a_broken_plugin_takes_no_name_from_a_working_one() -> None:
    winners, losers = settle([_row("acme", "same", state="broken"), _row("zebra", "same")])
    assert _names(winners) == [("zebra", "same")]
    assert _names(losers) == [("acme", "same")]


def test_a_group_is_extended_only_where_it_says_so() -> None:
    offers = [
        _row("acme", "open.more"),
        _row("acme", "closed.more"),
        _row("acme", "nowhere.more"),
        _row("zebra", "open", extensible=True),
        _row("zebra", "closed"),
        _row("zebra", "closed.own"),
    ]
    winners, losers = settle(offers)
    assert _names(winners) == [("acme", "open.more"), ("zebra", "open"), ("zebra", "closed"), ("zebra", "closed.own")]
    assert [row.cause for row in losers] == [
        "the group hf closed of zebra takes no commands of others",
        "there is no group hf nowhere",
    ]


def test_aliases_never_take_a_name_or_an_earlier_alias() -> None:
    offers = [_row("zebra", "list"), _row("acme", "show", aliases=("list", "s")), _row("beta", "see", aliases=("s",))]
    winners, losers = settle(offers)
    assert {row.spec.path: row.spec.aliases for row in winners} == {"show": ("s",), "see": (), "list": ()}
    assert losers == []


def test_the_longest_path_is_the_command() -> None:
    rows = [_row("acme", "tools"), _row("acme", "tools.lint", aliases=("check",)), _row("acme", "far.away")]
    found = [
        best_match(rows, words) for words in [("tools", "check", "-x"), ("tools", "-x"), ("far", "away"), ("far",)]
    ]
    assert [item and (item[0].spec.path, item[1]) for item in found] == [
        ("tools.lint", ("-x",)),
        ("tools", ("-x",)),
        ("far.away", ()),
        None,
    ]


def _plugin(distribution: str, state: str, cause: str | None = None, commands: tuple[str, ...] = ()) -> PluginRow:
    return PluginRow("entry", distribution, "1.2", state, (), cause, "/site", commands)


@pytest.mark.parametrize(
    ("name", "rows", "exit_code", "message", "hint"),
    [
        ("download", [], 2, "hf download comes with the plugin hfcli-transfer, which is not installed", "pip install"),
        ("whoami", [], 2, "hf whoami comes with the plugin hfcli-auth, which is not installed", "hfcli-auth"),
        ("buckets", [], 2, "hf buckets is a command of huggingface_hub's hf that this one does not have yet", "hf api"),
        (
            "jobs",
            [_plugin("hfcli-jobs", "broken", "ImportError: x")],
            1,
            "hfcli-jobs 1.2 is broken: ImportError: x",
            "",
        ),
        ("lint", [_plugin("acme", "disabled", "plugins.disabled", ("lint",))], 2, "is disabled: plugins", "config"),
        ("entry", [_plugin("acme", "disabled", "--no-plugins")], 2, "comes with the plugin acme", "--no-plugins"),
        ("lint", [_plugin("acme", "denied", "no (p.toml, x)", ("lint",))], 13, "which is denied: no (p.toml, x)", None),
    ],
)
def test_a_missing_command_is_explained(
    name: str, rows: list[PluginRow], exit_code: int, message: str, hint: str | None
) -> None:
    error = explain_unknown(name, rows)
    assert error is not None
    assert error.exit_code == exit_code
    assert message in error.message
    assert (hint or "") in (error.hint or "")


def test_nothing_is_said_about_an_unheard_of_name() -> None:
    assert explain_unknown("frobnicate", [_plugin("acme", "on", commands=("lint",))]) is None
    assert explain_unknown("jobs", [_plugin("hfcli-jobs", "on")]) is None
