"""Whom TLS trusts: the operating system's store, unless a setting or a variable names certificates."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hfcli_core.errors import LocalStorageError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from pathlib import Path


def tls_context(ca_bundle: Path | None, environ: Mapping[str, str]) -> ssl.SSLContext:
    """The context of every connection; ``ca_bundle`` replaces the system's store. Nothing switches verification off."""
    import ssl

    folder = None if ca_bundle else environ.get("SSL_CERT_DIR")
    if not ca_bundle and not folder:
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return ssl.create_default_context(cafile=ca_bundle, capath=folder)
    except OSError as error:
        raise LocalStorageError(
            f"Cannot read the certificates in {ca_bundle or folder}: {error.strerror or error}",
            hint="check http.ca_bundle, SSL_CERT_FILE, REQUESTS_CA_BUNDLE and SSL_CERT_DIR",
        ) from error


def describe_failure(error: BaseException | None, host: str, port: int, *, ask_issuer: bool) -> tuple[str, str] | None:
    """The message and the hint for a failed verification anywhere in the causes of ``error``; None for another fault.

    ``ask_issuer``: read it from the certificate that the server shows, over a second, direct connection that sends
    nothing.
    """
    if "ssl" not in sys.modules:  # then no connection was secured
        return None
    import ssl

    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    if error is None:
        return None
    reason = getattr(error, "verify_message", "") or error.reason or "it cannot be verified"
    message = f"The certificate of {host} is not trusted: {reason}"
    issuer = _issuer(host, port) if ask_issuer else None
    if issuer:
        message += f" (issued by {issuer})"
    return message, (
        "if a company's proxy inspects TLS, give its certificate with http.ca_bundle or SSL_CERT_FILE; "
        "otherwise somebody may be listening"
    )


def _issuer(host: str, port: int) -> str | None:
    """The organisation and name that signed the certificate shown, for a person to recognise."""
    import ssl

    try:
        pem = ssl.get_server_certificate((host, port), timeout=3)
    except (OSError, ValueError):
        return None
    return issuer_of(ssl.PEM_cert_to_DER_cert(pem))


def issuer_of(certificate: bytes) -> str | None:
    """The readable parts (O, CN) of the issuer of a DER certificate; None where they cannot be read."""
    try:
        fields = dict(_names(_issuer_field(certificate)))
    except (IndexError, ValueError):
        return None
    parts = [fields[oid] for oid in (_ORGANISATION, _COMMON_NAME) if oid in fields]
    return ", ".join(parts) or None


_ORGANISATION, _COMMON_NAME = b"\x55\x04\x0a", b"\x55\x04\x03"


def _element(data: bytes, at: int) -> tuple[int, bytes, int]:
    """The tag, content and end of the DER element at ``at``."""
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        width = length & 0x7F
        length, start = int.from_bytes(data[start : start + width]), start + width
    if start + length > len(data):
        raise ValueError("truncated")
    return tag, data[start : start + length], start + length


def _children(data: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(data):
        tag, content, at = _element(data, at)
        found.append((tag, content))
    return found


def _issuer_field(certificate: bytes) -> bytes:
    """RFC 5280: Certificate → TBSCertificate → [version], serial, signature algorithm, issuer."""
    fields = _children(_children(_element(certificate, 0)[1])[0][1])
    if fields[0][0] == 0xA0:
        fields = fields[1:]
    return fields[2][1]


def _names(issuer: bytes) -> list[tuple[bytes, str]]:
    pairs = (_children(attribute) for _, group in _children(issuer) for _, attribute in _children(group))
    return [(pair[0][1], pair[1][1].decode("utf-8", "replace")) for pair in pairs]
