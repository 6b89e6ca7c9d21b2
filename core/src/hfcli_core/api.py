"""All that a plugin may import. Names are resolved on first use, so that a plugin's manifest costs almost nothing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from click import (
        UNPROCESSED as UNPROCESSED,
        Choice as Choice,
        FloatRange as FloatRange,
        IntRange as IntRange,
        Path as Path,
        argument as argument,
        group as group,
        option as option,
        pass_context as pass_context,
    )

    from hfcli_core.app import App as App
    from hfcli_core.auth.provider import (
        AuthProvider as AuthProvider,
        OpenSession as OpenSession,
        ProviderFailed as ProviderFailed,
        Token as Token,
    )
    from hfcli_core.auth.resolver import Credentials as Credentials, Source as Source
    from hfcli_core.auth.token_file import (
        TokenFile as TokenFile,
        forget_endpoint as forget_endpoint,
        read_endpoints as read_endpoints,
        record_endpoint as record_endpoint,
        same_endpoint as same_endpoint,
        stored_tokens as stored_tokens,
        write_private as write_private,
    )
    from hfcli_core.auth.token_text import clean_token as clean_token
    from hfcli_core.cli.command import Command as Command
    from hfcli_core.cli.options import (
        command as command,
        pass_app as pass_app,
        progress_option as progress_option,
        repo_type_option as repo_type_option,
        secret_option as secret_option,
        token_option as token_option,
    )
    from hfcli_core.cli.parameters import DURATION as DURATION, RATE as RATE
    from hfcli_core.cli.passthrough import PassthroughCommand as PassthroughCommand
    from hfcli_core.errors import (
        AuthenticationError as AuthenticationError,
        BusyError as BusyError,
        Cancelled as Cancelled,
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
    from hfcli_core.hub.addresses import checked_endpoint as checked_endpoint, origin_of as origin_of
    from hfcli_core.hub.budgets import API as API, DOWNLOAD as DOWNLOAD, UPLOAD as UPLOAD, Budget as Budget
    from hfcli_core.hub.commits import (
        PREUPLOAD_BATCH as PREUPLOAD_BATCH,
        SAMPLE_SIZE as SAMPLE_SIZE,
        Addition as Addition,
        CommitResult as CommitResult,
        Deletion as Deletion,
        FileAddition as FileAddition,
        LfsAddition as LfsAddition,
        Operation as Operation,
        PreuploadAnswer as PreuploadAnswer,
        PreuploadFile as PreuploadFile,
        create_commit as create_commit,
        preupload as preupload,
    )
    from hfcli_core.hub.failures import (
        AddressExpiredError as AddressExpiredError,
        PrivateOrMissingError as PrivateOrMissingError,
    )
    from hfcli_core.hub.redaction import redact as redact, register_secret as register_secret
    from hfcli_core.hub.refs import (
        REPO_TYPES as REPO_TYPES,
        Repo as Repo,
        RepoTarget as RepoTarget,
        RepoType as RepoType,
        parse_repo as parse_repo,
        quote_path as quote_path,
        quote_revision as quote_revision,
    )
    from hfcli_core.hub.repos import (
        Ref as Ref,
        Refs as Refs,
        RepoInfo as RepoInfo,
        RepoUrl as RepoUrl,
        TreeEntry as TreeEntry,
        TreePage as TreePage,
        WhoAmI as WhoAmI,
        create_branch as create_branch,
        create_repo as create_repo,
        list_refs as list_refs,
        list_tree as list_tree,
        paths_info as paths_info,
        repo_info as repo_info,
        tree_pages as tree_pages,
        whoami as whoami,
    )
    from hfcli_core.hub.responses import (
        Address as Address,
        Response as Response,
        StreamedResponse as StreamedResponse,
    )
    from hfcli_core.hub.session import HubSession as HubSession
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
    from hfcli_core.plugins.loading import PluginBroken as PluginBroken
    from hfcli_core.plugins.manager import LoadedSpec as LoadedSpec
    from hfcli_core.settings import (
        ASSETS_CACHE as ASSETS_CACHE,
        DISABLE_EXPERIMENTAL_WARNING as DISABLE_EXPERIMENTAL_WARNING,
        DISABLE_IMPLICIT_TOKEN as DISABLE_IMPLICIT_TOKEN,
        DISABLE_SYMLINKS as DISABLE_SYMLINKS,
        DISABLE_SYMLINKS_WARNING as DISABLE_SYMLINKS_WARNING,
        DISABLE_XET as DISABLE_XET,
        ENDPOINT as ENDPOINT,
        HF_HOME as HF_HOME,
        HUB_CACHE as HUB_CACHE,
        LOCK_TIMEOUT as LOCK_TIMEOUT,
        OFFICIAL_ENDPOINT as OFFICIAL_ENDPOINT,
        OFFLINE as OFFLINE,
        TOKEN_PATH as TOKEN_PATH,
        XET_CACHE as XET_CACHE,
        Settings as Settings,
        mask as mask,
    )
    from hfcli_core.settings_types import Setting as Setting
    from hfcli_core.specs import (
        AuthProviderSpec as AuthProviderSpec,
        CommandSpec as CommandSpec,
        Invocation as Invocation,
        Outcome as Outcome,
        OutputFormatSpec as OutputFormatSpec,
        RequestInfo as RequestInfo,
        ServiceSpec as ServiceSpec,
        SettingSpec as SettingSpec,
        StorageBackendSpec as StorageBackendSpec,
    )
    from hfcli_core.storage.backend import (
        BackendContext as BackendContext,
        FileSink as FileSink,
        Offer as Offer,
        OpenedAnswer as OpenedAnswer,
        RangesIgnoredError as RangesIgnoredError,
        ReadBackend as ReadBackend,
        Sink as Sink,
        WriteBackend as WriteBackend,
    )
    from hfcli_core.storage.cache import CachedRepo as CachedRepo, HubCache as HubCache
    from hfcli_core.storage.identity import (
        BlobHasher as BlobHasher,
        BlobRef as BlobRef,
        git_blob_sha1 as git_blob_sha1,
        is_commit as is_commit,
        is_etag as is_etag,
        is_sha256 as is_sha256,
    )
    from hfcli_core.storage.local_dir import (
        DownloadRecord as DownloadRecord,
        FileState as FileState,
        LocalDir as LocalDir,
    )
    from hfcli_core.storage.locks import LockOptions as LockOptions, LockWait as LockWait, holder_of as holder_of
    from hfcli_core.storage.names import (
        check_collisions as check_collisions,
        check_path as check_path,
        is_reserved as is_reserved,
    )
    from hfcli_core.storage.patterns import Patterns as Patterns, anchored as anchored
    from hfcli_core.storage.publish import Partial as Partial, journal_name as journal_name
    from hfcli_core.storage.root import Root as Root
    from hfcli_core.storage.space import (
        free_space as free_space,
        require_space as require_space,
        storage_error as storage_error,
        storage_errors as storage_errors,
    )
    from hfcli_core.storage.tree import CachedEntry as CachedEntry
    from hfcli_core.transfer import (
        DownloadResult as DownloadResult,
        PlannedFile as PlannedFile,
        TransferService as TransferService,
        UploadResult as UploadResult,
    )
    from hfcli_core.variables import WantedVariables as WantedVariables, collect_variables as collect_variables

_HOMES = {
    "click": "Choice FloatRange IntRange Path UNPROCESSED argument group option pass_context",
    "hfcli_core.app": "App",
    "hfcli_core.cli.command": "Command",
    "hfcli_core.cli.options": ("command pass_app progress_option repo_type_option secret_option token_option"),
    "hfcli_core.cli.parameters": "DURATION RATE",
    "hfcli_core.cli.passthrough": "PassthroughCommand",
    "hfcli_core.errors": (
        "AuthenticationError BusyError Cancelled CommandDenied ConflictError EntryNotFoundError GatedRepoError HfError "
        "HubTimeoutError IntegrityError LocalStorageError NetworkError NotFoundError NothingMatchedError OfflineError "
        "PartialFailure RateLimitedError RepoNotFoundError RevisionNotFoundError UnsafeInputError UsageError"
    ),
    "hfcli_core.hookspecs": "hookimpl",
    "hfcli_core.auth.provider": "AuthProvider OpenSession ProviderFailed Token",
    "hfcli_core.auth.resolver": "Credentials Source",
    "hfcli_core.auth.token_file": (
        "TokenFile forget_endpoint read_endpoints record_endpoint same_endpoint stored_tokens write_private"
    ),
    "hfcli_core.auth.token_text": "clean_token",
    "hfcli_core.hub.addresses": "checked_endpoint origin_of",
    "hfcli_core.hub.budgets": "API DOWNLOAD UPLOAD Budget",
    "hfcli_core.hub.commits": (
        "Addition CommitResult Deletion FileAddition LfsAddition Operation PREUPLOAD_BATCH PreuploadAnswer "
        "PreuploadFile SAMPLE_SIZE create_commit preupload"
    ),
    "hfcli_core.hub.failures": "AddressExpiredError PrivateOrMissingError",
    "hfcli_core.hub.redaction": "redact register_secret",
    "hfcli_core.hub.refs": "REPO_TYPES Repo RepoTarget RepoType parse_repo quote_path quote_revision",
    "hfcli_core.hub.repos": (
        "Ref Refs RepoInfo RepoUrl TreeEntry TreePage WhoAmI create_branch create_repo list_refs list_tree "
        "paths_info repo_info tree_pages whoami"
    ),
    "hfcli_core.hub.responses": "Address Response StreamedResponse",
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
        "ASSETS_CACHE DISABLE_EXPERIMENTAL_WARNING DISABLE_IMPLICIT_TOKEN DISABLE_SYMLINKS DISABLE_SYMLINKS_WARNING "
        "DISABLE_XET ENDPOINT HF_HOME HUB_CACHE LOCK_TIMEOUT OFFICIAL_ENDPOINT OFFLINE Settings TOKEN_PATH XET_CACHE "
        "mask"
    ),
    "hfcli_core.settings_types": "Setting",
    "hfcli_core.specs": (
        "AuthProviderSpec CommandSpec Invocation Outcome OutputFormatSpec RequestInfo ServiceSpec "
        "SettingSpec StorageBackendSpec"
    ),
    "hfcli_core.storage.backend": (
        "BackendContext FileSink Offer OpenedAnswer RangesIgnoredError ReadBackend Sink WriteBackend"
    ),
    "hfcli_core.storage.cache": "CachedRepo HubCache",
    "hfcli_core.storage.identity": "BlobHasher BlobRef git_blob_sha1 is_commit is_etag is_sha256",
    "hfcli_core.storage.local_dir": "DownloadRecord FileState LocalDir",
    "hfcli_core.storage.locks": "LockOptions LockWait holder_of",
    "hfcli_core.storage.names": "check_collisions check_path is_reserved",
    "hfcli_core.storage.patterns": "Patterns anchored",
    "hfcli_core.storage.publish": "Partial journal_name",
    "hfcli_core.storage.root": "Root",
    "hfcli_core.storage.space": "free_space require_space storage_error storage_errors",
    "hfcli_core.storage.tree": "CachedEntry",
    "hfcli_core.transfer": "DownloadResult PlannedFile TransferService UploadResult",
    "hfcli_core.variables": "WantedVariables collect_variables",
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
