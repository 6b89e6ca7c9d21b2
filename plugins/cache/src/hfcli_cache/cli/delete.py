"""``hf delete-cache``, as choosing what to delete was called before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, option, pass_app

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("delete-cache")
@option("--dir", "cache_dir", metavar="DIR", help="The cache to use.  [default: HF_HUB_CACHE]")
@pass_app
def delete_command(app: App, cache_dir: str | None) -> None:
    """Show the revisions in the cache, and delete those that are then named; scripts use `hf cache rm`."""
    from ..listing import ListRequest, list_cache
    from ..places import cache_path
    from ..remove import RemoveRequest, remove

    cache = cache_path(app, cache_dir)
    list_cache(app.output, ListRequest(cache, cache_dir is not None, revisions=True))
    words = app.output.ask("Delete which (ids, or digits of revisions)", flag="ids to hf cache rm")
    remove(app.output, RemoveRequest(cache, tuple(words.split()), cache_dir is not None))
