"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import CommandSpec, SettingSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands() -> list[CommandSpec]:
    at = "hfcli_endpoints.cli"
    return [
        CommandSpec("endpoints", help="Run models as a service", aliases=("inference-endpoints",), extensible=True),
        CommandSpec("endpoints.ls", help="List endpoints", target=f"{at}.ls:ls_command", aliases=("list",)),
        CommandSpec("endpoints.deploy", help="Deploy a repo", target=f"{at}.deploy:deploy_command"),
        CommandSpec("endpoints.describe", help="Show one endpoint", target=f"{at}.describe:describe_command"),
        CommandSpec("endpoints.wait", help="Wait until an endpoint runs", target=f"{at}.wait:wait_command"),
        CommandSpec("endpoints.update", help="Change an endpoint", target=f"{at}.update:update_command"),
        CommandSpec("endpoints.pause", help="Stop an endpoint and its cost", target=f"{at}.pause:pause_command"),
        CommandSpec("endpoints.resume", help="Start a paused endpoint", target=f"{at}.resume:resume_command"),
        CommandSpec(
            "endpoints.scale-to-zero",
            help="Stop an endpoint until the next request",
            target=f"{at}.scale_to_zero:scale_to_zero_command",
        ),
        CommandSpec("endpoints.delete", help="Delete an endpoint", target=f"{at}.delete:delete_command"),
        CommandSpec("endpoints.hardware", help="List hardware and prices", target=f"{at}.hardware:hardware_command"),
        CommandSpec("endpoints.catalog", help="Models with tested recipes"),
        CommandSpec(
            "endpoints.catalog.ls", help="List recipes", target=f"{at}.catalog_ls:ls_command", aliases=("list",)
        ),
        CommandSpec("endpoints.catalog.deploy", help="Deploy a recipe", target=f"{at}.catalog_deploy:deploy_command"),
        CommandSpec("endpoints.list-catalog", help="List recipes", target=f"{at}.catalog_ls:ls_command", hidden=True),
    ]


@hookimpl
def hf_settings() -> list[SettingSpec]:
    return [
        SettingSpec(
            "endpoints.api",
            help="Address of the Inference Endpoints service",
            default="https://api.endpoints.huggingface.cloud/v2",
            env=("HF_ENDPOINTS_API",),
        ),
        SettingSpec(
            "endpoints.catalog",
            help="Address of the catalog of Inference Endpoints",
            default="https://endpoints.huggingface.co/api/v1/catalog",
            env=("HF_ENDPOINTS_CATALOG",),
        ),
    ]
