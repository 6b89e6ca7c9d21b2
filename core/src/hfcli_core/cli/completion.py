"""Completion by click's protocol (``_HF_COMPLETE``), from the index of plugins: it runs no plugin's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hfcli_core.cli.output_options import with_output_options

if TYPE_CHECKING:
    from hfcli_core.plugins.commands import CommandRow


def stand_in(row: CommandRow) -> click.Command:
    """A command with the names of the real one. Its options are known once the real one has been loaded."""
    name, text, hidden = row.path[-1], row.spec.help, row.spec.hidden
    # Which options take a value is not known, and matters little for offering names.
    options: list[click.Parameter] = [click.Option([option], is_flag=True) for option in row.options]
    if row.subcommands:
        children = [click.Command(child, help=about) for child, about in row.subcommands]
        return click.Group(name, help=text, hidden=hidden, params=options, commands=children)
    command = click.Command(name, help=text, hidden=hidden, params=options)
    command.params = with_output_options(command)
    return command
