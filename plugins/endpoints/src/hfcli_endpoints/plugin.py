"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands() -> list[CommandSpec]:
    return []
