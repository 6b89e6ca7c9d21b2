"""Answers: whole ones, read under a cap, and streamed ones."""

from __future__ import annotations

import json
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from hfcli_core.errors import HubTimeoutError, IntegrityError, NetworkError
from hfcli_core.hub.addresses import origin_of
from hfcli_core.hub.budgets import MIN_RATE
from hfcli_core.hub.transport_errors import AnswerTimeoutError, TransportError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hfcli_core.hub.answers import Answer
    from hfcli_core.hub.budgets import Budget

BODY_CAP = 64 * 2**20
"""Bytes that the body of an API answer may have, decoded (faults.md S09, S10)."""

HEADER_COUNT_CAP = 256
"""Header lines that an answer may have (faults.md S11); h11 bounds their bytes."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. ``headers`` are looked up in any case; ``url`` is where the answer came from."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def host(self) -> str:
        return origin_of(self.url).host

    @property
    def request_id(self) -> str | None:
        """What the server's operators find the request by."""
        return next((self.headers[name] for name in _REQUEST_IDS if name in self.headers), None)

    @property
    def is_html(self) -> bool:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind in ("text/html", "application/xhtml+xml") or self.body[:64].lstrip().lower().startswith(
            _HTML_STARTS
        )

    def json(self) -> Any:
        """The parsed body. :class:`NetworkError` for a web page, :class:`IntegrityError` for what is no JSON."""
        if self.is_html:
            raise NetworkError(
                f"A proxy or login page answered instead of the Hub at {self.host}",
                hint="log in to the network in a browser, or check HTTPS_PROXY, NO_PROXY and the endpoint",
                request_id=self.request_id,
            )
        try:
            return json.loads(self.body.decode("utf-8-sig"), parse_constant=_no_constant)
        except RecursionError:
            problem = "JSON nested too deeply"
        except ValueError:
            problem = "a body that is not JSON" if self.body.strip() else "an empty body instead of JSON"
        raise IntegrityError(f"{self.host} answered with {problem}", request_id=self.request_id)


_REQUEST_IDS = ("x-request-id", "x-amzn-trace-id", "x-amz-cf-id")
_HTML_STARTS = (b"<!doctype html", b"<html")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Page(NamedTuple):
    """A part of a listing; ``more``: it is not the last."""

    items: list[Any]
    more: bool


@dataclass(frozen=True, slots=True)
class Address:
    """Where an answer came from, to ask there again without the way that led to it.

    ``public_only``: a public server sent us there, so that it must be public too.
    """

    url: str
    public_only: bool = False


@dataclass(slots=True)
class StreamedResponse:
    """An answer whose body is still to be read; closed by :meth:`HubSession.stream`.

    ``headers`` are those of the last answer, ``first_response_headers`` those of the one before any redirect, where
    the Hub says which commit, etag and size it means (wire.md §3). ``address`` may be given to ``stream`` in the place
    of an address, to ask for another range of the same file.
    """

    method: str
    status: int
    headers: Mapping[str, str]
    first_response_headers: Mapping[str, str]
    address: Address
    _body: Body

    @property
    def url(self) -> str:
        return self.address.url

    @property
    def length(self) -> int | None:
        """Bytes of the body, where the server says so beforehand."""
        return self._body.length

    def read_into(self, buffer: memoryview | bytearray) -> int:
        """Read what is there now, and wait for it where nothing is: from one byte to as many as ``buffer`` takes.

        0 at the end of the body. Raises as :meth:`iter_raw`.
        """
        return self._body.read_into(buffer)

    def iter_raw(self, chunk: int | None = None) -> Iterator[bytes]:
        """The body as it comes, in pieces of ``chunk`` bytes where that is given.

        Raises :class:`NetworkError` when the connection is lost or ends early, :class:`HubTimeoutError` when it
        stalls, or crawls below ``MIN_RATE``.
        """
        if chunk is None:
            yield from self._body
            return
        buffer = bytearray(chunk)
        view, filled = memoryview(buffer), 0
        while size := self._body.read_into(view[filled:]):
            filled += size
            if filled == chunk:
                yield bytes(buffer)
                filled = 0
        if filled:
            yield bytes(view[:filled])


