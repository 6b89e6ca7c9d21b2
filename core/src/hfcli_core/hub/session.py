"""The only way to HTTP: every request of the core, of the plugins and of their storage backends."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hfcli_core.errors import AuthenticationError, HfError, HubTimeoutError, IntegrityError, NetworkError
from hfcli_core.hub.addresses import checked_endpoint, localize, next_link, origin_of, redirect_target
from hfcli_core.hub.budgets import API, DOWNLOAD, UPLOAD, Budget
from hfcli_core.hub.exchange import AttemptFailed, Call, Exchange, Opened
from hfcli_core.hub.failures import Asked, TokenCheck, error_for
from hfcli_core.hub.options import SessionHooks, SessionOptions
from hfcli_core.hub.redaction import register_secret
from hfcli_core.hub.responses import Response, StreamedResponse, read_body, refuse_coding
from hfcli_core.hub.retry import BUSY_STATUSES, SAFE_METHODS, Patience, Setback, asked_wait
from hfcli_core.hub.waiting import Waiting

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Self, TypeVar

    import httpx

    from hfcli_core.auth.provider import Token
    from hfcli_core.hub.refs import Repo

    T = TypeVar("T")
    Params = Mapping[str, Any] | Sequence[tuple[str, Any]]

_ERROR_CAP = 2**20
_PAGE_CAP = 100_000


class HubSession:
    """Requests to one endpoint with one identity; safe for threads.

    ``credentials`` is asked once, when the first request is made, and again when the token is refused, so that one
    that expired in the middle of a long upload can be replaced. ``withheld`` says why a stored token was not sent.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        credentials: Callable[[], Token | None] = lambda: None,
        withheld: Callable[[], str | None] = lambda: None,
        options: SessionOptions | None = None,
        hooks: SessionHooks | None = None,
    ) -> None:
        self.endpoint = checked_endpoint(endpoint)
        self.options = options or SessionOptions()
        self._hooks = hooks or SessionHooks()
        self._credentials, self._withheld = credentials, withheld
        self._exchange = Exchange(self.endpoint, self.options, self._hooks, self._transport)
        self._waiting = Waiting(self._hooks.note)
        self._lock = threading.RLock()
        self._token: Token | None = None
        self._token_known = False
        self._token_check: TokenCheck | None = None
        self._tls: ssl.SSLContext | None = None
        self._here = threading.local()
        self._open: list[httpx.BaseTransport] = []

    @property
    def token(self) -> Token | None:
        """The token in use, found when it is first needed."""
        with self._lock:
            if not self._token_known:
                self._take_token(self._credentials())
            return self._token

    @property
    def cancelled(self) -> threading.Event:
        """Set it to end every wait of the session with :class:`concurrent.futures.CancelledError`."""
        return self._waiting.cancelled

    @contextlib.contextmanager
    def reporting(self, status: Callable[[str], None]) -> Iterator[None]:
        """Show waits through ``status`` (such as ``Progress.status``) inside the block."""
        before, self._waiting.status = self._waiting.status, status
        try:
            yield
        finally:
            self._waiting.status = before

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        form: Params | None = None,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        budget: Budget = API,
        repo: Repo | None = None,
        revision: str | None = None,
        retry: bool | None = None,
        accept: Collection[int] = (),
    ) -> Response:
        """The whole answer to a request of the endpoint; its body has at most 64 MiB.

        ``path`` is relative to the endpoint; an absolute address must have the endpoint's origin. ``content`` that is
        an iterator is sent once; one that can be iterated again may be retried. ``repo`` and ``revision`` make better
        messages. ``retry``: True, this request may be sent twice; False, never; None, if its method is safe. A status
        of 400 and above raises an :class:`HfError` by wire.md §4, unless ``accept`` has it.
        """
        body, sent = _encoded(json, form, content)
        sent.update({"Accept-Encoding": "gzip", **(headers or {})})
        call = self._call(method, self._home_url(path, params), sent, body, budget)

        def attempt(call: Call) -> Response:
            opened = self._exchange.send(call)
            return self._whole(opened, call, repo, revision, accept)

        return self._patiently(call, attempt, retry)

    def json(self, method: str, path: str, **options: Any) -> Any:
        """The parsed JSON of an answer; options as :meth:`request`."""
        response = self.request(
            method, path, headers={"Accept": "application/json"} | options.pop("headers", {}), **options
        )
        return response.json()

    def paginate(self, path: str, *, params: Params | None = None, **options: Any) -> Iterator[Any]:
        """The items of every page. The next page is asked only of the endpoint's own origin (faults.md S06, S11)."""
        seen: set[str] = set()
        url = self._home_url(path, params)
        while len(seen) < _PAGE_CAP:
            seen.add(url)
            response = self.request("GET", url, **options)
            page = response.json()
            if not isinstance(page, list):
                raise IntegrityError(f"{response.host} answered with a page that is not a list")
            yield from page
            link = next_link(response.headers)
            if link is None:
                return
            url = localize(redirect_target(response.url, link), self.endpoint)
            if origin_of(url) != origin_of(self.endpoint):
                raise NetworkError(f"{response.host} tried to send us to {origin_of(url)} for the next page; refused")
            if url in seen:
                raise IntegrityError(f"{response.host} repeats the same page for ever")
        raise IntegrityError(f"{origin_of(url).host} answered with more than {_PAGE_CAP} pages")

    @contextlib.contextmanager
    def stream(
        self,
        method: str,
        url_or_path: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | Iterable[bytes] | None = None,
        budget: Budget = DOWNLOAD,
        repo: Repo | None = None,
        revision: str | None = None,
        retry: bool | None = None,
        accept: Collection[int] = (),
    ) -> Iterator[StreamedResponse]:
        """An answer whose body is read by the caller, in the identity coding.

        An address of another origin is asked without credentials, as is what a redirect leads to. Errors and retries
        as :meth:`request` until the headers have come; what fails in the body is raised to the caller. A content host
        that refuses a signed address raises ``AddressExpiredError``.
        """
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        url = url_or_path if "://" in url_or_path else self._home_url(url_or_path, None)
        call = self._call(method, url, sent, content, budget)

        def attempt(call: Call) -> Opened:
            opened = self._exchange.send(call)
            if opened.response.status_code >= 400 and opened.response.status_code not in accept:
                self._whole(opened, call, repo, revision, accept)
            try:
                refuse_coding(opened.response, origin_of(opened.url).host)
            except HfError:
                opened.response.close()
                raise
            return opened

        opened = self._patiently(call, attempt, retry)
        response = opened.response
        try:
            yield StreamedResponse(
                opened.method,
                opened.url,
                response.status_code,
                response.headers,
                opened.first_headers,
                response,
                call.budget,
                opened.total_by,
            )
        finally:
            response.close()

    def send_external(
        self,
        method: str,
        url: str,
        *,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        budget: Budget = UPLOAD,
        retry: bool | None = None,
    ) -> Response:
        """Send to a signed address: without the Hub's credentials and without hooks, wherever it points."""
        call = Call(method, url, dict(headers or {}), content, self._budget(budget), None)

        def attempt(call: Call) -> Response:
            return self._whole(self._exchange.send(call), call, None, None, ())

        return self._patiently(call, attempt, retry)

    def localize(self, url: str) -> str:
        """``url`` at this endpoint where it names the official Hub and this is another (wire.md §1)."""
        return localize(url, self.endpoint)

    def check_token(self) -> TokenCheck:
        """What whoami says about the token; asked once."""
        with self._lock:
            if self._token_check is None:
                self._token_check = self._ask_whoami()
            return self._token_check

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            transports, self._open = self._open, []
        for transport in transports:
            transport.close()

    def _ask_whoami(self) -> TokenCheck:
        from hfcli_core.hub.repos import whoami

        if self.token is None:
            return TokenCheck("unknown")
        self._token_check = TokenCheck("unknown")
        try:
            who = whoami(self, retry=False)
        except AuthenticationError:
            return TokenCheck("refused")
        except HfError:
            return TokenCheck("unknown")
        return TokenCheck("valid", who.name, who.token_role or "")

    def _take_token(self, token: Token | None) -> None:
        if token is not None:
            register_secret(token.value)
        self._token, self._token_known = token, True

    def _refreshed(self, used: Token) -> bool:
        """Whether the credentials have another token than the one that was refused."""
        with self._lock:
            if self._token is not None and self._token.value != used.value:
                return True
            fresh = self._credentials()
            if fresh is None or fresh.value == used.value:
                return False
            self._take_token(fresh)
            self._token_check = None
            return True

    def _home_url(self, path: str, params: Params | None) -> str:
        if "://" in path:
            if origin_of(path) != origin_of(self.endpoint):
                raise NetworkError(f"{origin_of(path)} is not the endpoint {self.endpoint}; refused")
            url = path
        else:
            url = f"{self.endpoint}/{path.lstrip('/')}"
        if params:
            url += ("&" if "?" in url else "?") + _urlencoded(params)
        return url

    def _call(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | Iterable[bytes] | None, budget: Budget
    ) -> Call:
        at_home = origin_of(url) == origin_of(self.endpoint)
        token = self.token if at_home and not self.options.offline else None
        return Call(method, url, headers, content, self._budget(budget), token)

    def _budget(self, budget: Budget) -> Budget:
        return self.options.budgets.get(budget, budget)

    def _patiently(self, call: Call, attempt: Callable[[Call], T], retry: bool | None) -> T:
        repeatable = retry if retry is not None else call.method in SAFE_METHODS
        patience = Patience(
            self.options.max_outage,
            repeatable=repeatable and call.replayable,
            first_wait=self.options.first_wait,
        )
        host = origin_of(call.url).host
        renewed = False
        while True:
            self._waiting.for_turn(host)
            known = host in self._exchange.answered
            try:
                return attempt(call)
            except AttemptFailed as failed:
                setback = failed.setback
                wait = None if retry is False or not call.replayable else patience.wait_after(setback)
                if wait is None:
                    raise _final(setback, known, patience.spent) from failed
                if setback.asked_wait is not None:
                    self._waiting.postpone(host, wait, setback.reason)
                else:
                    self._waiting.pause(host, wait, setback.reason)
            except AuthenticationError as error:
                # A token may expire while a long upload runs (faults.md A6).
                refused = error.details.get("status") == 401 and call.token is not None and call.replayable
                if renewed or not refused or call.token is None or not self._refreshed(call.token):
                    raise
                renewed = True
                call = Call(call.method, call.url, call.headers, call.content, call.budget, self.token)

    def _whole(
        self, opened: Opened, call: Call, repo: Repo | None, revision: str | None, accept: Collection[int]
    ) -> Response:
        raw, host = opened.response, origin_of(opened.url).host
        failed = raw.status_code >= 400 and raw.status_code not in accept
        options = {"cap": _ERROR_CAP} if failed else {}
        try:
            body = read_body(raw, call.budget, opened.total_by, host, **options)
        except (NetworkError, HubTimeoutError) as lost:
            raise AttemptFailed(Setback(lost, "connection lost", acted=True, tries=5)) from lost
        finally:
            raw.close()
        response = Response(opened.method, opened.url, raw.status_code, raw.headers, body)
        if not failed:
            return response
        asked = Asked(
            self.endpoint,
            repo,
            revision,
            call.token,
            self.check_token,
            self._withheld,
            origin_of(opened.url) == origin_of(self.endpoint),
        )
        error = error_for(response, asked)
        if response.status in BUSY_STATUSES:
            raise AttemptFailed(_busy(response, error))
        raise error

    def _transport(self, origin: str) -> httpx.BaseTransport:
        """The transport of this thread for ``origin``; a child process makes its own."""
        here = self._here
        if getattr(here, "pid", None) != os.getpid():
            here.pid, here.ours, here.theirs = os.getpid(), None, {}
        if origin not in here.theirs:
            here.theirs[origin] = self._hooks.transport(origin)
            if here.theirs[origin] is not None:
                self._remember(here.theirs[origin])
        if here.theirs[origin] is None and here.ours is None:
            from hfcli_core.hub.network import Network, is_public
            from hfcli_core.hub.pools import PooledTransport

            network = Network(is_public=self._hooks.is_public or is_public)
            here.ours = PooledTransport(environ=self.options.environ, context=self._tls_context, network=network)
            self._remember(here.ours)
        transport: httpx.BaseTransport = here.theirs[origin] or here.ours
        return transport

    def _remember(self, transport: httpx.BaseTransport) -> None:
        with self._lock:
            self._open.append(transport)

    def _tls_context(self) -> ssl.SSLContext:
        from hfcli_core.hub.trust import tls_context

        with self._lock:
            if self._tls is None:
                self._tls = tls_context(self.options.ca_bundle, self.options.environ)
            return self._tls


