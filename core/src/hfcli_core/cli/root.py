"""The command ``hf`` itself: the options that come before a command's name."""

from __future__ import annotations

from typing import Any

import click

from hfcli_core import __version__
from hfcli_core.app import App
from hfcli_core.cli.groups import RowGroup

_HELP = """\
The command line of the Hugging Face Hub.

`hf COMMAND --help` tells more about a command."""


class Root(RowGroup):
    def __init__(self) -> None:
        super().__init__(())
        self.help = _HELP
        self.params = _root_options()

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Processed last, unlike click's: ``hf --help --no-plugins`` shows the help without plugins."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.is_eager = False
        return option


def _root_options() -> list[click.Parameter]:
    return [
        _option(["--no-plugins"], _no_plugins, is_flag=True, help="Run with the core alone."),
        _option(
            ["--color"],
            _color,
            type=click.Choice(["auto", "always", "never"]),
            help="When to use color.  [default: auto]",
        ),
        _option(["--endpoint"], _setting, metavar="URL", help="Use the Hub at this address."),
        _option(["--ca-bundle"], _setting, metavar="FILE", help="Trust these certificates, not the system's."),
        _option(["-v", "--verbose"], _verbose, count=True, help="Say more on standard error; -vv for still more."),
        _option(["-V", "--version"], _version, is_flag=True, help="Print the version."),
    ]


def _option(names: list[str], callback: Any, **attributes: Any) -> click.Option:
    return click.Option(names, callback=callback, expose_value=False, is_eager=True, **attributes)


def _no_plugins(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    ctx.ensure_object(App).use_plugins = not value


def _color(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        ctx.ensure_object(App).show(color=value)


def _setting(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """The settings ``endpoint`` and ``http.ca_bundle``; their texts are checked where a file's or a variable's are."""
    if value is not None:
        names = {"endpoint": "endpoint", "ca_bundle": "http.ca_bundle"}
        ctx.ensure_object(App).flags[names[parameter.name or ""]] = value


def _verbose(ctx: click.Context, _parameter: click.Parameter, value: int) -> None:
    if value:
        ctx.ensure_object(App).show(verbosity=value)


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(__version__)
        ctx.exit()
