"""Whom we trust, and what is said when we do not (faults.md N20, S22)."""

from __future__ import annotations

import pytest
from hfcli_core.errors import LocalStorageError, NetworkError
from hfcli_core.hub.options import SessionOptions
from hfcli_core.hub.trust import issuer_of
from hfcli_core.settings import Settings
from hostile_server import reply, server_context, serving, takes_at_most


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
    with serving(server_context(files)) as server:
        server.on("*", reply(200, {}))
        session = connect(server.url, ca_bundle=files[0] if trusted else None)
        with takes_at_most(3), pytest.raises(NetworkError) as caught:
            session.request("GET", "api/x")
        with takes_at_most(3), pytest.raises(NetworkError) as streaming, session.stream("GET", "f"):
            pass
    assert server.requests == []
    assert (streaming.value.message, streaming.value.hint) == (caught.value.message, caught.value.hint)
    assert caught.value.exit_code == 6
    assert words in caught.value.message
    assert "issued by Acme Inspection, Acme CA" in caught.value.message
    assert "SSL_CERT_FILE" in caught.value.hint


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_named_certificates_are_trusted(certificates, connect, variable) -> None:
    files = certificates("good")
    options = SessionOptions.from_settings(Settings(environ={variable: str(files[0])}))
    with serving(server_context(files)) as server:
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
