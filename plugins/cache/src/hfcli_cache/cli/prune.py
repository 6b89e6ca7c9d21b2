"""``hf cache prune``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import command, pass_app

from .options import cache_dir_option, dry_run_option, yes_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("prune")
@cache_dir_option
@dry_run_option
@yes_option
@pass_app
def prune_command(app: App, *, cache_dir: str | None, dry_run: bool, yes: bool) -> None:
    """Delete what no branch and no tag reaches.

    That is revisions, among them those of pull requests, what interrupted downloads left, and blobs that no revision
    refers to. What another process is using stays.
    """
    from ..places import cache_path
    from ..prune import PruneRequest, prune

    prune(app.output, PruneRequest(cache_path(app, cache_dir), cache_dir is not None, dry_run, yes))
