"""Whom we trust, and what is said when we do not (faults.md N20, S22)."""

from __future__ import annotations

import datetime
import ipaddress
import ssl

import pytest
from hfcli_core.errors import LocalStorageError, NetworkError
from hfcli_core.hub.options import SessionOptions
from hfcli_core.hub.trust import issuer_of
from hfcli_core.settings import Settings
from hostile_server import reply, serving, takes_at_most

x509 = pytest.importorskip("cryptography.x509", reason="makes the certificates")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Writes a self-signed certificate for a host; gives its file and that of its key."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder = tmp_path_factory.mktemp("certificates")

    def make(name: str, host: str = "127.0.0.1", *, days: int = 30):
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name(
            [
                x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Acme Inspection"),
                x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Acme CA {name}"),
            ]
        )
        now = datetime.datetime.now(datetime.UTC)
        address = x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(who)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=60))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        files = folder / f"{name}.pem", folder / f"{name}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files

    return make


def context(files) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*files)
    return made


@pytest.mark.parametrize(
    ("host", "days", "trusted", "words"),
    [
        ("127.0.0.1", 30, False, "self-signed"),
        ("127.0.0.1", -1, True, "expired"),
        ("other.example", 30, True, "IP address mismatch"),
    ],
)
def test_a_certificate_that_cannot_be_trusted(certificates, connect, host, days, trusted, words) -> None:
    files = certificates(f"bad{days}{host[:3]}", host, days=days)
    with serving(context(files)) as server:
        server.on("*", reply(200, {}))
        session = connect(server.url, ca_bundle=files[0] if trusted else None)
        with takes_at_most(3), pytest.raises(NetworkError) as caught:
            session.request("GET", "api/x")
    assert server.requests == []
    assert caught.value.exit_code == 6
    assert words in caught.value.message
    assert "issued by Acme Inspection, Acme CA" in caught.value.message
    assert "SSL_CERT_FILE" in caught.value.hint


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_named_certificates_are_trusted(certificates, connect, variable) -> None:
    files = certificates("good")
    options = SessionOptions.from_settings(Settings(environ={variable: str(files[0])}))
    with serving(context(files)) as server:
        server.on("*", reply(200, {"ok": 1}))
        session = connect(server.url, ca_bundle=options.ca_bundle)
        assert session.json("GET", "api/x") == {"ok": 1}
        with session.stream("GET", "f") as answer:
            assert b"".join(answer.iter_raw()) == b'{"ok": 1}'


def test_certificates_that_are_not_there(server, connect, tmp_path) -> None:
    session = connect("https://127.0.0.1:9", ca_bundle=tmp_path / "missing.pem")
    with pytest.raises(LocalStorageError, match="Cannot read the certificates"):
        session.request("GET", "api/x")


def test_the_issuer_of_damaged_bytes() -> None:
    for data in (b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x00" * 50):
        assert issuer_of(data) is None
