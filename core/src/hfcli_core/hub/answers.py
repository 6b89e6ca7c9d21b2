"""What the exchange needs of an answer, whichever way it came, and the way through httpx."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from hfcli_core.errors import NetworkError
from hfcli_core.hub.redaction import redact
from hfcli_core.hub.transport_errors import (
    AnswerTimeoutError,
    ConnectError,
    ConnectionLostError,
    ConnectTimeoutError,
    ProtocolError,
    ProxyError,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import httpx

    from hfcli_core.hub.budgets import Budget


class Answer(Protocol):
    """An answer whose body is unread. All that waits raises ``TransportError``.

    ``length`` is that of the body, None where it is not known before its end.
    """

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def header_count(self) -> int: ...

    @property
    def length(self) -> int | None: ...

    @property
    def peer(self) -> str | None:
        """The address at the other end of the connection; None where a transport does not say."""

    def read_into(self, buffer: memoryview | bytearray) -> int:
        """Bytes put into ``buffer``: at least one, at the end of the body none."""

    def read_part(self) -> bytes:
        """What has come, at least a byte; empty at the end of the body."""

    def hurry(self, silence: float) -> None:
        """Wait at most ``silence`` seconds for each further piece."""

    def close(self) -> None: ...


class HttpxAnswer:
    """An answer of an httpx transport. ``timeouts`` are those of its request, which httpcore looks up at each read."""

    def __init__(self, response: httpx.Response, timeouts: dict[str, float]) -> None:
        self._response, self._timeouts = response, timeouts
        self._parts: Iterator[bytes] | None = None
        self._held = memoryview(b"")
        self.status_code = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.header_count = len(response.headers.raw)
        self._bodiless = response.request.method == "HEAD" or response.status_code in (204, 304)

    @property
    def length(self) -> int | None:
        if self._bodiless:
            return 0
        value = "" if "transfer-encoding" in self.headers else self.headers.get("content-length", "")
        return int(value) if value.isascii() and value.isdigit() else None

    @property
    def peer(self) -> str | None:
        stream = self._response.extensions.get("network_stream")
        address = stream.get_extra_info("server_addr") if stream is not None else None
        return str(address[0]) if address else None

    def read_into(self, buffer: memoryview | bytearray) -> int:
        if not self._held:
            self._held = memoryview(self.read_part())
        size = min(len(self._held), len(buffer))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    def read_part(self) -> bytes:
        if self._held:
            part, self._held = bytes(self._held), memoryview(b"")
            return part
        if self._parts is None:
            # A transport may have read the body already.
            consumed = self._response.is_stream_consumed
            self._parts = iter(self._response.stream) if consumed else self._response.iter_raw()  # type: ignore[arg-type]  # a byte stream, which is what was consumed
        with _translated():
            return next(filter(None, self._parts), b"")

    def hurry(self, silence: float) -> None:
        self._timeouts["read"] = min(self._timeouts["read"], silence)

    def close(self) -> None:
        self._response.close()


def through_httpx(
    transport: httpx.BaseTransport,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes | Iterable[bytes] | None,
    budget: Budget,
    total_by: float | None,
    public_only: bool,
) -> Answer:
    """The answer of ``transport``."""
    from hfcli_core.hub.httpx_import import httpx
    from hfcli_core.hub.httpx_network import sending

    timeouts = {
        "connect": budget.connect,
        "read": budget.first_byte,
        "write": budget.read,
        "pool": budget.connect,
    }
    try:
        request = httpx.Request(method, url, headers=headers, content=content, extensions={"timeout": timeouts})
    except (httpx.InvalidURL, ValueError) as error:
        raise NetworkError(f"Not an address that can be used: {redact(url)[:200]!r}") from error
    with _translated(), sending(first_byte=budget.first_byte, total_by=total_by, public_only=public_only):
        response = transport.handle_request(request)
    # httpcore looks this up again when the body is read: from here on silences count, not the wait for an answer.
    timeouts["read"] = budget.read
    response.request = request
    return HttpxAnswer(response, timeouts)


@contextmanager
def _translated() -> Iterator[None]:
    from hfcli_core.hub.httpx_import import httpx

    try:
        yield
    except httpx.TransportError as error:
        raise _ours(error) from error


def _ours(error: httpx.TransportError) -> TransportError:
    """What went wrong below httpx, where that was ours, else the failure of the same kind."""
    from hfcli_core.hub.httpx_import import httpx

    cause = error.__cause__
    while cause is not None:
        if isinstance(cause, TransportError):
            return cause
        # httpcore raises what comes from below once more, "from None".
        cause = cause.__cause__ or cause.__context__
    kinds: list[tuple[type[httpx.TransportError], type[TransportError]]] = [
        (httpx.ConnectTimeout, ConnectTimeoutError),
        (httpx.PoolTimeout, ConnectTimeoutError),
        (httpx.TimeoutException, AnswerTimeoutError),
        (httpx.ProxyError, ProxyError),
        (httpx.ConnectError, ConnectError),
        (httpx.ProtocolError, ProtocolError),
    ]
    kind = next((ours for theirs, ours in kinds if isinstance(error, theirs)), ConnectionLostError)
    # The one violation that is none: httpx has no other way to say that a connection ended.
    if kind is ProtocolError and "disconnected" in str(error):
        kind = ConnectionLostError
    return kind(str(error))
