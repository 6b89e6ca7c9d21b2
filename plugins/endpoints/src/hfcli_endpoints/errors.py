"""What can go wrong with an endpoint, besides what can go wrong with any request."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from hfcli_core.api import HfError, NotFoundError, RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAY_SPEAK_OF_QUOTA = frozenset({400, 402, 403, 409, 429})


class EndpointFailedError(HfError):
    """It did not start; exit code 1. ``details`` have its ``state`` and the last lines of its ``logs``."""

    code: ClassVar[str] = "endpoint-failed"


class QuotaExceededError(RateLimitedError):
    """The namespace may not use so much hardware; exit code 8, but trying again does not help."""

    code: ClassVar[str] = "quota-exceeded"
    retryable: ClassVar[bool] = False


@contextmanager
def explained(namespace: str, name: str | None = None) -> Iterator[None]:
    """Say what the service's refusal means for the endpoint ``name`` of ``namespace``."""
    try:
        yield
    except HfError as error:
        status = error.details.get("status")
        if status == 404 and name is not None:
            hint = f"`hf endpoints ls --namespace {namespace}` shows what is there"
            message = f"Endpoint '{name}' not found in {namespace}"
            raise NotFoundError(message, hint=hint, request_id=error.request_id, details=error.details) from error
        if status in _MAY_SPEAK_OF_QUOTA and "quota" in error.message.lower():
            hint = "`hf endpoints hardware --all` shows what is used; pause an endpoint, or ask for more"
            raise QuotaExceededError(
                error.message, hint=hint, request_id=error.request_id, details=error.details
            ) from error
        raise
