"""Servers of which each test decides what they do, and sessions with them."""

from __future__ import annotations

import datetime
import ipaddress
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hfcli_core.auth.provider import Token
from hfcli_core.hub.budgets import API, DOWNLOAD, UPLOAD, Budget
from hfcli_core.hub.options import SessionHooks, SessionOptions
from hfcli_core.hub.session import HubSession

# Tests are no package, so that the helpers beside them have to be made importable.
sys.path.append(str(Path(__file__).parent))

from hostile_server import QUICK, SECRET, Scripted, serving


def pooled_transport(options: SessionOptions, is_public: Any) -> Any:
    from hfcli_core.hub import network
    from hfcli_core.hub.pools import PooledTransport
    from hfcli_core.hub.trust import tls_context

    return PooledTransport(
        environ=options.environ,
        context=lambda: tls_context(options.ca_bundle, options.environ),
        network=network.Network(is_public=is_public or network.is_public),
    )


@pytest.fixture
def server() -> Iterator[Scripted]:
    with serving() as script:
        yield script


@pytest.fixture
def other() -> Iterator[Scripted]:
    """A second origin: a content host, or somebody who hopes for a token."""
    with serving() as script:
        yield script


@pytest.fixture(params=["lean", "httpx"])
def way(request: pytest.FixtureRequest) -> str:
    """Makes a test that streams run twice: without httpx, and with it, as where a plugin brings the transport."""
    return str(request.param)


@pytest.fixture
def connect(request: pytest.FixtureRequest) -> Iterator[Callable[..., HubSession]]:
    """Sessions with a token and quick budgets; keyword arguments are fields of the options and of the hooks."""
    through_httpx = "way" in request.fixturenames and request.getfixturevalue("way") == "httpx"
    opened: list[HubSession] = []

    def make(endpoint: str, *, token: str | None = SECRET, budget: Budget = QUICK, **fields: Any) -> HubSession:
        hooks = {name: fields.pop(name) for name in list(fields) if name in SessionHooks.__dataclass_fields__}
        fields.setdefault("first_wait", 0.01)
        fields.setdefault("max_outage", 5)
        fields.setdefault("budgets", {API: budget, DOWNLOAD: budget, UPLOAD: budget})
        options = SessionOptions(**fields)
        if through_httpx:
            hooks["transport"] = lambda origin: pooled_transport(options, hooks.get("is_public"))
        session = HubSession(
            endpoint,
            credentials=lambda: Token(token, "the test") if token else None,
            options=options,
            hooks=SessionHooks(**hooks),
        )
        opened.append(session)
        return session

    yield make
    for session in opened:
        session.close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Path]]:
    """Writes a self-signed certificate for a host; gives its file and that of its key."""
    x509 = pytest.importorskip("cryptography.x509", reason="makes the certificates")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder = tmp_path_factory.mktemp("certificates")

    def make(name: str, host: str = "127.0.0.1", *, days: int = 30) -> tuple[Path, Path]:
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
