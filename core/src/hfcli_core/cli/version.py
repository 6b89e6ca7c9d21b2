"""``hf version``"""

from __future__ import annotations

import sys

from hfcli_core import __version__
from hfcli_core.app import App
from hfcli_core.cli.options import command, pass_app


@command()
@pass_app
def version(app: App) -> None:
    """Print the version of hfcli.

    With --json also the version of Python and those of the installed plugins.
    """
    plugins = {row.distribution: row.version for row in app.plugins.rows() if row.state != "shadowed"}
    data = {"version": __version__, "python": sys.version.split()[0], "plugins": plugins}
    app.output.result(__version__, data, quiet=__version__)
