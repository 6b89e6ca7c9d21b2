"""Keep secrets out of every sink: standard error, logs, reports, audit lines (faults.md S15)."""

from __future__ import annotations

import re
import threading
from urllib.parse import quote

MASK = "***"

_SHORTEST_SECRET = 6
"""Shorter values would mask ordinary words of a message."""

_PATTERNS = (
    (re.compile(r"\bhf_[A-Za-z0-9]{20,}"), "hf_" + MASK),
    (
        re.compile(r"(?i)((?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?)(?:(basic|bearer|token)\s+)?[^\s'\",;]+"),
        rf"\1\2 {MASK}",
    ),
    (re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"), rf"\1{MASK}"),
    (re.compile(r"(?i)((?:set-)?cookie['\"]?\s*[:=]\s*)[^\r\n]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)([a-z][a-z0-9+.-]{0,20}://)[^\s/@?#]+@"), rf"\1{MASK}@"),
    (
        re.compile(
            r"(?i)([?&;](?:x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|signature|sig|policy"
            r"|key-pair-id|awsaccesskeyid|access_token|refresh_token|token|hdnts|se|sp|sv)=)[^&\s\"'<>]+"
        ),
        rf"\1{MASK}",
    ),
)

_lock = threading.Lock()
_secrets: tuple[str, ...] = ()


def register_secret(value: str) -> None:
    """Have ``value``, and its percent-encoded form, masked by :func:`redact` from now on."""
    global _secrets  # noqa: PLW0603  a process has one set of secrets, whoever prints
    forms = {form for form in (value, quote(value, safe="")) if len(form) >= _SHORTEST_SECRET}
    with _lock:
        _secrets = tuple(sorted({*_secrets, *forms}, key=len, reverse=True))


def redact(text: str) -> str:
    """``text`` without known secrets, tokens, signatures, credentials in addresses, Authorization and Cookie values."""
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, MASK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
