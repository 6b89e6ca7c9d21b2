"""What was asked of the Hub: one entry for each request, on both origins, with its secrets, for tests to assert on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hfcli_hub.faults.rules import Host


@dataclass
class RecordedRequest:
    """``status`` is None while there is no answer; ``received`` and ``sent`` count body bytes as the Hub saw them.

    ``connection`` is the same for requests that came over the same connection, one after the other.
    """

    host: Host
    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    connection: int = 0
    status: int | None = None
    received: int = 0
    sent: int = 0

    @property
    def authorized(self) -> bool:
        return "authorization" in self.headers or "cookie" in self.headers


class RequestRecord:
    """Thread-safe and in order of arrival. Paths are as they were sent: percent-encoded, without the query."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[RecordedRequest] = []

    def add(self, request: RecordedRequest) -> None:
        with self._lock:
            self._requests.append(request)

    def clear(self) -> None:
        with self._lock:
            self._requests.clear()

    def __iter__(self) -> Iterator[RecordedRequest]:
        with self._lock:
            return iter(list(self._requests))

    def __len__(self) -> int:
        with self._lock:
            return len(self._requests)

    def find(
        self,
        *,
        method: str | None = None,
        path: str = "*",
        host: Host | None = None,
        status: int | None = None,
    ) -> list[RecordedRequest]:
        """The requests that match; ``path`` is a shell pattern whose ``*`` also matches ``/``."""
        return [
            request
            for request in self
            if method in (None, request.method)
            and host in (None, request.host)
            and status in (None, request.status)
            and fnmatchcase(request.path, path)
        ]

    def count(
        self,
        *,
        method: str | None = None,
        path: str = "*",
        host: Host | None = None,
        status: int | None = None,
    ) -> int:
        return len(self.find(method=method, path=path, host=host, status=status))

    def credentials_at_content(self) -> list[RecordedRequest]:
        """Requests that took an ``Authorization`` header or a cookie to the content origin: always a defect."""
        return [request for request in self.find(host="content") if request.authorized]
