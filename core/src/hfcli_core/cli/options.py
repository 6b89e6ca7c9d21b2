"""The parameters that commands share, and the decorators that a plugin makes its commands with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from hfcli_core.app import App
from hfcli_core.cli.command import HELP_NAMES, Command

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

PROGRESS_STYLES = ("auto", "bar", "plain", "json", "none")

pass_app = click.make_pass_decorator(App)
"""Give the :class:`App` of this invocation to a command's function as its first argument."""


class SecretOption(click.Option):
    """An option whose value no hook, log or report may see."""


def command(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:
    """``click.command`` with our help; ``name`` is the last part of the path in the command's spec.

    ``cls`` may be a subclass of :class:`Command`.
    """
    attributes.setdefault("cls", Command)
    attributes.setdefault("context_settings", {"help_option_names": HELP_NAMES})
    return click.command(name, **attributes)


def secret_option(*declarations: str, **attributes: Any) -> Callable[[F], F]:
    """``click.option`` for a secret: hooks are given ``***`` in its place."""
    return click.option(*declarations, cls=SecretOption, **attributes)


def token_option(function: F) -> F:
    """``--token``, given to the function as ``token``; it warns that a command line is no place for a secret."""
    return secret_option(
        "--token",
        metavar="TOKEN",
        help="Use this token and no other; HF_TOKEN is safer, as others can see a command line.",
        callback=_warn_of_token,
    )(function)


def repo_type_option(function: F) -> F:
    """``--repo-type`` and ``--type``, given as ``repo_type``; None when not said, so that an address can say it."""
    from hfcli_core.hub.refs import REPO_TYPES

    return click.option(
        "--repo-type",
        "--type",
        "repo_type",
        type=click.Choice(REPO_TYPES),
        help="What kind of repo it is.  [default: model]",
    )(function)


def progress_option(function: F) -> F:
    """``--progress``, which configures the output and is not given to the function."""
    return click.option(
        "--progress",
        type=click.Choice(PROGRESS_STYLES),
        default="auto",
        help="How to show progress.  [default: a bar on a terminal, else one line every 10 s]",
        expose_value=False,
        is_eager=True,
        callback=_set_progress,
    )(function)


def masked_parameters(ctx: click.Context) -> dict[str, Any]:
    """The parameters of a command about to run, for hooks: given secrets are masked."""
    secrets = {parameter.name for parameter in ctx.command.params if isinstance(parameter, SecretOption)}
    return {name: "***" if name in secrets and value else value for name, value in ctx.params.items()}


def _warn_of_token(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from hfcli_core.hub.redaction import register_secret

    if value and not ctx.resilient_parsing:
        register_secret(value)
        ctx.ensure_object(App).output.warn(
            "a token on the command line can be seen by other users of this machine; prefer HF_TOKEN"
        )
    return value


def _set_progress(ctx: click.Context, _parameter: click.Parameter, value: str) -> None:
    ctx.ensure_object(App).show(progress=value)
