"""``hf lfs-enable-largefiles`` and ``hf lfs-multipart-upload``: for people who push with git."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("lfs-enable-largefiles")
@argument("path")
@pass_app
def enable_command(app: App, *, path: str) -> None:
    """Have git-lfs push files of more than 5 GB of the clone at PATH through this program."""
    from ..upload.lfs_agent import enable

    enable(Path(path))
    app.output.result("Local repo set up for largefiles", {"path": path})


@command("lfs-multipart-upload")
@pass_app
def agent_command(app: App) -> None:
    """Send objects for git-lfs, which talks to this command by its standard input and output."""
    from ..upload.lfs_agent import lines_of, serve

    with app.session() as session:
        if not serve(session, lines_of(sys.stdin), sys.stdout):
            sys.exit(1)
