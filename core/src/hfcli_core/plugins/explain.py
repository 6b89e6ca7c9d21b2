"""Why a command or a service is missing: not installed, switched off, denied, broken, or not built yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.errors import CommandDenied, HfError, UsageError
from hfcli_core.plugins.loading import PluginBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hfcli_core.plugins.manager import PluginRow

_COMMANDS = {
    "hfcli-auth": "auth login logout whoami",
    "hfcli-transfer": "download upload upload-large-folder lfs-enable-largefiles lfs-multipart-upload",
    "hfcli-repos": "repo repos repo-files tag",
    "hfcli-cache": "cache scan-cache delete-cache",
    "hfcli-jobs": "jobs",
    "hfcli-endpoints": "endpoints inference-endpoints",
    "hfcli-hub": "hub",
}
FIRST_PARTY = {command: distribution for distribution, names in _COMMANDS.items() for command in names.split()}
"""Which distribution has a command, for commands whose plugin is not installed."""

_WAYS_BACK = {
    "--no-plugins": "leave out --no-plugins",
    "plugins.disabled": "`hf config list --show-origin` shows where this is set",
}

SERVICES = {"transfer": "hfcli-transfer"}
"""Which distribution offers a protocol of the core."""

BACKENDS = {"xet": "hfcli-xet", "layers": "hfcli-cache"}
"""Which distribution has a storage backend that not every selection of plugins has."""

OFFICIAL_ONLY = frozenset(
    {
        *("buckets", "collections", "cp", "datasets", "discussions", "extensions", "ext", "models", "papers"),
        *("sandbox", "skills", "spaces", "sync", "update", "webhooks"),
    }
)
"""Commands of the official client that no plugin of ours has yet (surface.md Part II)."""


def explain_unknown(name: str, rows: Sequence[PluginRow]) -> HfError | None:
    """Why there is no command of this name at the top level; None when nothing is known about the name.

    ``UsageError`` where it is not installed, switched off or not built; ``CommandDenied`` where a policy denies it;
    ``PluginBroken`` where its plugin does not load.
    """
    distribution = FIRST_PARTY.get(name)
    for row in rows:
        if name in row.commands or (not row.commands and name in row.name.split(", ")):
            distribution = row.distribution
            break
    if distribution is not None:
        return explain_missing(f"hf {name}", distribution, rows)
    if name in OFFICIAL_ONLY:
        return UsageError(
            f"hf {name} is a command of huggingface_hub's hf that this one does not have yet",
            hint="hf api reaches everything that the Hub offers",
        )
    return None


def explain_missing(what: str, distribution: str, rows: Sequence[PluginRow]) -> HfError | None:
    """Why ``what``, which this distribution has, is not there; None when the plugin is there and lacks it."""
    found = [row for row in rows if row.distribution == distribution and row.state != "shadowed"]
    if not found:
        return UsageError(
            f"{what} comes with the plugin {distribution}, which is not installed",
            hint=f"pip install {distribution}",
        )
    row = found[0]
    if row.state == "broken":
        return PluginBroken(row.distribution, row.version, row.cause or "unknown", what=what)
    if row.state == "denied":
        return CommandDenied(f"{what} comes with the plugin {distribution}, which is denied: {row.cause}")
    if row.state == "disabled":
        return UsageError(
            f"{what} comes with the plugin {distribution}, which is disabled: {row.cause}",
            hint=_WAYS_BACK.get(row.cause or ""),
        )
    return None