def _encoded(
    json: Any, form: Params | None, content: bytes | Iterable[bytes] | None
) -> tuple[bytes | Iterable[bytes] | None, dict[str, str]]:
    if json is not None:
        from json import dumps

        return dumps(json, separators=(",", ":")).encode(), {"Content-Type": "application/json"}
    if form is not None:
        return _urlencoded(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return content, {}


def _urlencoded(params: Params) -> str:
    """Pairs as they stand in a query: None is left out, booleans are ``true`` and ``false``, lists are repeated."""
    pairs = params.items() if hasattr(params, "items") else params
    flat = ((key, item) for key, value in pairs for item in (value if isinstance(value, list | tuple) else [value]))
    texts = (
        (key, str(item).lower() if isinstance(item, bool) else str(item)) for key, item in flat if item is not None
    )
    return urlencode(list(texts))


def _busy(response: Response, error: HfError) -> Setback:
    wait = asked_wait(response.headers)
    untouched = response.status == 429 or (response.status == 503 and wait is not None)
    reason = "rate limited" if response.status == 429 else f"server busy ({response.status})"
    if wait is not None:
        error.hint = f"the server asks to wait {wait:.0f} s"
    return Setback(error, reason, acted=not untouched, asked_wait=wait, tries=5 if response.status == 500 else None)


def _final(setback: Setback, known: bool, spent: bool) -> HfError:
    """The error to tell: a network that stayed away for the whole of its time is a timeout (faults.md N24)."""
    if known and spent and isinstance(setback.error, NetworkError):
        return HubTimeoutError(f"{setback.error.message}; gave up", hint="http.max_outage says how long to go on")
    return setback.error
