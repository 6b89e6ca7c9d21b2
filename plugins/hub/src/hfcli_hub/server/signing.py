"""Signed, expiring addresses on the content origin: the holder may do one thing with one object for a while.

The content origin knows no accounts. The Hub decides who may read or write, and hands out addresses whose query carries
the decision: ``Expires`` (Unix seconds) and ``Signature``, an HMAC over method, path and every other parameter.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping


class BadSignatureError(Exception):
    """The address was not signed by this Hub for this use, or it has expired. The message is for the client."""


def signed_address(
    secret: bytes,
    base_url: str,
    path: str,
    *,
    method: str,
    lifetime: float,
    params: Mapping[str, str] | None = None,
) -> str:
    """Return the address that permits ``method`` on ``path`` (decoded, leading slash) for ``lifetime`` seconds.

    An address signed for GET serves HEAD too.
    """
    claims = {**(params or {}), "Expires": str(int(time.time() + lifetime))}
    query = urlencode({**claims, "Signature": _signature(secret, method, path, claims)})
    return f"{base_url.rstrip('/')}{quote(path)}?{query}"


def verify(secret: bytes, *, method: str, path: str, query: str) -> dict[str, str]:
    """Return the parameters that were signed; raise BadSignatureError."""
    pairs = parse_qsl(query, keep_blank_values=True)
    claims = dict(pairs)
    signature = claims.pop("Signature", "")
    # A parameter given twice could be read one way here and another way by whoever uses it.
    if len(claims) + 1 != len(pairs):
        raise BadSignatureError("The request signature does not match")
    expected = _signature(secret, "GET" if method == "HEAD" else method, path, claims)
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        raise BadSignatureError("The request signature does not match")
    if int(claims.pop("Expires")) <= time.time():
        raise BadSignatureError("Request has expired")
    return claims


def _signature(secret: bytes, method: str, path: str, claims: Mapping[str, str]) -> str:
    text = "\n".join([method, path, urlencode(sorted(claims.items()))])
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
