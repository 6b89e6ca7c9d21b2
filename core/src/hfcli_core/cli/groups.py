"""Groups whose commands are rows of the plugin manager; a command is imported only when it is invoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hfcli_core.app import App
from hfcli_core.cli.command import HELP_NAMES
from hfcli_core.plugins.commands import CORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hfcli_core.plugins.commands import CommandRow

_MAIN_SECTION = "Commands"


class RowGroup(click.Group):
    """The group at ``path``: the commands of a plugin's own click group, if any, then the rows below the path.

    Invoked without a command it prints its help on stdout and succeeds.
    """

    def __init__(self, path: tuple[str, ...], *, row: CommandRow | None = None, own: click.Group | None = None) -> None:
        super().__init__(
            path[-1] if path else "hf",
            help=(own and own.help) or (row and f"{_phrase(row)}."),
            epilog=own.epilog if own else None,
            params=list(own.params) if own else None,
            hidden=row.spec.hidden if row else False,
            invoke_without_command=True,
            subcommand_metavar="COMMAND [ARGS]...",
            context_settings={"help_option_names": HELP_NAMES},
        )
        self.path = path
        self.row = row
        self.own = own
        self.callback = self._run

    def rows(self, ctx: click.Context) -> list[CommandRow]:
        """The rows directly below this group."""
        depth = len(self.path) + 1
        return [row for row in _app(ctx).plugins.commands() if len(row.path) == depth and row.path[:-1] == self.path]

    def own_names(self, ctx: click.Context) -> list[str]:
        """The names of the commands that the plugin's own click group has."""
        return self.own.list_commands(ctx) if self.own else []

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(dict.fromkeys([*self.own_names(ctx), *(row.path[-1] for row in self.rows(ctx))]))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if self.own and self.row and (command := self.own.get_command(ctx, name)):
            return ready(_app(ctx), command, (*self.path, name), self.row)
        row = next((row for row in self.rows(ctx) if name in (row.path[-1], *row.spec.aliases)), None)
        if row is None:
            return None
        if row.spec.target is None and row.cause is None:
            return RowGroup(row.path, row=row)
        if ctx.resilient_parsing:
            from hfcli_core.cli.completion import stand_in

            return stand_in(row)
        return ready(_app(ctx), _app(ctx).plugins.load_command(row.path), row.path, row)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is not None:
            _app(ctx).command = (*self.path, command.name or args[0])
            return args[0], command, args[1:]
        if ctx.resilient_parsing:
            return None, None, args[1:]
        from hfcli_core.cli.suggestions import no_such_command

        raise no_such_command(ctx, self, args[0])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # What people came for first, the core's own groups last.
        sections: dict[str, list[tuple[str, str]]] = {_MAIN_SECTION: []}
        for section, name, text in [*self._entries(ctx, core=False), *self._entries(ctx, core=True)]:
            sections.setdefault(section, []).append((name, text))
        width = max((len(name) for entries in sections.values() for name, _ in entries), default=0)
        for section, entries in sections.items():
            if not entries:
                continue
            with formatter.section(section):
                # One column for all sections, so that the eye can run down the page.
                formatter.write_dl([(name.ljust(width), text) for name, text in entries])

    def _entries(self, ctx: click.Context, *, core: bool) -> Iterator[tuple[str, str, str]]:
        """Section, name and text of the visible commands: those of the core, or those of plugins."""
        for name in self.own.list_commands(ctx) if self.own and not core else ():
            command = self.own.get_command(ctx, name) if self.own else None
            if command and not command.hidden:
                yield _MAIN_SECTION, name, command.get_short_help_str(limit=200)
        for row in self.rows(ctx):
            if not row.spec.hidden and (row.distribution == CORE) == core:
                yield row.spec.section, row.path[-1], _text(row)

    def _run(self, **parameters: Any) -> None:
        ctx = click.get_current_context()
        if ctx.invoked_subcommand is None and not (self.own and self.own.invoke_without_command):
            click.echo(ctx.get_help(), color=ctx.color)
        elif self.own and self.own.callback:
            ctx.invoke(self.own.callback, **parameters)


def ready(app: App, command: click.Command, path: tuple[str, ...], row: CommandRow) -> click.Command:
    """A plugin's command, or its group with all that is in it, with output options and behind the gate."""
    if isinstance(command, click.Group):
        return RowGroup(path, row=row, own=command)
    from hfcli_core.cli.leaves import prepare

    return prepare(app, command, path, row)


def _text(row: CommandRow) -> str:
    if row.cause is not None:
        return f"(broken: {row.distribution} {row.version}: {row.cause})"
    aliases = row.spec.aliases
    if not aliases:
        return _phrase(row)
    return f"{_phrase(row)} [{'alias' if len(aliases) == 1 else 'aliases'}: {', '.join(aliases)}]"


def _phrase(row: CommandRow) -> str:
    """The help of a spec as it stands in a list, as click has it: without a full stop, however its author writes."""
    return row.spec.help.removesuffix(".")


def _app(ctx: click.Context) -> App:
    return ctx.ensure_object(App)
