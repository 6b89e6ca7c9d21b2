"""Mistakes on the command line in one line each, with the word that was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from hfcli_core.app import App
from hfcli_core.errors import HfError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hfcli_core.cli.groups import RowGroup


def no_such_command(ctx: click.Context, group: RowGroup, name: str) -> HfError:
    """Why ``name`` is no command of ``group``: its plugin is missing, off, denied or broken, or it is misspelt."""
    app = ctx.ensure_object(App)
    if app.config_error is not None:
        return app.config_error
    path = (*group.path, name)
    shown = [row for row in group.rows(ctx) if not row.spec.hidden]
    names = [*group.own_names(ctx), *(known for row in shown for known in (row.path[-1], *row.spec.aliases))]
    return app.plugins.explain_unknown(path) or UsageError(
        f"no such command: {' '.join(('hf', *path))}",
        hint=_did_you_mean(name, names) or f"`{ctx.command_path} --help` lists the commands",
    )


def explain(error: click.UsageError) -> UsageError:
    """Click's error as ours."""
    ctx = error.ctx
    message = error.format_message().rstrip(".")
    hint = f"`{ctx.command_path} --help` shows what it takes" if ctx else None
    if isinstance(error, click.NoSuchOption):
        message = f"no such option: {error.option_name}"
        if ctx is not None:
            hint = _option_hint(ctx, error.option_name) or hint
    return UsageError(message[:1].lower() + message[1:], hint=hint)


def _option_hint(ctx: click.Context, name: str) -> str | None:
    root = ctx.find_root()
    if ctx is not root and name in _option_names(root):
        return f"{name} stands before the command: hf {name} ... {ctx.command_path.partition(' ')[2]} ..."
    if isinstance(ctx.command, click.Group):
        from hfcli_core.cli.output_options import with_output_options

        after = [option for parameter in with_output_options(click.Command(None)) for option in parameter.opts]
        if name in after:
            return f"{name} stands after the command: {ctx.command_path} COMMAND {name}"
    return _did_you_mean(name, _option_names(ctx))


def _option_names(ctx: click.Context) -> Iterator[str]:
    for parameter in ctx.command.get_params(ctx):
        if isinstance(parameter, click.Option) and not parameter.hidden:
            yield from (*parameter.opts, *parameter.secondary_opts)


def _did_you_mean(word: str, words: Iterable[str]) -> str | None:
    close = get_close_matches(word, [one for one in words if len(one) > 2 or len(word) <= 2], n=3)
    return f"did you mean {' or '.join(close)}?" if close else None
