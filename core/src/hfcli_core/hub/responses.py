"""Answers: whole ones, read under a cap, and streamed ones."""

from __future__ import annotations

import json
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from hfcli_core.errors import HubTimeoutError, IntegrityError, NetworkError
from hfcli_core.hub.addresses import origin_of
from hfcli_core.hub.budgets import MIN_RATE

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping

    import httpx

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


@dataclass(slots=True)
class StreamedResponse:
    """An answer whose body is still to be read; closed by :meth:`HubSession.stream`.

    ``headers`` are those of the last answer, ``first_response_headers`` those of the one before any redirect, where
    the Hub says which commit, etag and size it means (wire.md §3).
    """

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    first_response_headers: Mapping[str, str]
    _response: httpx.Response
    _budget: Budget
    _total_by: float | None

    def iter_raw(self, chunk: int | None = None) -> Iterator[bytes]:
        """The body as it comes, in pieces of ``chunk`` bytes where that is given.

        Raises :class:`NetworkError` when the connection is lost or ends early, :class:`HubTimeoutError` when it
        stalls, or crawls below ``MIN_RATE``.
        """
        yield from timed_chunks(self._response, self._budget, self._total_by, origin_of(self.url).host, chunk)

    @property
    def socket(self) -> socket.socket | None:
        """The socket below, for readers that are faster than the parser (perf.md): read the first piece of
        :meth:`iter_raw` first, and keep that iterator. None with transports that have none."""
        stream = self._response.extensions.get("network_stream")
        found: socket.socket | None = stream.get_extra_info("socket") if stream is not None else None
        return found


def timed_chunks(
    response: httpx.Response, budget: Budget, total_by: float | None, host: str, chunk: int | None = None
) -> Iterator[bytes]:
    """The raw body under ``budget``, its failures as :class:`HfError`."""
    from hfcli_core.hub.lean_httpx import httpx

    window = 2 * budget.read
    window_ends, seen = time.monotonic() + window, 0
    try:
        for data in raw_parts(response, chunk):
            yield data
            now = time.monotonic()
            seen += len(data)
            if total_by is not None and now > total_by:
                raise HubTimeoutError(f"{host} took longer than {budget.total:g} s")
            if now > window_ends:
                if seen < MIN_RATE * window:
                    raise HubTimeoutError(f"{host} sends almost nothing: {seen} bytes in {window:.0f} s")
                window_ends, seen = now + window, 0
    except httpx.TimeoutException as error:
        raise HubTimeoutError(f"{host} stopped sending for {budget.read:g} s") from error
    except httpx.TransportError as error:
        raise NetworkError(f"The connection to {host} was lost: {error}") from error


def raw_parts(response: httpx.Response, chunk: int | None = None) -> Iterator[bytes]:
    """The body as it came, also of a response that its transport has read already."""
    if response.is_stream_consumed:
        return iter([*response.stream])  # type: ignore[misc]  # a byte stream, which is what was consumed
    return response.iter_raw(chunk)


def read_body(
    response: httpx.Response, budget: Budget, total_by: float | None, host: str, cap: int = BODY_CAP
) -> bytes:
    """The whole decoded body of at most ``cap`` bytes; ``gzip`` is undone, any other coding refused (faults.md S09)."""
    coding = response.headers.get("content-encoding", "identity").strip().lower() or "identity"
    if coding not in ("identity", "gzip", "x-gzip"):
        raise IntegrityError(f"{host} answered in the coding '{coding[:20]}', which was not asked for")
    decoder = None if coding == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)
    parts: list[bytes] = []
    size = 0
    for data in timed_chunks(response, budget, total_by, host):
        try:
            part = decoder.decompress(data, cap - size + 1) if decoder else data
        except zlib.error as error:
            raise IntegrityError(f"{host} sent a damaged gzip body") from error
        size += len(part)
        if size > cap:
            raise IntegrityError(f"{host} answered with more than {cap // 2**20} MiB; refused")
        parts.append(part)
    return b"".join(parts)


def check_header_count(response: httpx.Response, host: str) -> None:
    if len(response.headers.raw) > HEADER_COUNT_CAP:
        response.close()
        raise IntegrityError(f"{host} answered with {len(response.headers.raw)} header lines; refused")


def refuse_coding(response: httpx.Response, method: str, host: str) -> None:
    """Content is asked for as it is; a coded body would hide its size and its hash (faults.md N22, S09)."""
    coding = response.headers.get("content-encoding", "identity").strip().lower() or "identity"
    if coding != "identity" and method != "HEAD":
        response.close()
        raise IntegrityError(f"{host} sent the content in the coding '{coding[:20]}', although none was asked for")
