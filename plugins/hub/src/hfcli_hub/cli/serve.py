"""``hf hub serve``, and the options that ``hf hub start`` shares with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from hfcli_core.api import IntRange, UsageError, command, option, pass_app

from hfcli_hub.cli.options import FILE, data_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hfcli_core.api import App

F = TypeVar("F", bound="Callable[..., Any]")

_PORT = IntRange(0, 65535)
_OPTIONS = (
    option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="The address to listen on."),
    option("--port", type=_PORT, metavar="PORT", default=8077, show_default=True, help="0 takes any free port."),
    option(
        "--content-port", type=_PORT, metavar="PORT", default=0, help="The port for large files.  [default: a free one]"
    ),
    option("--public-host", metavar="NAME", help="The name that clients reach the host by.  [default: the host]"),
    option("--allow-remote", is_flag=True, help="Listen on an address that other machines can reach."),
    option("--tls-cert", type=FILE, metavar="FILE", help="Serve HTTPS with this certificate chain (PEM)."),
    option("--tls-key", type=FILE, metavar="FILE", help="The certificate's private key (PEM)."),
    option("--insecure", is_flag=True, help="Let tokens cross the network unencrypted."),
    option(
        "--faults", type=FILE, metavar="FILE", help="Do to requests what the rules in this file say (TOML or JSON)."
    ),
    option("--user", metavar="NAME", help="On the first start, the name of the first user.  [default: yours]"),
    option("--jobs", is_flag=True, help="Run jobs: programs of everybody with a write token, as you, on this machine."),
    data_option,
)


def serve_options(function: F) -> F:
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function


def tls_pair(cert: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    """Both files or none; :class:`UsageError` for one alone."""
    if cert and key:
        return cert, key
    if cert or key:
        raise UsageError("--tls-cert and --tls-key belong together")
    return None


@command("serve")
@serve_options
@option("--open", "open_browser", is_flag=True, help="Open the Hub in a browser.")
@pass_app
def serve_command(app: App, /, tls_cert: Path | None, tls_key: Path | None, **options: Any) -> None:
    """Run a Hub in the foreground, until Ctrl-C.

    The first start makes the data directory, a user and a token, and shows how to use them.
    """
    from hfcli_hub.serving import ServeOptions, serve

    serve(ServeOptions(tls=tls_pair(tls_cert, tls_key), **options), app.output)
