"""Options of the two lists, and ``--format``, which takes a template besides the formats of every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.api import App, Format, UsageError, option

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

F = TypeVar("F", bound="Callable[..., Any]")

_FORMATS = ("auto", "table", *Format)


def list_options(function: F) -> F:
    """``--all``, ``--filter``, ``--status``, ``--label``, ``--name``, and ``--format`` as ``template``."""
    decorators = (
        option("-a", "--all", is_flag=True, help="List all of them."),
        option(
            "-f", "--filter", multiple=True, metavar="KEY=VALUE", help="Those whose value has this part, or matches."
        ),
        option("--status", multiple=True, metavar="STATUS", help="Those of this status; may be repeated."),
        option("-l", "--label", multiple=True, metavar="KEY=VALUE", help="Those with this label; may be repeated."),
        option("--name", metavar="NAME", help="Those of this name."),
        option(
            "--format",
            "template",
            metavar="FORMAT",
            is_eager=True,
            callback=_choose,
            help=f"One of {', '.join(_FORMATS)}, or a template such as '{{{{.id}}}} {{{{.status}}}}'.",
        ),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def _choose(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from hfcli_jobs.template import is_template

    if value is None or is_template(value):
        return value
    app = ctx.ensure_object(App)
    known = [*_FORMATS, *(item.spec.name for item in app.plugins.output_formats())]
    if value not in known:
        raise UsageError(f"'{value}' is neither a format nor a template", hint=f"formats are {', '.join(known)}")
    app.show(format=value)
    return None
