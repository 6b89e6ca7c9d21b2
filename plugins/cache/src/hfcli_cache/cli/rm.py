"""``hf cache rm``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

from .options import cache_dir_option, dry_run_option, yes_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("rm")
@argument("targets", nargs=-1)
@cache_dir_option
@dry_run_option
@yes_option
@pass_app
def rm_command(app: App, *, targets: tuple[str, ...], cache_dir: str | None, dry_run: bool, yes: bool) -> None:
    """Delete repos, revisions and files from the cache.

    TARGETS are ids (model/gpt2), patterns of them ('dataset/*'), the first digits of a revision's hash, or addresses
    such as hf://gpt2/model.safetensors, which mean the file in every cached revision, and in one with @REVISION. A -
    reads them from standard input, one a line.

    \b
    Examples:
      hf cache rm model/gpt2 8f3ad1c --dry-run
      hf cache ls --filter "accessed>1y" -q | hf cache rm - -y
    """
    from ..places import cache_path
    from ..remove import RemoveRequest, remove

    words = [word for target in targets for word in (sys.stdin.read().split("\n") if target == "-" else [target])]
    named = tuple(word.strip() for word in words if word.strip())
    remove(app.output, RemoveRequest(cache_path(app, cache_dir), named, cache_dir is not None, dry_run, yes))
