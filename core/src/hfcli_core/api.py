"""All that a plugin may import. Names are resolved on first use, so that a plugin's manifest costs almost nothing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hfcli_core.errors import (
        AuthenticationError as AuthenticationError,
        BusyError as BusyError,
        CommandDenied as CommandDenied,
        ConflictError as ConflictError,
        EntryNotFoundError as EntryNotFoundError,
        GatedRepoError as GatedRepoError,
        HfError as HfError,
        HubTimeoutError as HubTimeoutError,
        IntegrityError as IntegrityError,
        LocalStorageError as LocalStorageError,
        NetworkError as NetworkError,
        NotFoundError as NotFoundError,
        NothingMatchedError as NothingMatchedError,
        OfflineError as OfflineError,
        PartialFailure as PartialFailure,
        RateLimitedError as RateLimitedError,
        RepoNotFoundError as RepoNotFoundError,
        RevisionNotFoundError as RevisionNotFoundError,
        UnsafeInputError as UnsafeInputError,
        UsageError as UsageError,
    )
    from hfcli_core.hookspecs import hookimpl as hookimpl
    from hfcli_core.output.console import Output as Output
    from hfcli_core.output.escaping import (
        escape as escape,
        escape_lines as escape_lines,
    )
    from hfcli_core.output.formats import Format as Format
    from hfcli_core.output.progress import Progress as Progress
    from hfcli_core.output.prompts import Aborted as Aborted
    from hfcli_core.output.sizes import (
        format_age as format_age,
        format_bytes_exact as format_bytes_exact,
        format_duration as format_duration,
        format_size as format_size,
    )
    from hfcli_core.output.tables import Column as Column
    from hfcli_core.settings import (
        ASSETS_CACHE as ASSETS_CACHE,
        CA_BUNDLE as CA_BUNDLE,
        CONNECT_TIMEOUT as CONNECT_TIMEOUT,
        DEBUG as DEBUG,
        DISABLED_PLUGINS as DISABLED_PLUGINS,
        DISABLE_EXPERIMENTAL_WARNING as DISABLE_EXPERIMENTAL_WARNING,
        DISABLE_IMPLICIT_TOKEN as DISABLE_IMPLICIT_TOKEN,
        DISABLE_PROGRESS_BARS as DISABLE_PROGRESS_BARS,
        DISABLE_SHARED_BLOBS as DISABLE_SHARED_BLOBS,
        DISABLE_SYMLINKS as DISABLE_SYMLINKS,
        DISABLE_SYMLINKS_WARNING as DISABLE_SYMLINKS_WARNING,
        DISABLE_TELEMETRY as DISABLE_TELEMETRY,
        DISABLE_XET as DISABLE_XET,
        DOWNLOAD_TIMEOUT as DOWNLOAD_TIMEOUT,
        ENDPOINT as ENDPOINT,
        ETAG_TIMEOUT as ETAG_TIMEOUT,
        HF_HOME as HF_HOME,
        HTTP_TRANSPORT as HTTP_TRANSPORT,
        HUB_CACHE as HUB_CACHE,
        LOCK_TIMEOUT as LOCK_TIMEOUT,
        MAX_OUTAGE as MAX_OUTAGE,
        OFFICIAL_ENDPOINT as OFFICIAL_ENDPOINT,
        OFFLINE as OFFLINE,
        OIDC_RESOURCE as OIDC_RESOURCE,
        Settings as Settings,
        TOKEN as TOKEN,
        TOKEN_FILE as TOKEN_FILE,
        TOKEN_PATH as TOKEN_PATH,
        USER_AGENT_ORIGIN as USER_AGENT_ORIGIN,
        XDG_CACHE_HOME as XDG_CACHE_HOME,
        XET_CACHE as XET_CACHE,
        XET_HIGH_PERFORMANCE as XET_HIGH_PERFORMANCE,
    )
    from hfcli_core.settings_types import Setting as Setting
    from hfcli_core.specs import (
        AuthProviderSpec as AuthProviderSpec,
        CommandSpec as CommandSpec,
        DoctorCheckSpec as DoctorCheckSpec,
        Invocation as Invocation,
        Outcome as Outcome,
        OutputFormatSpec as OutputFormatSpec,
        RequestInfo as RequestInfo,
        ServiceSpec as ServiceSpec,
        SettingSpec as SettingSpec,
        StorageBackendSpec as StorageBackendSpec,
    )

_HOMES = {
    "hfcli_core.errors": (
        "AuthenticationError BusyError CommandDenied ConflictError EntryNotFoundError GatedRepoError HfError "
        "HubTimeoutError IntegrityError LocalStorageError NetworkError NotFoundError NothingMatchedError OfflineError "
        "PartialFailure RateLimitedError RepoNotFoundError RevisionNotFoundError UnsafeInputError UsageError"
    ),
    "hfcli_core.hookspecs": "hookimpl",
    "hfcli_core.output.console": "Output",
    "hfcli_core.output.escaping": "escape escape_lines",
    "hfcli_core.output.formats": "Format",
    "hfcli_core.output.progress": "Progress",
    "hfcli_core.output.prompts": "Aborted",
    "hfcli_core.output.sizes": "format_age format_bytes_exact format_duration format_size",
    "hfcli_core.output.tables": "Column",
    "hfcli_core.settings": (
        "ASSETS_CACHE CA_BUNDLE CONNECT_TIMEOUT DEBUG DISABLED_PLUGINS DISABLE_EXPERIMENTAL_WARNING "
        "DISABLE_IMPLICIT_TOKEN DISABLE_PROGRESS_BARS DISABLE_SHARED_BLOBS DISABLE_SYMLINKS DISABLE_SYMLINKS_WARNING "
        "DISABLE_TELEMETRY DISABLE_XET DOWNLOAD_TIMEOUT ENDPOINT ETAG_TIMEOUT HF_HOME HTTP_TRANSPORT HUB_CACHE "
        "LOCK_TIMEOUT MAX_OUTAGE OFFICIAL_ENDPOINT OFFLINE OIDC_RESOURCE Settings TOKEN TOKEN_FILE TOKEN_PATH "
        "USER_AGENT_ORIGIN XDG_CACHE_HOME XET_CACHE XET_HIGH_PERFORMANCE"
    ),
    "hfcli_core.settings_types": "Setting",
    "hfcli_core.specs": (
        "AuthProviderSpec CommandSpec DoctorCheckSpec Invocation Outcome OutputFormatSpec RequestInfo ServiceSpec "
        "SettingSpec StorageBackendSpec"
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605  derived from the one table of names


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_HOME_OF)
