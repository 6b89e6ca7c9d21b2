"""All that a plugin may import. Names are resolved on first use, so that a plugin's manifest costs almost nothing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hfcli_core.errors import (
        AuthenticationError,
        BusyError,
        CommandDenied,
        ConflictError,
        EntryNotFoundError,
        GatedRepoError,
        HfError,
        HubTimeoutError,
        IntegrityError,
        LocalStorageError,
        NetworkError,
        NotFoundError,
        NothingMatchedError,
        OfflineError,
        PartialFailure,
        RateLimitedError,
        RepoNotFoundError,
        RevisionNotFoundError,
        UnsafeInputError,
        UsageError,
    )
    from hfcli_core.hookspecs import hookimpl
    from hfcli_core.specs import (
        AuthProviderSpec,
        CommandSpec,
        DoctorCheckSpec,
        Invocation,
        Outcome,
        OutputFormatSpec,
        RequestInfo,
        ServiceSpec,
        SettingSpec,
        StorageBackendSpec,
    )

_HOMES = {
    "hfcli_core.errors": (
        "AuthenticationError BusyError CommandDenied ConflictError EntryNotFoundError GatedRepoError HfError HubTimeoutError "
        "IntegrityError LocalStorageError NetworkError NotFoundError NothingMatchedError OfflineError PartialFailure "
        "RateLimitedError RepoNotFoundError RevisionNotFoundError UnsafeInputError UsageError"
    ),
    "hfcli_core.hookspecs": "hookimpl",
    "hfcli_core.specs": (
        "AuthProviderSpec CommandSpec DoctorCheckSpec Invocation Outcome OutputFormatSpec RequestInfo ServiceSpec "
        "SettingSpec StorageBackendSpec"
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [  # noqa: PLE0604  one table, kept beside where each name lives
    *_HOME_OF,
]


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_HOME_OF)
