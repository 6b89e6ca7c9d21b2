"""``hf cache du``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, pass_app

from .options import cache_dir_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("du")
@cache_dir_option
@pass_app
def du_command(app: App, cache_dir: str | None) -> None:
    """Show who owns the bytes: repos, leftovers, locks, the caches of xet and of other libraries."""
    from ..places import cache_path
    from ..usage import show_usage

    show_usage(app, cache_path(app, cache_dir), must_exist=cache_dir is not None)
