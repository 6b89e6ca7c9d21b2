"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import CommandSpec, SettingSpec, StorageBackendSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands() -> list[CommandSpec]:
    at = "hfcli_cache.cli"
    return [
        CommandSpec("cache", help="What the cache on this machine holds", extensible=True),
        CommandSpec("cache.ls", help="List cached repos or revisions", target=f"{at}.ls:ls_command", aliases=("list",)),
        CommandSpec("cache.rm", help="Delete repos, revisions or files", target=f"{at}.rm:rm_command"),
        CommandSpec("cache.prune", help="Delete what no branch or tag reaches", target=f"{at}.prune:prune_command"),
        CommandSpec("cache.verify", help="Compare files with the Hub's hashes", target=f"{at}.verify:verify_command"),
        CommandSpec("cache.du", help="Show who owns the bytes", target=f"{at}.du:du_command"),
        CommandSpec("cache.gc", help="Keep the cache within bounds", target=f"{at}.gc:gc_command"),
        CommandSpec("scan-cache", help="List cached repos", target=f"{at}.ls:scan_command", hidden=True),
        CommandSpec("delete-cache", help="Choose what to delete", target=f"{at}.delete:delete_command", hidden=True),
    ]


@hookimpl
def hf_storage_backends() -> list[StorageBackendSpec]:
    # Its place among the others comes from what it costs, which is less than any network.
    return [
        StorageBackendSpec("layers", target="hfcli_cache.layers:LayersBackend", priority=-1, setting="cache.layers")
    ]


@hookimpl
def hf_settings() -> list[SettingSpec]:
    return [
        SettingSpec(
            "cache.layers",
            "Caches of others, such as one of the site, to copy from before the network is asked",
            kind="names",
            default=None,
            env=("HFCLI_CACHE_LAYERS",),
        )
    ]
