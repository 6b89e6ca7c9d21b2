"""What a failure of the transport means: whether to try again, how often, and what to say in the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hfcli_core.errors import HfError, HubTimeoutError, NetworkError
from hfcli_core.hub.retry import Setback
from hfcli_core.hub.transport_errors import (
    AnswerTimeoutError,
    ConnectError,
    ConnectTimeoutError,
    NameNotResolvedError,
    ProtocolError,
)

if TYPE_CHECKING:
    from hfcli_core.hub.addresses import Origin
    from hfcli_core.hub.budgets import Budget
    from hfcli_core.hub.transport_errors import TransportError


def setback_of(error: TransportError, origin: Origin, budget: Budget, *, known: bool) -> Setback:
    """What a failure of the transport means. A host that answered before is worth waiting for: the network may be back
    soon; one that never did is probably misspelt."""
    if isinstance(error, NameNotResolvedError):
        failure: HfError = NetworkError(
            f"Cannot find the host '{origin.host}'",
            hint="check the network, the proxy and the spelling of the endpoint",
        )
        return Setback(failure, "name not found", acted=False, tries=None if known else 1)
    if isinstance(error, ConnectError):
        why = f"no answer within {budget.connect:g} s" if isinstance(error, ConnectTimeoutError) else _reason(error)
        failure = NetworkError(f"Cannot connect to {origin}: {why}", hint="check the network and the proxy")
        return Setback(failure, "unreachable", acted=False, tries=None if known else 3)
    if isinstance(error, AnswerTimeoutError):
        late = HubTimeoutError(
            f"{origin.host} did not answer within {budget.first_byte:g} s",
            hint="a caching proxy may need longer: HF_HUB_ETAG_TIMEOUT and HF_HUB_DOWNLOAD_TIMEOUT give it seconds",
        )
        return Setback(late, "no answer", acted=True, tries=3)
    if isinstance(error, ProtocolError):
        failure = NetworkError(f"{origin.host} does not speak HTTP as it should: {error}")
        return Setback(failure, "protocol violated", acted=True, tries=2)
    return lost(error, origin)


def lost(error: Exception, origin: Origin) -> Setback:
    failure = NetworkError(f"The connection to {origin.host} was lost: {_reason(error) or type(error).__name__}")
    return Setback(failure, "connection lost", acted=True, tries=8)


def _reason(error: Exception) -> str:
    """The words of a system error, without its number."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error))
