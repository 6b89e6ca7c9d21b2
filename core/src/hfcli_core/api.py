"""All that a plugin may import. Names are resolved on first use, so that a plugin's manifest costs almost nothing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from click import (
        UNPROCESSED as UNPROCESSED,
    )
    from click import (
        Choice as Choice,
    )
    from click import (
        FloatRange as FloatRange,
    )
    from click import (
        IntRange as IntRange,
    )
    from click import (
        Path as Path,
    )
    from click import (
        argument as argument,
    )
    from click import (
        group as group,
    )
    from click import (
        option as option,
    )
    from click import (
        pass_context as pass_context,
    )

    from hfcli_core.app import App as App
    from hfcli_core.auth.provider import AuthProvider as AuthProvider
    from hfcli_core.auth.provider import Token as Token
    from hfcli_core.auth.resolver import Credentials as Credentials
    from hfcli_core.auth.token_file import record_endpoint as record_endpoint
    from hfcli_core.auth.token_file import same_endpoint as same_endpoint
    from hfcli_core.auth.token_file import stored_tokens as stored_tokens
    from hfcli_core.auth.token_file import write_private as write_private
    from hfcli_core.auth.token_file import write_token_file as write_token_file
    from hfcli_core.cli.options import (
        REPO_TYPES as REPO_TYPES,
    )
    from hfcli_core.cli.options import (
        command as command,
    )
    from hfcli_core.cli.options import (
        pass_app as pass_app,
    )
    from hfcli_core.cli.options import (
        progress_option as progress_option,
    )
    from hfcli_core.cli.options import (
        repo_type_option as repo_type_option,
    )
    from hfcli_core.cli.options import (
        secret_option as secret_option,
    )
    from hfcli_core.cli.options import (
        token_option as token_option,
    )
    from hfcli_core.cli.passthrough import PassthroughCommand as PassthroughCommand
    from hfcli_core.errors import (
        AuthenticationError as AuthenticationError,
    )
    from hfcli_core.errors import (
        BusyError as BusyError,
    )
    from hfcli_core.errors import (
        CommandDenied as CommandDenied,
    )
    from hfcli_core.errors import (
        ConflictError as ConflictError,
    )
    from hfcli_core.errors import (
        EntryNotFoundError as EntryNotFoundError,
    )
    from hfcli_core.errors import (
        GatedRepoError as GatedRepoError,
    )
    from hfcli_core.errors import (
        HfError as HfError,
    )
    from hfcli_core.errors import (
        HubTimeoutError as HubTimeoutError,
    )
    from hfcli_core.errors import (
        IntegrityError as IntegrityError,
    )
    from hfcli_core.errors import (
        LocalStorageError as LocalStorageError,
    )
    from hfcli_core.errors import (
        NetworkError as NetworkError,
    )
    from hfcli_core.errors import (
        NotFoundError as NotFoundError,
    )
    from hfcli_core.errors import (
        NothingMatchedError as NothingMatchedError,
    )
    from hfcli_core.errors import (
        OfflineError as OfflineError,
    )
    from hfcli_core.errors import (
        PartialFailure as PartialFailure,
    )
    from hfcli_core.errors import (
        RateLimitedError as RateLimitedError,
    )
    from hfcli_core.errors import (
        RepoNotFoundError as RepoNotFoundError,
    )
    from hfcli_core.errors import (
        RevisionNotFoundError as RevisionNotFoundError,
    )
    from hfcli_core.errors import (
        UnsafeInputError as UnsafeInputError,
    )
    from hfcli_core.errors import (
        UsageError as UsageError,
    )
    from hfcli_core.hookspecs import hookimpl as hookimpl
    from hfcli_core.hub.budgets import API as API
    from hfcli_core.hub.budgets import DOWNLOAD as DOWNLOAD
    from hfcli_core.hub.budgets import UPLOAD as UPLOAD
    from hfcli_core.hub.budgets import Budget as Budget
    from hfcli_core.hub.commits import SAMPLE_SIZE as SAMPLE_SIZE
    from hfcli_core.hub.commits import Addition as Addition
    from hfcli_core.hub.commits import CommitResult as CommitResult
    from hfcli_core.hub.commits import Deletion as Deletion
    from hfcli_core.hub.commits import FileAddition as FileAddition
    from hfcli_core.hub.commits import LfsAddition as LfsAddition
    from hfcli_core.hub.commits import PreuploadAnswer as PreuploadAnswer
    from hfcli_core.hub.commits import PreuploadFile as PreuploadFile
    from hfcli_core.hub.commits import create_commit as create_commit
    from hfcli_core.hub.commits import preupload as preupload
    from hfcli_core.hub.failures import AddressExpiredError as AddressExpiredError
    from hfcli_core.hub.failures import PrivateOrMissingError as PrivateOrMissingError
    from hfcli_core.hub.failures import TokenCheck as TokenCheck
    from hfcli_core.hub.redaction import redact as redact
    from hfcli_core.hub.redaction import register_secret as register_secret
    from hfcli_core.hub.refs import Repo as Repo
    from hfcli_core.hub.refs import RepoTarget as RepoTarget
    from hfcli_core.hub.refs import RepoType as RepoType
    from hfcli_core.hub.refs import checked_commit as checked_commit
    from hfcli_core.hub.refs import is_commit as is_commit
    from hfcli_core.hub.refs import parse_repo as parse_repo
    from hfcli_core.hub.refs import quote_path as quote_path
    from hfcli_core.hub.refs import quote_revision as quote_revision
    from hfcli_core.hub.repos import Ref as Ref
    from hfcli_core.hub.repos import Refs as Refs
    from hfcli_core.hub.repos import RepoInfo as RepoInfo
    from hfcli_core.hub.repos import RepoUrl as RepoUrl
    from hfcli_core.hub.repos import TreeEntry as TreeEntry
    from hfcli_core.hub.repos import WhoAmI as WhoAmI
    from hfcli_core.hub.repos import create_branch as create_branch
    from hfcli_core.hub.repos import create_repo as create_repo
    from hfcli_core.hub.repos import list_refs as list_refs
    from hfcli_core.hub.repos import list_tree as list_tree
    from hfcli_core.hub.repos import paths_info as paths_info
    from hfcli_core.hub.repos import repo_info as repo_info
    from hfcli_core.hub.repos import whoami as whoami
    from hfcli_core.hub.responses import Response as Response
    from hfcli_core.hub.responses import StreamedResponse as StreamedResponse
    from hfcli_core.hub.session import HubSession as HubSession
    from hfcli_core.output.console import Output as Output
    from hfcli_core.output.escaping import (
        escape as escape,
    )
    from hfcli_core.output.escaping import (
        escape_lines as escape_lines,
    )
    from hfcli_core.output.formats import Format as Format
    from hfcli_core.output.progress import Progress as Progress
    from hfcli_core.output.prompts import Aborted as Aborted
    from hfcli_core.output.sizes import (
        format_age as format_age,
    )
    from hfcli_core.output.sizes import (
        format_bytes_exact as format_bytes_exact,
    )
    from hfcli_core.output.sizes import (
        format_duration as format_duration,
    )
    from hfcli_core.output.sizes import (
        format_size as format_size,
    )
    from hfcli_core.output.tables import Column as Column
    from hfcli_core.plugins.loading import PluginBroken as PluginBroken
    from hfcli_core.plugins.manager import LoadedSpec as LoadedSpec
    from hfcli_core.settings import (
        ASSETS_CACHE as ASSETS_CACHE,
    )
    from hfcli_core.settings import (
        CA_BUNDLE as CA_BUNDLE,
    )
    from hfcli_core.settings import (
        CONNECT_TIMEOUT as CONNECT_TIMEOUT,
    )
    from hfcli_core.settings import (
        DEBUG as DEBUG,
    )
    from hfcli_core.settings import (
        DISABLE_EXPERIMENTAL_WARNING as DISABLE_EXPERIMENTAL_WARNING,
    )
    from hfcli_core.settings import (
        DISABLE_IMPLICIT_TOKEN as DISABLE_IMPLICIT_TOKEN,
    )
    from hfcli_core.settings import (
        DISABLE_PROGRESS_BARS as DISABLE_PROGRESS_BARS,
    )
    from hfcli_core.settings import (
        DISABLE_SHARED_BLOBS as DISABLE_SHARED_BLOBS,
    )
    from hfcli_core.settings import (
        DISABLE_SYMLINKS as DISABLE_SYMLINKS,
    )
    from hfcli_core.settings import (
        DISABLE_SYMLINKS_WARNING as DISABLE_SYMLINKS_WARNING,
    )
    from hfcli_core.settings import (
        DISABLE_TELEMETRY as DISABLE_TELEMETRY,
    )
    from hfcli_core.settings import (
        DISABLE_XET as DISABLE_XET,
    )
    from hfcli_core.settings import (
        DISABLED_PLUGINS as DISABLED_PLUGINS,
    )
    from hfcli_core.settings import (
        DOWNLOAD_TIMEOUT as DOWNLOAD_TIMEOUT,
    )
    from hfcli_core.settings import (
        ENDPOINT as ENDPOINT,
    )
    from hfcli_core.settings import (
        ETAG_TIMEOUT as ETAG_TIMEOUT,
    )
    from hfcli_core.settings import (
        HF_HOME as HF_HOME,
    )
    from hfcli_core.settings import (
        HTTP_TRANSPORT as HTTP_TRANSPORT,
    )
    from hfcli_core.settings import (
        HUB_CACHE as HUB_CACHE,
    )
    from hfcli_core.settings import (
        LOCK_TIMEOUT as LOCK_TIMEOUT,
    )
    from hfcli_core.settings import (
        MAX_OUTAGE as MAX_OUTAGE,
    )
    from hfcli_core.settings import (
        OFFICIAL_ENDPOINT as OFFICIAL_ENDPOINT,
    )
    from hfcli_core.settings import (
        OFFLINE as OFFLINE,
    )
    from hfcli_core.settings import (
        OIDC_RESOURCE as OIDC_RESOURCE,
    )
    from hfcli_core.settings import (
        TOKEN as TOKEN,
    )
    from hfcli_core.settings import (
        TOKEN_FILE as TOKEN_FILE,
    )
    from hfcli_core.settings import (
        TOKEN_PATH as TOKEN_PATH,
    )
    from hfcli_core.settings import (
        USER_AGENT_ORIGIN as USER_AGENT_ORIGIN,
    )
    from hfcli_core.settings import (
        XDG_CACHE_HOME as XDG_CACHE_HOME,
    )
    from hfcli_core.settings import (
        XET_CACHE as XET_CACHE,
    )
    from hfcli_core.settings import (
        XET_HIGH_PERFORMANCE as XET_HIGH_PERFORMANCE,
    )
    from hfcli_core.settings import (
        Settings as Settings,
    )
    from hfcli_core.settings_types import Setting as Setting
    from hfcli_core.specs import (
        AuthProviderSpec as AuthProviderSpec,
    )
    from hfcli_core.specs import (
        CommandSpec as CommandSpec,
    )
    from hfcli_core.specs import (
        DoctorCheckSpec as DoctorCheckSpec,
    )
    from hfcli_core.specs import (
        Invocation as Invocation,
    )
    from hfcli_core.specs import (
        Outcome as Outcome,
    )
    from hfcli_core.specs import (
        OutputFormatSpec as OutputFormatSpec,
    )
    from hfcli_core.specs import (
        RequestInfo as RequestInfo,
    )
    from hfcli_core.specs import (
        ServiceSpec as ServiceSpec,
    )
    from hfcli_core.specs import (
        SettingSpec as SettingSpec,
    )
    from hfcli_core.specs import (
        StorageBackendSpec as StorageBackendSpec,
    )
    from hfcli_core.storage.backend import BackendContext as BackendContext
    from hfcli_core.storage.backend import Cancelled as Cancelled
    from hfcli_core.storage.backend import FileSink as FileSink
    from hfcli_core.storage.backend import Offer as Offer
    from hfcli_core.storage.backend import ReadBackend as ReadBackend
    from hfcli_core.storage.backend import Sink as Sink
    from hfcli_core.storage.backend import WriteBackend as WriteBackend
    from hfcli_core.storage.cache import CachedRepo as CachedRepo
    from hfcli_core.storage.cache import HubCache as HubCache
    from hfcli_core.storage.identity import BlobHasher as BlobHasher
    from hfcli_core.storage.identity import BlobRef as BlobRef
    from hfcli_core.storage.identity import git_blob_sha1 as git_blob_sha1
    from hfcli_core.storage.local_dir import DownloadRecord as DownloadRecord
    from hfcli_core.storage.local_dir import FileState as FileState
    from hfcli_core.storage.local_dir import LocalDir as LocalDir
    from hfcli_core.storage.locks import LockOptions as LockOptions
    from hfcli_core.storage.locks import LockWait as LockWait
    from hfcli_core.storage.names import check_collisions as check_collisions
    from hfcli_core.storage.names import check_path as check_path
    from hfcli_core.storage.names import is_reserved as is_reserved
    from hfcli_core.storage.patterns import Patterns as Patterns
    from hfcli_core.storage.publish import Partial as Partial
    from hfcli_core.storage.publish import write_atomic as write_atomic
    from hfcli_core.storage.root import Root as Root
    from hfcli_core.storage.space import free_space as free_space
    from hfcli_core.storage.space import require_space as require_space
    from hfcli_core.storage.space import storage_error as storage_error
    from hfcli_core.storage.space import storage_errors as storage_errors
    from hfcli_core.storage.tree import CachedEntry as CachedEntry

_HOMES = {
    "click": "Choice FloatRange IntRange Path UNPROCESSED argument group option pass_context",
    "hfcli_core.app": "App",
    "hfcli_core.cli.options": (
        "REPO_TYPES command pass_app progress_option repo_type_option secret_option token_option"
    ),
    "hfcli_core.cli.passthrough": "PassthroughCommand",
    "hfcli_core.errors": (
        "AuthenticationError BusyError CommandDenied ConflictError EntryNotFoundError GatedRepoError HfError "
        "HubTimeoutError IntegrityError LocalStorageError NetworkError NotFoundError NothingMatchedError OfflineError "
        "PartialFailure RateLimitedError RepoNotFoundError RevisionNotFoundError UnsafeInputError UsageError"
    ),
    "hfcli_core.hookspecs": "hookimpl",
    "hfcli_core.auth.provider": "AuthProvider Token",
    "hfcli_core.auth.resolver": "Credentials",
    "hfcli_core.auth.token_file": "record_endpoint same_endpoint stored_tokens write_private write_token_file",
    "hfcli_core.hub.budgets": "API DOWNLOAD UPLOAD Budget",
    "hfcli_core.hub.commits": (
        "Addition CommitResult Deletion FileAddition LfsAddition PreuploadAnswer PreuploadFile SAMPLE_SIZE "
        "create_commit preupload"
    ),
    "hfcli_core.hub.failures": "AddressExpiredError PrivateOrMissingError TokenCheck",
    "hfcli_core.hub.redaction": "redact register_secret",
    "hfcli_core.hub.refs": "Repo RepoTarget RepoType checked_commit is_commit parse_repo quote_path quote_revision",
    "hfcli_core.hub.repos": (
        "Ref Refs RepoInfo RepoUrl TreeEntry WhoAmI create_branch create_repo list_refs list_tree paths_info repo_info "
        "whoami"
    ),
    "hfcli_core.hub.responses": "Response StreamedResponse",
    "hfcli_core.hub.session": "HubSession",
    "hfcli_core.output.console": "Output",
    "hfcli_core.output.escaping": "escape escape_lines",
    "hfcli_core.output.formats": "Format",
    "hfcli_core.output.progress": "Progress",
    "hfcli_core.output.prompts": "Aborted",
    "hfcli_core.output.sizes": "format_age format_bytes_exact format_duration format_size",
    "hfcli_core.output.tables": "Column",
    "hfcli_core.plugins.loading": "PluginBroken",
    "hfcli_core.plugins.manager": "LoadedSpec",
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
    "hfcli_core.storage.backend": "BackendContext Cancelled FileSink Offer ReadBackend Sink WriteBackend",
    "hfcli_core.storage.cache": "CachedRepo HubCache",
    "hfcli_core.storage.identity": "BlobHasher BlobRef git_blob_sha1",
    "hfcli_core.storage.local_dir": "DownloadRecord FileState LocalDir",
    "hfcli_core.storage.locks": "LockOptions LockWait",
    "hfcli_core.storage.names": "check_collisions check_path is_reserved",
    "hfcli_core.storage.patterns": "Patterns",
    "hfcli_core.storage.publish": "Partial write_atomic",
    "hfcli_core.storage.root": "Root",
    "hfcli_core.storage.space": "free_space require_space storage_error storage_errors",
    "hfcli_core.storage.tree": "CachedEntry",
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
