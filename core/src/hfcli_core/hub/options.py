"""What a session is told once: its settings, and the seams where plugins and policy have a say."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hfcli_core import __version__
from hfcli_core.hub.budgets import API, DOWNLOAD, UPLOAD, Budget
from hfcli_core.hub.retry import FIRST_WAIT

if TYPE_CHECKING:
    import ipaddress
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import httpx

    from hfcli_core.plugins.policy import Verdict
    from hfcli_core.settings import Settings
    from hfcli_core.specs import RequestInfo

    IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class SessionOptions:
    """Settings of a session. ``budgets`` replaces the standard budgets by those that the user's settings make."""

    user_agent: str = f"hfcli/{__version__}; python/{sys.version.split()[0]}"
    offline: bool = False
    max_outage: float = 600
    first_wait: float = FIRST_WAIT
    ca_bundle: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    budgets: Mapping[Budget, Budget] = field(default_factory=dict)

    @classmethod
    def from_settings(cls, settings: Settings) -> SessionOptions:
        from hfcli_core import settings as table

        connect = settings[table.CONNECT_TIMEOUT]
        tuned = {budget: replace(budget, connect=connect) for budget in (API, DOWNLOAD, UPLOAD)}
        # Ten seconds, the official default of both, is too short for a caching proxy that checks a file before it
        # answers (faults.md N6), so these count only where somebody set them.
        if settings.origin(table.ETAG_TIMEOUT) != "default":
            answer = settings[table.ETAG_TIMEOUT]
            tuned[API] = replace(tuned[API], first_byte=answer, total=max(API.total or 0, answer + API.read))
        if settings.origin(table.DOWNLOAD_TIMEOUT) != "default":
            silence = settings[table.DOWNLOAD_TIMEOUT]
            tuned[DOWNLOAD] = replace(tuned[DOWNLOAD], first_byte=silence, read=silence)
        agent = f"hfcli/{__version__}" if settings[table.DISABLE_TELEMETRY] else cls.user_agent
        if origin := settings[table.USER_AGENT_ORIGIN]:
            agent += "; origin/" + "".join(c for c in origin if c.isascii() and c.isprintable())
        return cls(
            user_agent=agent,
            offline=settings[table.OFFLINE],
            max_outage=settings[table.MAX_OUTAGE],
            ca_bundle=settings[table.CA_BUNDLE],
            environ=settings.environ,
            budgets=tuned,
        )


def _contact_all(host: str) -> Verdict:  # noqa: ARG001  the signature of Policy.may_contact
    from hfcli_core.plugins.policy import ALLOWED

    return ALLOWED


@dataclass(frozen=True)
class SessionHooks:
    """Seams. ``headers``: extra headers for a request to the endpoint. ``transport``: a transport for an origin, or
    None for ours; called once per thread and origin. ``may_contact``: policy, by host. ``is_public``: whether an
    address belongs to the public internet. ``note``: one line for the user. ``log``: one line for each request."""

    headers: Callable[[RequestInfo], Mapping[str, str]] | None = None
    transport: Callable[[str], httpx.BaseTransport | None] = lambda _: None
    may_contact: Callable[[str], Verdict] = _contact_all
    is_public: Callable[[IpAddress], bool] | None = None
    note: Callable[[str], None] = lambda _: None
    log: Callable[[str], None] | None = None
