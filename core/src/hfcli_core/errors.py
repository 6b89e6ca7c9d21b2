"""Everything that can go wrong, and the exit code of each.

::

    HfError                         1   failed without a class of its own
    ├── UsageError                  2   the command line cannot be understood
    ├── PartialFailure              3   some items failed
    ├── AuthenticationError         4   a token is needed, or refused
    │   └── GatedRepoError
    ├── NotFoundError               5
    │   ├── RepoNotFoundError
    │   ├── RevisionNotFoundError
    │   └── EntryNotFoundError
    ├── NetworkError                6   unreachable, TLS, proxy, refused redirect
    ├── HubTimeoutError             7   a time budget ran out, or a transfer stalled
    ├── RateLimitedError            8   rate limited, or the server is busy
    ├── IntegrityError              9   wrong bytes
    │   └── UnsafeInputError            a name or a size that must not reach the disk
    ├── LocalStorageError          10   disk full, no permission, read-only
    ├── ConflictError              11   somebody else changed it first, or it exists
    ├── OfflineError               12   offline, and not cached
    ├── CommandDenied              13   forbidden by policy or by a guard
    ├── BusyError                  14   another process holds the lock
    └── NothingMatchedError        15

A ``code`` is stable and meant for scripts; a message is one line for a person; a hint says what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class HfError(Exception):
    """A failure that the user is told about in one line, with a hint where there is something to do."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "failed"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        request_id: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.request_id = request_id
        self.details = dict(details or {})


class Cancelled(Exception):  # noqa: N818  the end of a wait, not an error
    """The work was given up because somebody asked for it; never shown to a user."""


class UsageError(HfError):
    exit_code = 2
    code = "usage"


class PartialFailure(HfError):  # noqa: N818  the name of an outcome, not of a fault
    exit_code = 3
    code = "partial"


class AuthenticationError(HfError):
    exit_code = 4
    code = "authentication"


class GatedRepoError(AuthenticationError):
    code = "gated-repo"


class NotFoundError(HfError):
    exit_code = 5
    code = "not-found"


class RepoNotFoundError(NotFoundError):
    code = "repo-not-found"


class RevisionNotFoundError(NotFoundError):
    code = "revision-not-found"


class EntryNotFoundError(NotFoundError):
    code = "entry-not-found"


class NetworkError(HfError):
    exit_code = 6
    code = "network"
    retryable = True


class HubTimeoutError(HfError):
    exit_code = 7
    code = "timeout"
    retryable = True


class RateLimitedError(HfError):
    exit_code = 8
    code = "rate-limited"
    retryable = True


class IntegrityError(HfError):
    exit_code = 9
    code = "integrity"


class UnsafeInputError(IntegrityError):
    code = "unsafe-input"


class LocalStorageError(HfError):
    exit_code = 10
    code = "local-storage"


class ConflictError(HfError):
    exit_code = 11
    code = "conflict"


class OfflineError(HfError):
    exit_code = 12
    code = "offline"


class CommandDenied(HfError):  # noqa: N818  the name of an outcome, as guards raise it
    exit_code = 13
    code = "denied"


class BusyError(HfError):
    exit_code = 14
    code = "busy"
    retryable = True


class NothingMatchedError(HfError):
    exit_code = 15
    code = "nothing-matched"
