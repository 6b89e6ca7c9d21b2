"""``hf hub serve``: a Hub in the foreground, until a signal ends it."""

from __future__ import annotations

import ipaddress
import os
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hfcli_core.api import ConflictError, UsageError

from hfcli_hub.endpoints import addresses
from hfcli_hub.faults.files import load_rules
from hfcli_hub.home import HubHome, RunningServer, ensure_owner, usable
from hfcli_hub.process import HubServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hfcli_core.api import Output

    from hfcli_hub.home import Owner

DEFAULT_PORT = 8077


@dataclass(frozen=True)
class ServeOptions:
    """``port`` 0: any free one. ``tls``: a certificate chain and its key."""

    data: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    content_port: int = 0
    public_host: str | None = None
    user: str | None = None
    faults: Path | None = None
    tls: tuple[Path, Path] | None = None
    allow_remote: bool = False
    insecure: bool = False
    jobs: bool = False
    open_browser: bool = False


def serve(options: ServeOptions, output: Output) -> None:
    """Serve until a signal comes; print the address, the user and, the first time, the token."""
    with suppress(KeyboardInterrupt), served(options) as (running, owner):
        introduce(running, owner, options.data, output)
        if options.open_browser:
            import webbrowser

            webbrowser.open(running.endpoint)
        output.note("Press Ctrl-C to stop.")
        threading.Event().wait()


@contextmanager
def served(options: ServeOptions) -> Iterator[tuple[RunningServer, Owner]]:
    """A server on the data directory, in this process, that others can find; and the owner of the Hub."""
    check_reach(options)
    rules = load_rules(options.faults) if options.faults else []
    if options.tls and any(rule.do.layer == "tcp" for rule in rules):
        raise UsageError("faults below HTTP cannot be made on a TLS connection", hint="leave out the TLS files")
    home = HubHome(options.data)
    with home.claim():
        with usable(home.data):
            server = HubServer(
                home.data,
                host=options.host,
                port=options.port,
                content_port=options.content_port,
                public_host=options.public_host,
                faults=rules,
                tls=options.tls,
                jobs=options.jobs,
            )
        try:
            owner = ensure_owner(server.hub, options.user)
            _start(server, options)
            running = RunningServer(os.getpid(), server.endpoint, server.content_url)
            home.announce(running)
            yield running, owner
        finally:
            server.stop()


def check_reach(options: ServeOptions) -> None:
    """Refuse to listen beyond this machine without a word that it is meant, and without encryption unless that is."""
    if _is_loopback(options.host):
        return
    if not options.allow_remote:
        raise UsageError(
            f"{options.host} can be reached from other machines", hint="pass --allow-remote if that is meant"
        )
    if options.tls is None and not options.insecure:
        raise UsageError(
            "tokens would cross the network unencrypted",
            hint="pass --tls-cert and --tls-key, or --insecure if nobody else can listen",
        )


def introduce(running: RunningServer, owner: Owner, data: Path, output: Output) -> None:
    """Say where the Hub is, and how it is used."""
    new_token = f"hf hub token create {owner.name}"
    lines = [f"Hub at {running.endpoint}", f"Data in {data}", "", f"User: {owner.name}"]
    if owner.token:
        lines.append(f"Token: {owner.token}  (shown only now; `{new_token}` makes another)")
    variables = client_environment(running.endpoint, owner.token or f"$({new_token} --quiet)")
    lines += ["", "To use it:", *(f"  export {name}={value}" for name, value in variables.items())]
    output.result(
        "\n".join(lines),
        {
            "endpoint": running.endpoint,
            "content_url": running.content_url,
            "user": owner.name,
            "token": owner.token,
            "data": str(data),
            "pid": running.pid,
        },
        quiet=running.endpoint,
    )


def client_environment(endpoint: str, token: str) -> dict[str, str]:
    """The variables that make any client of the Hub use this one.

    huggingface_hub 2 does not ask whether a Hub has Xet storage before it uploads to it, and this one has none.
    """
    return {
        "HF_ENDPOINT": endpoint,
        "HF_TOKEN": token,
        "HF_HUB_DISABLE_XET": "1",
        **addresses.variables(endpoint),
    }


def _start(server: HubServer, options: ServeOptions) -> None:
    try:
        server.start()
    except ssl.SSLError as error:
        raise UsageError(f"the certificate and the key cannot be used: {error.reason or error}") from None
    except OSError as error:
        raise ConflictError(
            f"cannot listen on {options.host} port {options.port}: {error.strerror or error}",
            hint="--port 0 takes any free port",
        ) from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
