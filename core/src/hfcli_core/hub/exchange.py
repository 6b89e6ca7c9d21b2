"""One attempt at a request: headers, budgets, redirects by our own rules, failures told apart."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hfcli_core.errors import CommandDenied, NetworkError, OfflineError
from hfcli_core.hub.addresses import is_private_literal, origin_of, redirect_target
from hfcli_core.hub.proxies import proxy_for
from hfcli_core.hub.redaction import redact
from hfcli_core.hub.responses import Address, check_header_count
from hfcli_core.hub.setbacks import lost, setback_of
from hfcli_core.hub.transport_errors import PrivateAddressError, TransportError
from hfcli_core.specs import RequestInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hfcli_core.auth.provider import Token
    from hfcli_core.hub.addresses import Origin
    from hfcli_core.hub.answers import Answer
    from hfcli_core.hub.budgets import Budget
    from hfcli_core.hub.options import SessionHooks, SessionOptions
    from hfcli_core.hub.retry import Setback
    from hfcli_core.hub.transports import Transports

MAX_REDIRECTS = 10
PROXY_CREDENTIALS = "put them into HTTPS_PROXY: http://user:password@host:port"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WITH_CONTENT = frozenset({"POST", "PUT", "PATCH"})
_NEVER_FROM_HOOKS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "host", "content-length", "transfer-encoding"}
)
_DRAINED, _DRAIN_TIME = 65536, 2.0
"""Bytes of a redirect's body, and seconds, for which it is read so that its connection can be used again."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it was asked for; ``content`` that is an iterator can be sent once.

    Credentials in ``headers`` are the caller's own and go to the origin of ``url`` alone; ``token`` goes to the
    endpoint alone. An ``external`` call gets nothing of the endpoint's, wherever it leads. ``public_only`` as of
    :class:`Address`.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | Iterable[bytes] | None
    budget: Budget
    token: Token | None
    external: bool = False
    public_only: bool = False

    @property
    def replayable(self) -> bool:
        return not isinstance(self.content, Iterator)


@dataclass(frozen=True, slots=True)
class _Hop:
    """One request on the way. ``public_only``: a public server sent us on, so only public addresses may be next."""

    method: str
    url: str
    content: bytes | Iterable[bytes] | None
    public_only: bool


@dataclass(slots=True)
class Opened:
    """An answer whose body is unread. ``first_headers`` are those of the answer before any redirect."""

    method: str
    address: Address
    response: Answer
    first_headers: Mapping[str, str]
    total_by: float | None

    @property
    def url(self) -> str:
        return self.address.url

    @property
    def host(self) -> str:
        return origin_of(self.address.url).host


class AttemptFailed(Exception):  # noqa: N818  control flow between an attempt and the one who decides on the next
    def __init__(self, setback: Setback) -> None:
        super().__init__(setback.error.message)
        self.setback = setback


