"""One attempt at a request: headers, budgets, redirects by our own rules, failures told apart."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hfcli_core.errors import CommandDenied, HfError, HubTimeoutError, NetworkError, OfflineError
from hfcli_core.hub.addresses import is_private_literal, origin_of, redirect_target
from hfcli_core.hub.redaction import redact
from hfcli_core.hub.responses import check_header_count
from hfcli_core.hub.retry import Setback
from hfcli_core.specs import RequestInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import httpx

    from hfcli_core.auth.provider import Token
    from hfcli_core.hub.budgets import Budget
    from hfcli_core.hub.options import SessionHooks, SessionOptions

MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NEVER_FROM_HOOKS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "host", "content-length", "transfer-encoding"}
)
_DRAINED = 65536
"""Bytes of a redirect's body that are read so that its connection can be used again."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it was asked for; ``content`` that is an iterator can be sent once."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | Iterable[bytes] | None
    budget: Budget
    token: Token | None

    @property
    def replayable(self) -> bool:
        return not isinstance(self.content, Iterator)


@dataclass(slots=True)
class Opened:
    """An answer whose body is unread. ``first_headers`` are those of the answer before any redirect."""

    method: str
    url: str
    response: httpx.Response
    first_headers: Mapping[str, str]
    total_by: float | None


class AttemptFailed(Exception):  # noqa: N818  control flow between an attempt and the one who decides on the next
    def __init__(self, setback: Setback) -> None:
        super().__init__(setback.error.message)
        self.setback = setback