class Body:
    """The raw body of an answer under ``budget``, its failures as :class:`HfError`."""

    def __init__(
        self, answer: Answer, budget: Budget, total_by: float | None, host: str, stall_hint: str | None = None
    ) -> None:
        self._answer, self._budget, self._total_by = answer, budget, total_by
        self._host, self._stall_hint = host, stall_hint
        self._waited, self._seen = 0.0, 0

    @property
    def length(self) -> int | None:
        return self._answer.length

    def __iter__(self) -> Iterator[bytes]:
        while True:
            started = time.monotonic()
            try:
                data = self._answer.read_part()
            except Exception as error:
                self._fail(error)
            if not data:
                return
            self._keep_pace(len(data), started)
            yield data

    def read_into(self, buffer: memoryview | bytearray) -> int:
        started = time.monotonic()
        try:
            size = self._answer.read_into(buffer)
        except Exception as error:
            self._fail(error)
        if size:
            self._keep_pace(size, started)
        return size

    def _keep_pace(self, size: int, started: float) -> None:
        """Count ``size`` bytes that were waited for since ``started``; what the reader does meanwhile is its own."""
        now = time.monotonic()
        if self._total_by is not None and now > self._total_by:
            raise self._too_long()
        self._seen += size
        self._waited += now - started
        window = 2 * self._budget.read
        if self._waited > window:
            if self._seen < MIN_RATE * window:
                raise HubTimeoutError(
                    f"{self._host} sends almost nothing: {self._seen} bytes in {window:.0f} s", hint=self._stall_hint
                )
            self._waited, self._seen = 0.0, 0

    def _too_long(self) -> HubTimeoutError:
        return HubTimeoutError(f"{self._host} took longer than {self._budget.total:g} s")

    def _fail(self, error: Exception) -> NoReturn:
        if isinstance(error, AnswerTimeoutError):
            if self._total_by is not None and time.monotonic() >= self._total_by:
                raise self._too_long() from error
            raise HubTimeoutError(
                f"{self._host} stopped sending for {self._budget.read:g} s", hint=self._stall_hint
            ) from error
        if isinstance(error, TransportError):
            raise NetworkError(f"The connection to {self._host} was lost: {error}") from error
        raise error


def read_body(answer: Answer, budget: Budget, total_by: float | None, host: str, cap: int = BODY_CAP) -> bytes:
    """The whole decoded body of at most ``cap`` bytes; ``gzip`` is undone, any other coding refused (faults.md S09)."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower() or "identity"
    if coding not in ("identity", "gzip", "x-gzip"):
        raise IntegrityError(f"{host} answered in the coding '{coding[:20]}', which was not asked for")
    decoder = None if coding == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)
    parts: list[bytes] = []
    size = 0
    for data in Body(answer, budget, total_by, host):
        try:
            part = decoder.decompress(data, cap - size + 1) if decoder else data
        except zlib.error as error:
            raise IntegrityError(f"{host} sent a damaged gzip body") from error
        size += len(part)
        if size > cap:
            raise IntegrityError(f"{host} answered with more than {cap // 2**20} MiB; refused")
        parts.append(part)
    return b"".join(parts)


def check_header_count(answer: Answer, host: str) -> None:
    if answer.header_count > HEADER_COUNT_CAP:
        answer.close()
        raise IntegrityError(f"{host} answered with {answer.header_count} header lines; refused")


def refuse_coding(answer: Answer, method: str, host: str) -> None:
    """Content is asked for as it is; a coded body would hide its size and its hash (faults.md N22, S09)."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower() or "identity"
    if coding != "identity" and method != "HEAD":
        answer.close()
        raise IntegrityError(f"{host} sent the content in the coding '{coding[:20]}', although none was asked for")
