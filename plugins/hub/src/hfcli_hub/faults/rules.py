"""What can go wrong, and when: plain data, given in Python or read from a file.

A rule says which requests it matches and what is done to them. HTTP-level actions are done by
:mod:`hfcli_hub.faults.middleware`, the others by :mod:`hfcli_hub.faults.relay`, because an ASGI server cannot send half
a header or more bytes than it declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import ClassVar, Literal

Layer = Literal["http", "tcp"]
Host = Literal["hub", "content"]
Message = Literal["request", "response"]
Position = int | Literal["start", "headers", "end"]
"""A place in a message: before its first byte, amid its headers, after that many bytes of its body, after its last."""


@dataclass(frozen=True)
class Action:
    layer: ClassVar[Layer]


@dataclass(frozen=True)
class HttpAction(Action):
    layer = "http"


@dataclass(frozen=True)
class TcpAction(Action):
    layer = "tcp"


@dataclass(frozen=True)
class Cut(TcpAction):
    """The end of a connection. ``of="request", at="start"`` means that the Hub never sees the request."""

    at: Position = 0
    of: Message = "response"


@dataclass(frozen=True)
class Reset(Cut):
    """End the connection with a TCP RST."""


@dataclass(frozen=True)
class Close(Cut):
    """End the connection in the ordinary way, too early; ``at="end"``: after an answer that promised keep-alive."""


@dataclass(frozen=True)
class Stall(Cut):
    """Send nothing more, and close after ``seconds``."""

    seconds: float = 3600.0


@dataclass(frozen=True)
class Slow(TcpAction):
    """Pass at most ``bytes_per_second`` from a place on; ``at="start"`` slows the headers too."""

    bytes_per_second: float = 1024.0
    at: Position = 0
    of: Message = "response"


@dataclass(frozen=True)
class Bandwidth(TcpAction):
    """From this request on, give its connection ``bytes_per_second`` in each direction."""

    bytes_per_second: float = 1_000_000.0


@dataclass(frozen=True)
class WrongLength(TcpAction):
    """Declare ``delta`` bytes more (or fewer) than the body has, and close after the body."""

    delta: int = 1


@dataclass(frozen=True)
class EndlessHeaders(TcpAction):
    """Send header lines until the client goes away."""


@dataclass(frozen=True)
class Latency(HttpAction):
    """Wait before the Hub sees the request."""

    seconds: float = 0.1


@dataclass(frozen=True)
class Status(HttpAction):
    """Answer in the Hub's place; with ``after=True``, only once the Hub has done what was asked."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    after: bool = False


@dataclass(frozen=True)
class Redirect(HttpAction):
    """Redirect to ``location``; ``{url}`` in it stands for the path and query that were asked for."""

    location: str = "{url}"
    status: int = 302


@dataclass(frozen=True)
class ExpiredSignature(HttpAction):
    """Answer as object storage answers a signed address that is too old."""


@dataclass(frozen=True)
class Headers(HttpAction):
    """Replace headers of the answer (case-insensitively); an empty value removes one."""

    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WrongETag(HttpAction):
    """Replace ``ETag`` and ``X-Linked-Etag`` where they are present."""

    etag: str = '"0000000000000000000000000000000000000000"'


@dataclass(frozen=True)
class WrongBytes(HttpAction):
    """Invert ``count`` bytes of the body from offset ``at``; length and headers stay right."""

    at: int = 0
    count: int = 1


@dataclass(frozen=True)
class Truncate(HttpAction):
    """Send only the first ``at`` bytes of the body, with a ``Content-Length`` that agrees."""

    at: int = 0


@dataclass(frozen=True)
class IgnoreRange(HttpAction):
    """Answer a ranged request as if it had no ``Range``."""


@dataclass(frozen=True)
class WrongRange(HttpAction):
    """Serve a range that starts ``shift`` bytes later than asked; ``admit=False`` claims the one that was asked for."""

    shift: int = 1
    admit: bool = True


@dataclass(frozen=True)
class Gzip(HttpAction):
    """Compress the body whatever ``Accept-Encoding`` says, followed by ``padding`` zero bytes (a bomb)."""

    padding: int = 0


@dataclass(frozen=True)
class Endless(HttpAction):
    """Answer 200 with a chunked body that never ends."""

    chunk: str = " " * 65536
    content_type: str = "application/json"


@dataclass(frozen=True)
class Rule:
    """``do`` something to the requests that match.

    ``path`` is a shell pattern for the path as it was sent (percent-encoded, no query); ``*`` also matches ``/``.
    ``nth`` picks one of the matching requests (from 1); ``times`` ends the rule after so many.
    """

    do: Action
    method: str | None = None
    path: str = "*"
    host: Host | None = None
    nth: int | None = None
    times: int | None = None

    def matches(self, method: str, path: str, host: Host) -> bool:
        return (
            self.method in (None, method)
            and self.host in (None, host)
            and (self.path == "*" or fnmatchcase(path, self.path))
        )

    def due(self, count: int) -> bool:
        """Whether the ``count``-th matching request (from 1) is one to act on."""
        if self.nth is not None:
            return count == self.nth
        return self.times is None or count <= self.times
