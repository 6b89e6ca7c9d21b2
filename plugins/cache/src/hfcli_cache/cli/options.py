"""Options that several commands of ``hf cache`` have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import App, option

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    import click

    F = TypeVar("F", bound=Callable[..., Any])


def cache_dir_option(function: F) -> F:
    return option("--cache-dir", metavar="DIR", help="The cache to use.  [default: HF_HUB_CACHE]")(function)


def dry_run_option(function: F) -> F:
    return option("--dry-run/--no-dry-run", help="Only show what would be deleted, and the bytes that frees.")(function)


def yes_option(function: F) -> F:
    return option("-y", "--yes", is_flag=True, help="Do not ask.")(function)


def old_quiet_option(function: F) -> F:
    """``--q``, as the guide writes it once."""
    return option("--q", is_flag=True, hidden=True, expose_value=False, is_eager=True, callback=_be_quiet)(function)


def _be_quiet(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(App).show(format="quiet")
