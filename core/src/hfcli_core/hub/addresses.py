"""Origins, and where a server may send us."""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from hfcli_core.errors import NetworkError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PORTS = {"http": 80, "https": 443}
_ADDRESS = re.compile(r"(https?://[^/?#\s\\\x00-\x1f]*)[^\s\\\x00-\x1f]*", re.IGNORECASE)
_HUB_HOSTS = ("huggingface.co", "hf.co", "hub-ci.huggingface.co")


class Origin(NamedTuple):
    """Scheme, host and port: what credentials belong to."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


@functools.lru_cache(256)
def origin_of(url: str) -> Origin:
    """The origin of an http(s) address without credentials in it. Raises :class:`NetworkError` for any other."""
    match = _ADDRESS.fullmatch(url)
    origin = _origin(match[1]) if match else None
    if origin is None:
        raise NetworkError(f"Not an address that can be used: {url[:200]!r}")
    return origin


@functools.lru_cache(256)
def _origin(start: str) -> Origin | None:
    """The origin that the start of an address, before its path, names; None where it is none that can be used."""
    try:
        parts = urlsplit(start)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        return None
    return Origin(parts.scheme, parts.hostname.rstrip("."), port or _PORTS[parts.scheme])


def is_address(text: str) -> bool:
    """Whether ``text`` is an http(s) address rather than a path, whose query may well hold an address."""
    return text[:8].lower().startswith(("http://", "https://"))


def checked_endpoint(endpoint: str) -> str:
    """``endpoint`` without its trailing slashes; a path prefix stays. Raises :class:`UsageError`."""
    try:
        origin_of(endpoint)
    except NetworkError:
        raise UsageError("The endpoint is not an http:// or https:// address without credentials in it") from None
    if urlsplit(endpoint).query or urlsplit(endpoint).fragment:
        raise UsageError(
            "The endpoint has a query or a fragment", hint="give the address alone, such as https://host/path"
        )
    return endpoint.rstrip("/")


def redirect_target(current: str, location: str) -> str:
    """Where ``location`` leads from ``current``: http or https, and never from https to http (faults.md S05, S07)."""
    try:
        target = urljoin(current, location.strip())
        to = origin_of(target)
    except (ValueError, NetworkError):
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:", location)
        kind = f" ({scheme[0]})" if scheme else ""
        raise NetworkError(f"{origin_of(current).host} redirects to an address that is not allowed{kind}") from None
    if to.scheme == "http" and origin_of(current).scheme == "https":
        raise NetworkError(f"{origin_of(current).host} redirects to {to}, which is not encrypted; refused")
    return target


def localize(url: str, endpoint: str) -> str:
    """``url`` at ``endpoint`` if it names the official Hub and ``endpoint`` is another (wire.md §1): mirrors repeat the
    addresses that the official Hub gave them."""
    origin = origin_of(url)
    if origin.host not in _HUB_HOSTS or origin == origin_of(endpoint):
        return url
    parts = urlsplit(url)
    return f"{endpoint}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def is_private_literal(host: str) -> bool:
    """Whether ``host`` is written as an address, or a name, of a private network."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def next_link(headers: Mapping[str, str]) -> str | None:
    """The address of the next page: ``Link: <URL>; rel="next"`` (wire.md §3)."""
    for match in re.finditer(r"<([^<>]*)>([^<]*)", headers.get("link", "")[:65536]):
        if re.search(r';\s*rel\s*=\s*"?next\b', match[2], re.IGNORECASE):
            return match[1]
    return None
