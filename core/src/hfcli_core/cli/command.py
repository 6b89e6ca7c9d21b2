"""The command class of this program: its help shows the output options apart, so that the command's own stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

HELP_NAMES = ["-h", "--help"]


class OutputOption(click.Option):
    """An option that the core adds to a leaf command; it configures the output and never reaches the function."""


class Command(click.Command):
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
