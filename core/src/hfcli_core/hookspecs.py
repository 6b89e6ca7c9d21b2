"""The hooks of a plugin. Each example runs as it stands in the test of this module.

Static hooks take no arguments, do no I/O and return an iterable of specs or None: their answers are kept in an index,
so that ``hf --help`` and completion run no plugin code. The others are called one plugin at a time; what one raises
never reaches the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx

    from hfcli_core.app import App
    from hfcli_core.errors import HfError
    from hfcli_core.specs import (
        AuthProviderSpec,
        CommandSpec,
        Invocation,
        Outcome,
        OutputFormatSpec,
        RequestInfo,
        ServiceSpec,
        SettingSpec,
        StorageBackendSpec,
    )

hookspec = pluggy.HookspecMarker("hf")
hookimpl = pluggy.HookimplMarker("hf")


@hookspec
def hf_commands() -> Iterable[CommandSpec] | None:
    """Add commands or groups, also below another plugin's extensible group.

    Example::

        from hfcli_core.api import CommandSpec, hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_commands():
            return [CommandSpec("hello", help="Greet somebody", target="hf_hello.cli:hello")]
    """


@hookspec
def hf_auth_providers() -> Iterable[AuthProviderSpec] | None:
    """Add sources of tokens.

    Example::

        from hfcli_core.api import AuthProviderSpec, hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_auth_providers():
            return [AuthProviderSpec("vault", target="hf_vault.provider:Vault", priority=250, help="The team's vault")]
    """


@hookspec
def hf_storage_backends() -> Iterable[StorageBackendSpec] | None:
    """Add ways to read or write blobs; every blob is verified by its hash, so a mirror need not be trusted.

    Example::

        from hfcli_core.api import StorageBackendSpec, hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_storage_backends():
            return [StorageBackendSpec("lan", target="hf_lan.backend:Lan", priority=50, uses_session=True)]
    """


@hookspec
def hf_services() -> Iterable[ServiceSpec] | None:
    """Offer the implementation of a protocol that the core declares.

    Example::

        from hfcli_core.api import ServiceSpec, hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_services():
            return [ServiceSpec("transfer", target="hf_fast.engine:FastTransfer")]
    """


@hookspec
def hf_settings() -> Iterable[SettingSpec] | None:
    """Declare settings, which then work in ``config.toml``, in the environment and in ``hf config list``.

    Example::

        from hfcli_core.api import SettingSpec, hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_settings():
            return [SettingSpec("lint.level", help="How strict", default="warn", env=("HF_LINT_LEVEL",))]
    """


@hookspec
def hf_output_formats() -> Iterable[OutputFormatSpec] | None:
    """Add values of ``--format``.

    Example::

        from hfcli_core.api import OutputFormatSpec, hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_output_formats():
            return [OutputFormatSpec("yaml", target="hf_yaml:render", help="YAML documents")]
    """


@hookspec
def hf_env_info(app: App) -> Mapping[str, str] | None:
    """Add rows to ``hf env``.

    Example::

        from hfcli_core.api import hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_env_info(app):
            return {"Proxy of the company": "on"}
    """


@hookspec
def hf_before_command(invocation: Invocation) -> None:
    """Look at a command before it runs; raise ``CommandDenied`` to refuse it. Any other exception refuses it too.

    Example::

        from hfcli_core.api import CommandDenied, hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_before_command(invocation):
            if invocation.command[:1] == ("upload",):
                raise CommandDenied("uploads are closed until Monday")
    """


@hookspec
def hf_after_command(invocation: Invocation, outcome: Outcome) -> None:
    """Look at how a command ended, for an audit log or for metrics.

    Example::

        from hfcli_core.api import hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_after_command(invocation, outcome):
            print(" ".join(invocation.command), outcome.exit_code)
    """


@hookspec
def hf_error_hints(error: HfError) -> Iterable[str] | None:
    """Add hints to a failed command.

    Example::

        from hfcli_core.api import NetworkError, hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_error_hints(error):
            return ["is the VPN on?"] if isinstance(error, NetworkError) else None
    """


@hookspec
def hf_request_headers(request: RequestInfo) -> Mapping[str, str] | None:
    """Add headers to requests to the Hub; ``authorization`` and ``cookie`` are never taken.

    Example::

        from hfcli_core.api import hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_request_headers(request):
            return {"X-Team": "research"}
    """


@hookspec(firstresult=True)
def hf_http_transport(endpoint: str) -> httpx.BaseTransport | None:
    """Give the transport for an endpoint; asked only of the distribution that the setting ``http.transport`` names.

    Example::

        from hfcli_core.api import hookimpl

        HF_PLUGIN_API = 1

        @hookimpl
        def hf_http_transport(endpoint):
            import httpx

            return httpx.HTTPTransport(cert="client.pem")
    """
