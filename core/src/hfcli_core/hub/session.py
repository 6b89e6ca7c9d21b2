"""The only way to HTTP: every request of the core, of the plugins and of their storage backends."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hfcli_core.errors import AuthenticationError, HubTimeoutError, IntegrityError, NetworkError
from hfcli_core.hub.addresses import checked_endpoint, is_address, localize, next_link, origin_of, redirect_target
from hfcli_core.hub.budgets import API, DOWNLOAD, UPLOAD, Budget
from hfcli_core.hub.encoding import encoded_body, urlencoded
from hfcli_core.hub.exchange import AttemptFailed, Call, Exchange, Opened, without_credentials
from hfcli_core.hub.failures import Asked, error_for
from hfcli_core.hub.identity import Identity
from hfcli_core.hub.options import SessionHooks, SessionOptions
from hfcli_core.hub.responses import Address, Body, Page, Response, StreamedResponse, read_body, refuse_coding
from hfcli_core.hub.retry import BUSY_STATUSES, SAFE_METHODS, Patience, Setback, busy, final_error
from hfcli_core.hub.transports import Transports
from hfcli_core.hub.waiting import Waiting

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterator, Mapping
    from typing import Self, TypeVar

    from hfcli_core.auth.provider import Token
    from hfcli_core.hub.encoding import Content, Params
    from hfcli_core.hub.refs import Repo
    from hfcli_core.hub.repos import WhoAmI

    T = TypeVar("T")

_ERROR_CAP = 2**20
_PAGE_CAP = 100_000
_STALL_HINT = "HF_HUB_DOWNLOAD_TIMEOUT gives a slow server more seconds"


class HubSession:
    """Requests to one endpoint with one identity; safe for threads.

    ``credentials`` is asked once, when the first request is made, and again when the token is refused, so that one
    that expired in the middle of a long upload can be replaced. ``withheld`` says why a stored token was not sent.
    ``hub`` is the Hub of a service that has another address: it knows whose a token is, and makes new ones.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        credentials: Callable[[], Token | None] = lambda: None,
        withheld: Callable[[], str | None] = lambda: None,
        hub: HubSession | None = None,
        options: SessionOptions | None = None,
        hooks: SessionHooks | None = None,
    ) -> None:
        self.endpoint = checked_endpoint(endpoint)
        self.options = options or SessionOptions()
        self._withheld = withheld
        self._hub = hub or self
        hooks = hooks or SessionHooks()
        self._identity = Identity(credentials, self._whoami)
        self._waiting = Waiting(hooks.note)
        self._transports = Transports(self.options, hooks, self._waiting)
        self._exchange = Exchange(self.endpoint, self.options, hooks, self._transports)

    @property
    def token(self) -> Token | None:
        """The token in use, found when it is first needed."""
        return self._identity.token

    @property
    def cancelled(self) -> threading.Event:
        """Set it to end every wait of the session with ``Cancelled``; the engine puts its own event here."""
        return self._waiting.cancelled

    @cancelled.setter
    def cancelled(self, event: threading.Event) -> None:
        self._waiting.cancelled = event

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
        content: Content = None,
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
        of 400 and above raises an :class:`HfError` by wire.md §4, unless ``accept`` has it; its ``details`` say
        ``"outcome": "unknown"`` where an order may have been carried out all the same.
        """
        body, sent = encoded_body(json, form, content)
        sent.update({"Accept-Encoding": "gzip", **(headers or {})})
        call = self._call(method, self._home_url(path, params), sent, body, budget)

        def attempt(call: Call) -> Response:
            opened = self._exchange.send(call)
            return self._whole(opened, call, repo, revision, accept)

        return self._patiently(call, attempt, retry)

    def json(self, method: str, path: str, **options: Any) -> Any:
        """The parsed JSON of an answer; options as :meth:`request`."""
        headers = {"Accept": "application/json"} | (options.pop("headers", None) or {})
        return self.request(method, path, headers=headers, **options).json()

    def paginate(self, path: str, *, params: Params | None = None, **options: Any) -> Iterator[Any]:
        """The items of every page, as of :meth:`pages`."""
        for page in self.pages(path, params=params, **options):
            yield from page.items

    def pages(self, path: str, *, params: Params | None = None, **options: Any) -> Iterator[Page]:
        """One page after the other, each when it is asked for, and only of the endpoint's own origin (faults.md S06,
        S11)."""
        seen: set[str] = set()
        url = self._home_url(path, params)
        while len(seen) < _PAGE_CAP:
            seen.add(url)
            response = self.request("GET", url, **options)
            page = response.json()
            if not isinstance(page, list):
                raise IntegrityError(f"{response.host} answered with a page that is not a list")
            link = next_link(response.headers)
            yield Page(page, more=link is not None)
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
        url_or_path: str | Address,
        *,
        headers: Mapping[str, str] | None = None,
        content: Content = None,
        budget: Budget = DOWNLOAD,
        repo: Repo | None = None,
        revision: str | None = None,
        retry: bool | None = None,
        accept: Collection[int] = (),
    ) -> Iterator[StreamedResponse]:
        """An answer whose body is read by the caller, in the identity coding.

        An address of another origin is asked without credentials, as is what a redirect leads to; an
        :class:`Address` of an earlier answer as if a redirect led there. Errors and retries as :meth:`request` until
        the headers have come; what fails in the body is raised to the caller. A content host that refuses a signed
        address raises ``AddressExpiredError``.
        """
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        public_only = False
        if isinstance(url_or_path, Address):
            url, public_only = url_or_path.url, url_or_path.public_only
            if origin_of(url) != origin_of(self.endpoint):
                sent = without_credentials(sent)
        else:
            url = url_or_path if is_address(url_or_path) else self._home_url(url_or_path, None)
        call = self._call(method, url, sent, content, budget, public_only=public_only)
        stall_hint = _STALL_HINT if budget == DOWNLOAD else None

        def attempt(call: Call) -> Opened:
            opened = self._exchange.send(call)
            if opened.response.status_code >= 400 and opened.response.status_code not in accept:
                self._whole(opened, call, repo, revision, accept)
            refuse_coding(opened.response, opened.method, opened.host)
            return opened

        opened = self._patiently(call, attempt, retry)
        response = opened.response
        try:
            yield StreamedResponse(
                opened.method,
                response.status_code,
                response.headers,
                opened.first_headers,
                opened.address,
                Body(response, call.budget, opened.total_by, opened.host, stall_hint),
            )
        finally:
            response.close()

    def send_external(
        self,
        method: str,
        url: str,
        *,
        content: Content = None,
        headers: Mapping[str, str] | None = None,
        budget: Budget = UPLOAD,
        retry: bool | None = None,
    ) -> Response:
        """Send to a signed address: without the Hub's credentials and without hooks, wherever it points."""
        call = Call(method, url, dict(headers or {}), content, self._budget(budget), None, external=True)

        def attempt(call: Call) -> Response:
            return self._whole(self._exchange.send(call), call, None, None, ())

        return self._patiently(call, attempt, retry)

    def localize(self, url: str) -> str:
        """``url`` at this endpoint where it names the official Hub and this is another (wire.md §1)."""
        return localize(url, self.endpoint)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._transports.close()

    def _whoami(self) -> WhoAmI:
        from hfcli_core.hub.repos import whoami

        return whoami(self._hub, retry=False)

    def _home_url(self, path: str, params: Params | None) -> str:
        if is_address(path):
            if origin_of(path) != origin_of(self.endpoint):
                raise NetworkError(f"{origin_of(path)} is not the endpoint {self.endpoint}; refused")
            url = path
        else:
            url = f"{self.endpoint}/{path.lstrip('/')}"
        if params:
            url += ("&" if "?" in url else "?") + urlencoded(params)
        return url

    def _call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: Content,
        budget: Budget,
        *,
        public_only: bool = False,
    ) -> Call:
        at_home = origin_of(url) == origin_of(self.endpoint)
        token = self.token if at_home and not self.options.offline else None
        return Call(method, url, headers, content, self._budget(budget), token, public_only=public_only)

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
                    error = final_error(setback, known=known, spent=patience.spent)
                    if setback.acted and call.method not in SAFE_METHODS:
                        error.details["outcome"] = "unknown"
                    raise error from failed
                if setback.asked_wait is not None:
                    self._waiting.postpone(host, wait, setback.reason)
                else:
                    self._waiting.pause(host, wait, setback.reason)
            except AuthenticationError as refusal:
                # A token may expire while a long upload runs (faults.md A6).
                refused = refusal.details.get("status") == 401 and call.token is not None and call.replayable
                if renewed or not refused or call.token is None or not self._identity.renewed(call.token):
                    raise
                renewed = True
                call = replace(call, token=self.token)

    def _whole(
        self, opened: Opened, call: Call, repo: Repo | None, revision: str | None, accept: Collection[int]
    ) -> Response:
        raw, host = opened.response, opened.host
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
            self._identity.check,
            self._withheld,
            hub=self._hub.endpoint,
        )
        error = error_for(response, asked)
        if response.status in BUSY_STATUSES:
            raise AttemptFailed(busy(response, error))
        raise error
