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
