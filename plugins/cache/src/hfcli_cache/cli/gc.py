"""``hf cache gc``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, option, pass_app

from .options import cache_dir_option, dry_run_option, yes_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("gc")
@option("--max-size", metavar="SIZE", help="Delete until the cache is no larger: 200g, 1.5tb.")
@option("--max-age", metavar="AGE", help="Delete revisions that were not used for so long: 90d, 6mo.")
@cache_dir_option
@dry_run_option
@yes_option
@pass_app
def gc_command(
    app: App, *, max_size: str | None, max_age: str | None, cache_dir: str | None, dry_run: bool, yes: bool
) -> None:
    """Keep the cache within bounds.

    Unfinished downloads and unused blobs always go; then revisions that are too old; then, while the cache is too
    large, revisions that no branch or tag reaches and whole repos, the least recently used first.
    """
    from ..collect import CollectRequest, collect
    from ..places import cache_path
    from ..units import parse_age, parse_size

    request = CollectRequest(
        cache_path(app, cache_dir),
        cache_dir is not None,
        max_size=None if max_size is None else parse_size(max_size),
        max_age=None if max_age is None else parse_age(max_age),
        dry_run=dry_run,
        yes=yes,
    )
    collect(app.output, request)
