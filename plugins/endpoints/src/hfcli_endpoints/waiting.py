"""Waiting until an endpoint is in a state (users.md §1J 56)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.api import ConflictError, Format, HfError, HubTimeoutError, format_duration

from hfcli_endpoints.errors import EndpointFailedError
from hfcli_endpoints.service import part, state_of

if TYPE_CHECKING:
    from hfcli_core.api import Output

    from hfcli_endpoints.service import Endpoint, Service

STATES = ("running", "paused", "scaledToZero")
_FAILED = frozenset({"failed", "updateFailed"})
_IDLE = frozenset({"paused", "scaledToZero"})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0


class Seen(NamedTuple):
    """What was last known of it, and when it was first seen so."""

    state: str
    since: float


def wait(
    output: Output,
    service: Service,
    name: str,
    *,
    state: str = "running",
    timeout: float,
) -> Endpoint:
    """The endpoint once it is in ``state``; changes are told on the way. ``timeout`` is in seconds.

    Raises :class:`EndpointFailedError` with what the service says; :class:`ConflictError` where nothing will happen by
    itself; :class:`HubTimeoutError`; ``NotFoundError`` where it is deleted meanwhile.
    """
    started = time.monotonic()
    seen: Seen | None = None
    pause = _FIRST_PAUSE
    try:
        while True:
            raw = _look(output, service, name, first=seen is None)
            if raw is not None:
                seen = _tell(output, name, raw, seen, time.monotonic())
                if seen.state == state:
                    return raw
                _check(output, service, name, raw, state)
            left = timeout - (time.monotonic() - started)
            if left <= 0:
                raise _too_long(name, seen, state, timeout)
            time.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_PAUSE)
    except KeyboardInterrupt:
        output.note(_goes_on(name, seen))
        raise


def _look(output: Output, service: Service, name: str, *, first: bool) -> Endpoint | None:
    """The endpoint, or None where it could not be asked this time."""
    try:
        return service.get(name, retry=None if first else False)
    except HfError as error:
        if first or not error.retryable:
            raise
        output.note(f"{error.message}; asking again")
        return None


def _tell(output: Output, name: str, raw: Endpoint, before: Seen | None, now: float) -> Seen:
    state, message = state_of(raw), part(raw, "status", "message")
    said = f" ({message})" if message else ""
    if before is None:
        output.note(f"{name}: {state}{said}")
    elif before.state != state:
        output.note(f"{name}: {before.state} → {state}{said} after {format_duration(now - before.since)}")
    else:
        return before
    return Seen(state, now)


def _check(output: Output, service: Service, name: str, raw: Endpoint, wanted: str) -> None:
    """Raise where waiting any longer makes no sense."""
    state = state_of(raw)
    if state in _FAILED:
        message = str(part(raw, "status", "message") or "the service does not say why")
        lines = service.log_tail(name)
        for line in lines if output.format is not Format.JSON else ():  # whose error has them
            output.note(line)
        what = "failed to update" if state == "updateFailed" else "failed"
        raise EndpointFailedError(
            f"Endpoint '{name}' {what}: {message}",
            hint=f"change it with `hf endpoints update {name}`, or end it with `hf endpoints delete {name}`",
            details={"state": state, "logs": lines},
        )
    if wanted == "running" and state in _IDLE:
        raise ConflictError(
            f"Endpoint '{name}' is {state}, and does not start by itself", hint=f"hf endpoints resume {name}"
        )


def _too_long(name: str, seen: Seen | None, wanted: str, timeout: float) -> HubTimeoutError:
    state = seen.state if seen else "unknown"
    return HubTimeoutError(
        f"Endpoint '{name}' is not {wanted} after {format_duration(timeout)}, but {state}",
        hint=f"it goes on; --timeout waits longer, `hf endpoints pause {name}` stops the cost",
        details={"state": state},
    )


def _goes_on(name: str, seen: Seen | None) -> str:
    state = f" ({seen.state})" if seen else ""
    return f"Endpoint '{name}' goes on{state}: `hf endpoints pause {name}` stops it and its cost"
