"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands() -> list[CommandSpec]:
    return [
        CommandSpec("auth", help="Who you are on the Hub", extensible=True),
        CommandSpec("auth.whoami", help="Show who is logged in", target="hfcli_auth.cli.whoami:whoami_command"),
        CommandSpec("whoami", help="Show who is logged in", target="hfcli_auth.cli.whoami:whoami_command", hidden=True),
    ]
