"""The command class of this program: its help shows the output options apart, so that the command's own stand out."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

HELP_NAMES = ["-h", "--help"]


class OutputOption(click.Option):
    """An option that the core adds to a leaf command; it configures the output and never reaches the function."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        # Without the --no- form: it would make the list wider for every command.
        shown = copy.copy(self)
        shown.secondary_opts = []
        return click.Option.get_help_record(shown, ctx)


class Command(click.Command):
    def value_options(self, ctx: click.Context) -> frozenset[str]:
        """The names of the options that take the next word of the command line as their value."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        return frozenset(name for one in options if not (one.is_flag or one.count) for name in one.opts)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        _write_section(ctx, formatter, "Options", [one for one in options if not isinstance(one, OutputOption)])
        _write_section(ctx, formatter, "Output options", [one for one in options if isinstance(one, OutputOption)])


def _write_section(
    ctx: click.Context, formatter: click.HelpFormatter, title: str, options: Iterable[click.Option]
) -> None:
    records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
    if records:
        with formatter.section(title):
            formatter.write_dl(records)
