"""The options that every leaf command has: how its result is shown. The core adds them when a command is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hfcli_core.app import App
from hfcli_core.cli.command import OutputOption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FORMATS = ("auto", "human", "table", "json", "csv", "quiet", "agent")

_CHOSEN_BY = "hfcli_core.cli.output_options.chosen_by"


def with_output_options(command: click.Command, further_formats: Iterable[str] = ()) -> list[click.Parameter]:
    """The command's parameters and, after them, the output options, without the names that it uses itself."""
    taken = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return [*command.params, *_output_options([*FORMATS, *further_formats], taken)]


def requested_format(arguments: Sequence[str]) -> str:
    """The format that a command line asks for, where the command line could not be understood.

    An error found before the options are parsed must be as readable for a program as any other.
    """
    words = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, _, value = word.partition("=")
        if word == "--json":
            return "json"
        if word in {"-q", "--quiet"}:
            return "quiet"
        if name == "--format" and (value or following) in FORMATS:
            return value or following
    return "auto"


def _output_options(formats: Sequence[str], taken: set[str]) -> list[OutputOption]:
    options = [
        _option(
            ["--format"],
            _choose_format,
            type=click.Choice(formats),
            metavar="FORMAT",
            help=f"One of {', '.join(formats)}.  [default: auto, which is agent where AI_AGENT is set, else human]",
        ),
        _option(["--json"], _choose_json, is_flag=True, help="Short for --format json."),
        _option(
            ["-q", "--quiet/--no-quiet"], _choose_quiet, is_flag=True, help="Print only the essential value; no notes."
        ),
        _option(["--no-truncate"], _no_truncate, is_flag=True, help="Do not shorten the cells of a table."),
        _option(["--verbose"], _verbose, count=True, help="Say more on standard error; twice for still more."),
        _option(["--debug"], _debug, is_flag=True, help="Show a traceback when something fails."),
    ]
    for option in options:
        option.opts = [name for name in option.opts if name not in taken]
    return [option for option in options if option.opts]


def _option(names: list[str], callback: Callable[..., None], **attributes: Any) -> OutputOption:
    # Eager, so that a mistake in another parameter is already reported in the format that was asked for.
    return OutputOption(names, callback=callback, expose_value=False, is_eager=True, **attributes)


def _choose(ctx: click.Context, name: str, value: str) -> None:
    before = ctx.meta.setdefault(_CHOSEN_BY, name)
    if before != name:
        raise click.UsageError(f"{before} and {name} are mutually exclusive.", ctx)
    ctx.ensure_object(App).show(format=value)


def _choose_format(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        _choose(ctx, "--format", value)


def _choose_json(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        _choose(ctx, "--json", "json")


def _choose_quiet(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        _choose(ctx, "--quiet", "quiet")


def _no_truncate(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(App).show(truncate=False)


def _verbose(ctx: click.Context, _parameter: click.Parameter, value: int) -> None:
    app = ctx.ensure_object(App)
    if value:
        app.show(verbosity=app.display.verbosity + value)


def _debug(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(App).show(debug=True)