@dataclass
class Exchange:
    """Sends calls of one session."""

    endpoint: str
    options: SessionOptions
    hooks: SessionHooks
    transports: Transports
    answered: set[str] = field(default_factory=set)
    _public: dict[str, bool] = field(default_factory=dict)
    _warned: set[str] = field(default_factory=set)

    def send(self, call: Call) -> Opened:
        """The answer to ``call`` after redirects. Raises :class:`AttemptFailed`, or :class:`HfError` at once."""
        home = origin_of(self.endpoint)
        hop = _Hop(call.method, call.url, call.content, public_only=call.public_only)
        total_by = None if call.budget.total is None else time.monotonic() + call.budget.total
        first_headers: Mapping[str, str] | None = None
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send_hop(hop, call, total_by)
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not location:
                address = Address(hop.url, hop.public_only)
                return Opened(hop.method, address, response, first_headers or response.headers, total_by)
            first_headers = first_headers or response.headers
            public_only = hop.public_only or self._came_from_public(response, hop.url)
            _drain(response)
            target = redirect_target(hop.url, location)
            _check_detour(call, hop, response.status_code, target)
            if public_only and is_private_literal(origin_of(target).host):
                raise NetworkError(f"{home.host} redirects to {origin_of(target)}, in a private network; refused")
            to_get = response.status_code == 303 and hop.method != "HEAD"
            hop = _Hop("GET" if to_get else hop.method, target, None if to_get else hop.content, public_only)
        raise NetworkError(f"Too many redirects from {home.host} (more than {MAX_REDIRECTS})")

    def _send_hop(self, hop: _Hop, call: Call, total_by: float | None) -> Answer:
        method, url, origin = hop.method, hop.url, origin_of(hop.url)
        self._ask_permission(origin.host)
        started = time.monotonic()
        try:
            answer = self._ask(hop, call, origin, total_by)
        except TransportError as error:
            if self.hooks.log is not None:
                self.hooks.log(redact(f"{method} {url} failed: {error!r}"))
            raise self._explained(error, url, call.budget) from error
        self.answered.add(origin.host)
        if self.hooks.log is not None:
            took = (time.monotonic() - started) * 1000
            self.hooks.log(redact(f"{method} {url} → {answer.status_code} in {took:.0f} ms"))
        check_header_count(answer, origin.host)
        self._pass_on_warning(answer, origin)
        return answer

    def _ask(self, hop: _Hop, call: Call, origin: Origin, total_by: float | None) -> Answer:
        """The answer to one request, by the lean way if there is one. Raises ``TransportError``."""
        headers = self._headers(hop.method, hop.url, origin, call)
        content = hop.content
        if isinstance(content, bytes) or (content is None and hop.method in _WITH_CONTENT):
            headers["Content-Length"] = str(len(content or b""))
        # What has no length must be sent in chunks, which httpx can do.
        framed = content is None or "Content-Length" in headers
        if framed and (lean := self.transports.lean_for(hop.url, origin)) is not None:
            return lean.ask(
                hop.method,
                hop.url,
                origin,
                headers,
                call.budget,
                content=content,
                total_by=total_by,
                public_only=hop.public_only,
            )
        from hfcli_core.hub.answers import through_httpx

        return through_httpx(
            self.transports.for_origin(origin),
            hop.method,
            hop.url,
            headers=headers,
            content=hop.content,
            budget=call.budget,
            total_by=total_by,
            public_only=hop.public_only,
        )

    def _pass_on_warning(self, answer: Answer, origin: Origin) -> None:
        """``X-HF-Warning: topic; message``, each topic once (wire.md §3)."""
        topic, _, message = answer.headers.get("x-hf-warning", "").partition(";")
        if message and topic not in self._warned and origin == origin_of(self.endpoint):
            self._warned.add(topic)
            self.hooks.note(redact(message.strip()[:500]))

    def _ask_permission(self, host: str) -> None:
        if self.options.offline:
            raise OfflineError(f"Cannot ask {host}: offline mode is on", hint="unset HF_HUB_OFFLINE to use the network")
        verdict = self.hooks.may_contact(host)
        if not verdict.allowed:
            raise CommandDenied(f"Contacting {host} is not permitted: {verdict}")

    def _headers(self, method: str, url: str, origin: Origin, call: Call) -> dict[str, str]:
        given = call.headers
        if origin != origin_of(call.url):
            given = without_credentials(given)
        headers = {"User-Agent": self.options.user_agent, "Accept": "*/*", **given}
        if call.external or origin != origin_of(self.endpoint):
            return headers
        headers["X-Amzn-Trace-Id"] = _trace_id()
        if self.hooks.headers is not None:
            extra = self.hooks.headers(RequestInfo(method, redact(url), dict(headers)))
            headers.update((name, value) for name, value in extra.items() if _may_add(name, value))
        if call.token is not None:
            headers["Authorization"] = f"Bearer {call.token.value}"
        return headers

    def _came_from_public(self, response: Answer, url: str) -> bool:
        """Whether this hop was on the public internet; a proxy hides that, and then its name decides."""
        origin = str(origin_of(url))
        if origin not in self._public:
            try:
                self._public[origin] = self._is_public_peer(response)
            except OSError as error:  # reset behind the answer; to guess would let a server choose what it counts as
                response.close()
                raise AttemptFailed(lost(error, origin_of(url))) from error
        return self._public[origin]

    def _is_public_peer(self, response: Answer) -> bool:
        import ipaddress

        from hfcli_core.hub.network import is_public

        peer = response.peer
        if peer is None:
            return False
        return (self.hooks.is_public or is_public)(ipaddress.ip_address(peer.partition("%")[0]))

    def _explained(self, error: TransportError, url: str, budget: Budget) -> Exception:
        from hfcli_core.hub.trust import describe_failure

        origin = origin_of(url)
        if isinstance(error, PrivateAddressError):
            return NetworkError(f"A redirect leads into a private network ({error}); refused")
        direct = proxy_for(url, self.options.environ) is None
        if untrusted := describe_failure(error, origin.host, origin.port, ask_issuer=direct):
            message, hint = untrusted
            return NetworkError(message, hint=hint)
        if str(error).startswith("407"):
            return NetworkError("The proxy asks for credentials (407)", hint=PROXY_CREDENTIALS)
        return AttemptFailed(setback_of(error, origin, budget, known=origin.host in self.answered))


def without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    """``headers`` as they may go to another origin than the one they were made for."""
    return {name: value for name, value in headers.items() if name.lower() not in ("authorization", "cookie")}


def _check_detour(call: Call, hop: _Hop, status: int, target: str) -> None:
    """Raise :class:`NetworkError` where a redirect would carry a body to strangers, or lose it."""
    if hop.method in ("GET", "HEAD") or status == 303:
        return
    here, there = origin_of(hop.url), origin_of(target)
    if here != there:
        raise NetworkError(f"{here.host} tried to send a {hop.method} on to {there}; refused")
    if status in (301, 302):
        raise NetworkError(f"{here.host} redirects a {hop.method} in a way that loses its body ({status})")
    if not call.replayable:
        raise NetworkError(f"{here.host} redirects a {hop.method} whose body cannot be sent twice")


def _trace_id() -> str:
    """A random UUID (wire.md §2), without the import of uuid, which looks at the machine."""
    digits = os.urandom(16).hex()
    return "-".join((digits[:8], digits[8:12], f"4{digits[13:16]}", f"a{digits[17:20]}", digits[20:]))


def _may_add(name: str, value: str) -> bool:
    return (
        name.lower() not in _NEVER_FROM_HOOKS
        and value.isascii()
        and value.isprintable()
        and name.replace("-", "").isalnum()
    )


def _drain(response: Answer) -> None:
    size, ends = 0, time.monotonic() + _DRAIN_TIME
    response.hurry(_DRAIN_TIME)
    try:
        while size <= _DRAINED and time.monotonic() < ends and (part := response.read_part()):
            size += len(part)
    except TransportError:
        pass  # the redirect itself has been understood
    finally:
        response.close()
