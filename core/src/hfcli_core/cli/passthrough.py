"""Commands that run another command: after ``n`` positionals everything belongs to that one.

``hf jobs run --flavor t4-small python:3.12 python -c 'print(1)'``: our options are read until the image is reached,
nothing after it is looked at. One ``--``, before the image or directly after it, is ours and is dropped; any other is
the command's. The last parameter of such a command is an argument with ``nargs=-1``, which receives the foreign words
as they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from hfcli_core.cli.command import Command

if TYPE_CHECKING:
    from collections.abc import Sequence


class Split(NamedTuple):
    """A command line taken apart: the words of our options, our positionals, and the foreign words."""

    options: list[str]
    positionals: list[str]
    foreign: list[str]


class PassthroughCommand(Command):
    passthrough: int = 1
    """How many positionals are ours; 0 where the first word that is no option begins the other command."""

    @classmethod
    def adopt(cls, command: click.Command, passthrough: int) -> PassthroughCommand:
        """Give a command that a plugin made with plain click the behaviour of this class."""
        adopted = cls(
            command.name,
            callback=command.callback,
            params=list(command.params),
            help=command.help,
            epilog=command.epilog,
            short_help=command.short_help,
            hidden=command.hidden,
            deprecated=command.deprecated,
            context_settings=command.context_settings,
        )
        adopted.passthrough = passthrough
        return adopted

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options, positionals, foreign = self.split(ctx, args)
        return super().parse_args(ctx, [*options, "--", *positionals, *foreign])

    def split(self, ctx: click.Context, args: Sequence[str]) -> Split:
        """Where our part of ``args`` ends. Raises what click raises for an option that is not ours."""
        options, rest, terminated = self._leading_options(ctx, list(args))
        positionals: list[str] = []
        while rest and len(positionals) < self.passthrough:
            positionals.append(rest.pop(0))
            if not terminated and len(positionals) < self.passthrough:
                further, rest, terminated = self._leading_options(ctx, rest)
                options += further
        if not terminated:
            further, rest = self.options_after(ctx, positionals, rest)
            options += further
            if rest[:1] == ["--"]:
                del rest[0]
        return Split(options, positionals, rest)

    def options_after(
        self, _ctx: click.Context, _positionals: Sequence[str], words: list[str]
    ) -> tuple[list[str], list[str]]:
        """Options of ours that the foreign words begin with, and the rest: none, unless a command says otherwise."""
        return [], words

    def _leading_options(self, ctx: click.Context, words: list[str]) -> tuple[list[str], list[str], bool]:
        """The options that ``words`` begin with, what follows them, and whether a ``--`` stood between.

        Which words are values of options only click's parser knows, so it is asked.
        """
        parser = click.Command(None, params=self._options(ctx), add_help_option=False).make_parser(ctx)
        parser.allow_interspersed_args = False
        rest = parser.parse_args(list(words))[1]
        ours = words[: len(words) - len(rest)]
        if not ours or ours[-1] != "--":
            return ours, rest, False
        try:
            parser.parse_args(ours[:-1])
        except click.BadOptionUsage:
            return ours, rest, False  # it was the value of the option before it
        return ours[:-1], rest, True

    def _options(self, ctx: click.Context) -> list[click.Parameter]:
        return [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
