"""Signed identity tokens of CI systems: JWTs with RS256, the algorithm that all of them use (RFC 7515, RFC 8017)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

_LARGEST = 16 * 1024
_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
_CLOCK_SKEW = 60.0
_SMALLEST_KEY = 2048


def verified_claims(
    token: str, keys: Sequence[Mapping[str, Any]], *, issuer: str, audience: str
) -> Mapping[str, Any] | None:
    """The claims of a token that one of the keys signed, for this audience and for now; None for any other."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LARGEST:
        return None
    try:
        header, claims = (json.loads(_decode(part)) for part in parts[:2])
        signature = _decode(parts[2])
    except (ValueError, RecursionError):
        return None
    if not isinstance(header, dict) or not isinstance(claims, dict) or header.get("alg") != "RS256":
        return None
    signed = f"{parts[0]}.{parts[1]}".encode()
    if not any(_signed_by(key, signed, signature) for key in keys):
        return None
    audiences = claims.get("aud")
    now = time.time()
    begins, ends = claims.get("nbf", 0), claims.get("exp")
    if not isinstance(begins, int | float) or not isinstance(ends, int | float):
        return None
    in_time = begins - _CLOCK_SKEW <= now < ends + _CLOCK_SKEW
    meant = audience in (audiences if isinstance(audiences, list) else [audiences])
    return claims if in_time and meant and claims.get("iss") == issuer else None


def _signed_by(key: Mapping[str, Any], signed: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5: what the signature decodes to must be, to the byte, what a signer would have encoded."""
    try:
        modulus, exponent = (int.from_bytes(_decode(str(key[part]))) for part in ("n", "e"))
    except (KeyError, ValueError):
        return False
    size = (modulus.bit_length() + 7) // 8
    if modulus.bit_length() < _SMALLEST_KEY or len(signature) != size:
        return False
    digest = _SHA256_PREFIX + hashlib.sha256(signed).digest()
    expected = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return hmac.compare_digest(pow(int.from_bytes(signature), exponent, modulus).to_bytes(size), expected)


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