@dataclass
class Exchange:
    """Sends calls of one session. ``transport_for`` gives the transport of the current thread for an origin."""

    endpoint: str
    options: SessionOptions
    hooks: SessionHooks
    transport_for: Callable[[str], httpx.BaseTransport]
    answered: set[str] = field(default_factory=set)
    _public: dict[str, bool] = field(default_factory=dict)

    def send(self, call: Call) -> Opened:
        """The answer to ``call`` after redirects. Raises :class:`AttemptFailed`, or another :class:`HfError` at once."""
        home = origin_of(self.endpoint)
        method, url, content = call.method, call.url, call.content
        total_by = None if call.budget.total is None else time.monotonic() + call.budget.total
        first_headers: Mapping[str, str] | None = None
        public_only = False
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send_hop(method, url, call, content, total_by, public_only)
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not location:
                return Opened(method, url, response, first_headers or response.headers, total_by)
            first_headers = first_headers or response.headers
            public_only = public_only or self._came_from_public(response, url)
            _drain(response)
            target = redirect_target(url, location)
            self._check_detour(call, response.status_code, method, url, target, public_only)
            if response.status_code == 303 and method != "HEAD":
                method, content = "GET", None
            if origin_of(target) != home and origin_of(url) == home:
                self.hooks.log(f"redirected to {origin_of(target)}, without credentials")
            url = target
        raise NetworkError(f"Too many redirects from {home.host} (more than {MAX_REDIRECTS})")

    def _check_detour(self, call: Call, status: int, method: str, url: str, target: str, public_only: bool) -> None:
        here, there = origin_of(url), origin_of(target)
        if method not in ("GET", "HEAD") and status != 303:
            if here != there:
                raise NetworkError(f"{here.host} tried to send a {method} on to {there}; refused")
            if status in (301, 302):
                raise NetworkError(
                    f"{here.host} redirects a {method} in a way that loses its body ({status})",
                    hint=f"name what it redirects to: {redact(target)}",
                )
            if not call.replayable:
                raise NetworkError(f"{here.host} redirects a {method} whose body cannot be sent twice")
        if public_only and is_private_literal(there.host):
            raise NetworkError(f"{here.host} redirects to {there}, an address of a private network; refused")

    def _send_hop(
        self,
        method: str,
        url: str,
        call: Call,
        content: bytes | Iterable[bytes] | None,
        total_by: float | None,
        public_only: bool,
    ) -> httpx.Response:
        from hfcli_core.hub.lean_httpx import httpx
        from hfcli_core.hub.network import sending

        host = origin_of(url).host
        self._ask_permission(host)
        budget = call.budget
        timeouts = {
            "connect": budget.connect,
            "read": budget.first_byte,
            "write": budget.read,
            "pool": budget.connect,
        }
        request = httpx.Request(
            method,
            url,
            headers=self._headers(method, url, call),
            content=content,
            extensions={"timeout": timeouts},
        )
        started = time.monotonic()
        transport = self.transport_for(str(origin_of(url)))
        try:
            with sending(first_byte=budget.first_byte, total_by=total_by, public_only=public_only):
                response = transport.handle_request(request)
        except httpx.TransportError as error:
            self.hooks.log(redact(f"{method} {url} failed: {error!r}"))
            raise self._explained(error, url, budget) from error
        # httpcore looks this up again when the body is read: from here on silences count, not the wait for an answer.
        timeouts["read"] = budget.read
        response.request = request
        self.answered.add(host)
        self.hooks.log(
            redact(f"{method} {url} → {response.status_code} in {(time.monotonic() - started) * 1000:.0f} ms")
        )
        try:
            check_header_count(response, host)
        except HfError:
            response.close()
            raise
        return response

    def _ask_permission(self, host: str) -> None:
        if self.options.offline:
            raise OfflineError(f"Cannot ask {host}: offline mode is on", hint="unset HF_HUB_OFFLINE to use the network")
        verdict = self.hooks.may_contact(host)
        if not verdict.allowed:
            raise CommandDenied(f"Contacting {host} is not permitted: {verdict}")

    def _headers(self, method: str, url: str, call: Call) -> dict[str, str]:
        headers = {"User-Agent": self.options.user_agent, "Accept": "*/*", **call.headers}
        if origin_of(url) != origin_of(self.endpoint):
            return {name: value for name, value in headers.items() if name.lower() not in ("authorization", "cookie")}
        headers["X-Amzn-Trace-Id"] = str(uuid.uuid4())
        extra = self.hooks.headers(RequestInfo(method, redact(url), dict(headers)))
        headers.update((name, value) for name, value in extra.items() if _may_add(name, value))
        if call.token is not None:
            headers["Authorization"] = f"Bearer {call.token.value}"
        return headers

    def _came_from_public(self, response: httpx.Response, url: str) -> bool:
        """Whether this hop was on the public internet; a proxy hides that, and then its name decides."""
        origin = str(origin_of(url))
        if origin not in self._public:
            self._public[origin] = self._is_public_peer(response)
        return self._public[origin]

    def _is_public_peer(self, response: httpx.Response) -> bool:
        import ipaddress

        from hfcli_core.hub.network import is_public

        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if not peer:
            return False
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
        return (self.hooks.is_public or is_public)(address)

    def _explained(self, error: httpx.TransportError, url: str, budget: Budget) -> Exception:
        from hfcli_core.hub.lean_httpx import httpx
        from hfcli_core.hub.network import NameNotResolved, PrivateAddressRefused
        from hfcli_core.hub.trust import describe_failure

        origin = origin_of(url)
        host = origin.host
        known = host in self.answered
        cause = error.__cause__
        if isinstance(cause, PrivateAddressRefused):
            return NetworkError(f"A redirect leads to an address of a private network ({cause}); refused")
        if untrusted := describe_failure(error, host, origin.port):
            message, hint = untrusted
            return NetworkError(message, hint=hint)
        if isinstance(error, httpx.ProxyError):
            return _proxy_failure(str(error))
        if isinstance(cause, NameNotResolved):
            failure = NetworkError(
                f"Cannot find the host '{host}'", hint="check the network, the proxy and the spelling of the endpoint"
            )
            return AttemptFailed(Setback(failure, "name not found", acted=False, tries=None if known else 1))
        if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.PoolTimeout):
            why = f"no answer within {budget.connect:g} s" if isinstance(error, httpx.TimeoutException) else str(error)
            failure = NetworkError(f"Cannot connect to {origin}: {why}", hint="check the network and the proxy")
            return AttemptFailed(Setback(failure, "unreachable", acted=False, tries=None if known else 3))
        if isinstance(error, httpx.TimeoutException):
            late = HubTimeoutError(f"{host} did not answer within {budget.first_byte:g} s")
            return AttemptFailed(Setback(late, "no answer", acted=True, tries=3))
        lost = NetworkError(f"The connection to {host} was lost: {str(error) or type(error).__name__}")
        return AttemptFailed(Setback(lost, "connection lost", acted=True, tries=8))


def _proxy_failure(text: str) -> Exception:
    if text.startswith("407"):
        return NetworkError(
            "The proxy asks for credentials (407)", hint="put them into HTTPS_PROXY: http://user:password@host:port"
        )
    return AttemptFailed(Setback(NetworkError(f"The proxy failed: {text}"), "proxy failed", acted=False, tries=3))


def _may_add(name: str, value: str) -> bool:
    return name.lower() not in _NEVER_FROM_HOOKS and value.isprintable() and name.replace("-", "").isalnum()


def _drain(response: httpx.Response) -> None:
    from hfcli_core.hub.lean_httpx import httpx

    size = 0
    try:
        for part in response.iter_raw():
            size += len(part)
            if size > _DRAINED:
                break
    except httpx.TransportError:
        pass  # the redirect itself has been understood
    finally:
        response.close()
