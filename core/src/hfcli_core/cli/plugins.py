"""``hf plugins ls`` and ``hf plugins run``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hfcli_core.app import App
from hfcli_core.cli.options import command, pass_app
from hfcli_core.errors import UsageError
from hfcli_core.output.tables import Column
from hfcli_core.plugins.commands import CORE, best_match

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hfcli_core.plugins.commands import CommandRow
    from hfcli_core.plugins.manager import PluginManager, PluginRow

_COLUMNS = (
    Column("distribution", header="PLUGIN"),
    Column("version"),
    Column("state"),
    Column("adds"),
    Column("location", header="FROM"),
)


@command()
@click.option("--all", "include_shadowed", is_flag=True, help="Also list what another installation shadows.")
@pass_app
def ls(app: App, include_shadowed: bool) -> None:
    """List plugins, whether they are in use or not."""
    rows = listing(app.plugins.rows(), include_shadowed=include_shadowed)
    app.output.table(rows, _COLUMNS, quiet="distribution", empty="No plugins are installed.")
    for row in rows:
        if row["cause"]:
            app.output.note(f"{row['distribution']} {row['version']} is {row['state']}: {row['cause']}")


@command()
@click.argument("distribution", metavar="DIST")
@click.argument("name", metavar="COMMAND")
@click.argument("words", metavar="[ARGS]...", nargs=-1, type=click.UNPROCESSED)
@pass_app
def run(app: App, distribution: str, name: str, words: tuple[str, ...]) -> None:
    """Run COMMAND of the plugin DIST, also when another plugin has its name."""
    from hfcli_core.cli.groups import ready

    row, rest = find_command(app.plugins, distribution, (name, *words))
    loaded = ready(app, app.plugins.load_command(row.path, row.distribution), row.path, row)
    group = click.get_current_context().parent  # not this command's own, whose usage line would stand in every message
    with loaded.make_context(f"run {row.distribution} {row.name}", list(rest), parent=group) as ctx:
        loaded.invoke(ctx)


def listing(rows: Iterable[PluginRow], *, include_shadowed: bool) -> list[dict[str, Any]]:
    """The rows of the table; ``entry_points``, ``cause`` and the like are only in the formats for programs."""
    return [
        {
            "distribution": row.distribution,
            "version": row.version,
            "state": row.state,
            "adds": list(row.adds),
            "cause": row.cause,
            "entry_points": row.name.split(", "),
            "location": row.location,
        }
        for row in rows
        if include_shadowed or row.state != "shadowed"
    ]


def find_command(
    plugins: PluginManager, distribution: str, words: tuple[str, ...]
) -> tuple[CommandRow, tuple[str, ...]]:
    """The command of a distribution that ``words`` begin with, and the words after it. Errors say what there is."""
    from hfcli_core.plugins.discovery import normalise
    from hfcli_core.plugins.explain import FIRST_PARTY, explain_missing

    owner = normalise(distribution)
    rows = plugins.commands_of(owner)
    found = best_match(rows, words)
    if found is None:
        installed = [row.distribution for row in plugins.rows()]
        if owner not in {*installed, *FIRST_PARTY.values(), CORE}:
            raise UsageError(f"no plugin {owner} is installed", hint=f"installed are: {', '.join(installed) or 'none'}")
        missing = explain_missing(f"hf {words[0]}", owner, plugins.rows()) if owner != CORE else None
        if missing is not None:
            raise missing
        raise UsageError(f"{owner} has no command {words[0]}", hint=_what_there_is(rows))
    row, rest = found
    if row.spec.target is None and row.state != "broken":
        below = [other for other in rows if other.path[: len(row.path)] == row.path and other is not row]
        raise UsageError(f"{row.name} of {owner} is a group, not a command", hint=_what_there_is(below))
    return row, rest


def _what_there_is(rows: Iterable[CommandRow]) -> str:
    names = ", ".join(row.name for row in rows if row.spec.target)
    return f"it has: {names}" if names else "it has none"
