"""``hf hub start``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import command, pass_app

from hfcli_hub.cli.serve import serve_options, tls_pair

if TYPE_CHECKING:
    from pathlib import Path

    from hfcli_core.api import App


@command("start")
@serve_options
@pass_app
def start_command(app: App, /, tls_cert: Path | None, tls_key: Path | None, **options: Any) -> None:
    """Run a Hub in the background. `hf hub stop` ends it."""
    from hfcli_hub.background import start
    from hfcli_hub.serving import ServeOptions, introduce

    wanted = ServeOptions(tls=tls_pair(tls_cert, tls_key), **options)
    introduce(*start(wanted), wanted.data, app.output)
