"""``hf cache ls``, and ``hf scan-cache`` as it was called before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import Choice, IntRange, command, option, pass_app

from .options import cache_dir_option, old_quiet_option

if TYPE_CHECKING:
    from hfcli_core.api import App

_SORT_KEYS = ("accessed", "modified", "name", "size")
_ORDERS = [f"{key}{order}" for key in _SORT_KEYS for order in ("", ":asc", ":desc")]


@command("ls")
@cache_dir_option
@option("--revisions/--no-revisions", help="One row for each revision.")
@option("--partials", is_flag=True, help="List unfinished downloads instead.")
@option(
    "-f",
    "--filter",
    "filters",
    multiple=True,
    metavar="EXPRESSION",
    help='What to list, such as "size>30g", "accessed>1y", "refs=main", "type=dataset", "name=bert*"; may be repeated.',
)
@option(
    "--sort",
    type=Choice(_ORDERS),
    metavar="KEY",
    help=f"Order by {', '.join(_SORT_KEYS)}; append :asc or :desc.",
)
@option("--limit", type=IntRange(1), metavar="N", help="Only the first N.")
@option(
    "--show-warnings/--no-show-warnings",
    default=None,
    help="Tell of all damaged entries, or only how many.  [default: the first three]",
)
@old_quiet_option
@pass_app
def ls_command(
    app: App,
    *,
    cache_dir: str | None,
    revisions: bool,
    partials: bool,
    filters: tuple[str, ...],
    sort: str | None,
    limit: int | None,
    show_warnings: bool | None,
) -> None:
    """List what the cache on this machine holds.

    Filters compare size, accessed, modified (the age), type, refs and name with =, !=, >, <, >= or <=; all of them must
    agree. Sizes take k, m, g, t, p (or kb …), ages s, m, h, d, w, mo, y.
    """
    from ..listing import ListRequest, list_cache
    from ..places import cache_path

    request = ListRequest(
        cache_path(app, cache_dir), cache_dir is not None, revisions, filters, sort, limit, show_warnings
    )
    if partials:
        from ..partials import list_partials

        list_partials(app.output, request)
    else:
        list_cache(app.output, request)


@command("scan-cache")
@option("--dir", "cache_dir", metavar="DIR", help="The cache to use.  [default: HF_HUB_CACHE]")
@option("-v", "--verbose", "revisions", is_flag=True, help="One row for each revision.")
@pass_app
def scan_command(app: App, cache_dir: str | None, revisions: bool) -> None:
    """The old name of `hf cache ls`."""
    from ..listing import ListRequest, list_cache
    from ..places import cache_path

    list_cache(app.output, ListRequest(cache_path(app, cache_dir), cache_dir is not None, revisions))
