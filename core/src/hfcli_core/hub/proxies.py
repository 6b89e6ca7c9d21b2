"""Which proxy the environment names for an address."""

from __future__ import annotations

import ipaddress
import sys
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from hfcli_core.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Proxy(NamedTuple):
    """A proxy that we can speak to; ``credentials`` are a user and a password."""

    scheme: str
    host: str
    port: int
    credentials: tuple[str, str] | None


def parsed_proxy(address: str) -> Proxy:
    """The parts of what :func:`proxy_for` found. Raises :class:`NetworkError` for a kind that we do not speak."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NetworkError(
            f"Proxies of the kind '{parts.scheme}' are not supported",
            hint="name an http:// or https:// proxy, or put the host into NO_PROXY",
        )
    credentials = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Proxy(parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), credentials)


def proxy_for(url: str, environ: Mapping[str, str]) -> str | None:
    """``{scheme}_proxy``, ``all_proxy``, or the system's on macOS and Windows, unless ``no_proxy`` names the host.

    ``no_proxy`` holds, separated by commas: ``*``, host names (and all below them), ``host:port``, addresses, networks.
    """
    parts = urlsplit(url)
    proxy = _variable(environ, f"{parts.scheme}_proxy") or _variable(environ, "all_proxy") or _system(parts.scheme)
    if not proxy or _bypasses(parts.hostname or "", parts.port, _variable(environ, "no_proxy") or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _variable(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name) or environ.get(name.upper())


def _system(scheme: str) -> str | None:
    if sys.platform not in ("darwin", "win32"):
        return None
    from urllib.request import getproxies

    return getproxies().get(scheme)


def _bypasses(host: str, port: int | None, no_proxy: str) -> bool:
    return any(_matches(host, port, entry) for entry in no_proxy.lower().replace(",", " ").split())


def _matches(host: str, port: int | None, entry: str) -> bool:
    if entry == "*":
        return True
    name, colon, wanted_port = entry.rpartition(":")
    if colon and wanted_port.isdigit() and (":" not in name or name.endswith("]")):
        if port != int(wanted_port):
            return False
        entry = name
    domain = entry.strip("[]").lstrip("*").lstrip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}") or _in_network(host, domain))


def _in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
