"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import CommandSpec, ServiceSpec, StorageBackendSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands() -> list[CommandSpec]:
    return [
        CommandSpec(
            "download", help="Download files from the Hub", target="hfcli_transfer.cli.download:download_command"
        ),
        CommandSpec(
            "upload", help="Upload a file or a folder to the Hub", target="hfcli_transfer.cli.upload:upload_command"
        ),
        CommandSpec(
            "upload-large-folder",
            help="Upload a folder of any size",
            target="hfcli_transfer.cli.upload_large_folder:upload_large_folder_command",
            hidden=True,
        ),
        CommandSpec(
            "lfs-enable-largefiles",
            help="Have git-lfs push very large files",
            target="hfcli_transfer.cli.lfs:enable_command",
            hidden=True,
        ),
        CommandSpec(
            "lfs-multipart-upload",
            help="Send objects for git-lfs",
            target="hfcli_transfer.cli.lfs:agent_command",
            hidden=True,
        ),
    ]


@hookimpl
def hf_storage_backends() -> list[StorageBackendSpec]:
    at = "hfcli_transfer.backends"
    return [
        StorageBackendSpec("http", target=f"{at}.http:HttpBackend", uses_session=True),
        StorageBackendSpec("lfs", target=f"{at}.lfs:LfsBackend", reads=False, writes=True, uses_session=True),
    ]


@hookimpl
def hf_services() -> list[ServiceSpec]:
    return [ServiceSpec("transfer", target="hfcli_transfer.service:Transfer")]
