"""Bodies that are too large, too deep, coded, or not the Hub's at all (faults.md N21, N22, S08–S11)."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hfcli_core.errors import IntegrityError, NetworkError
from hfcli_core.hub import responses
from hostile_server import reply

DEEP = b"[" * 100_000 + b"]" * 100_000


def test_gzip_is_understood_for_the_api(server, connect) -> None:
    server.on("/api/x", reply(200, gzip.compress(b'{"a": [1, "\xc3\xa9"]}'), Content_Encoding="gzip"))
    assert connect(server.url).json("GET", "api/x") == {"a": [1, "é"]}
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_a_compression_bomb(server, connect, monkeypatch) -> None:
    monkeypatch.setattr(responses.read_body, "__defaults__", (2**20,))
    server.on("/api/x", reply(200, gzip.compress(b" " * 2**26), Content_Encoding="gzip"))
    with pytest.raises(IntegrityError, match="more than 1 MiB"):
        connect(server.url).json("GET", "api/x")


def test_a_body_above_the_cap(server, connect, monkeypatch) -> None:
    monkeypatch.setattr(responses.read_body, "__defaults__", (2**20,))
    server.on("/api/x", reply(200, b"[" + b" " * 2**20 + b"]"))
    with pytest.raises(IntegrityError, match="more than 1 MiB"):
        connect(server.url).json("GET", "api/x")


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_codings_that_were_not_asked_for(server, connect, coding) -> None:
    server.on("/api/x", reply(200, zlib.compress(b"{}"), Content_Encoding=coding))
    with pytest.raises(IntegrityError, match="coding"):
        connect(server.url).json("GET", "api/x")


def test_a_damaged_gzip_body(server, connect) -> None:
    server.on("/api/x", reply(200, b"not gzip", Content_Encoding="gzip"))
    with pytest.raises(IntegrityError, match="damaged"):
        connect(server.url).json("GET", "api/x")


@pytest.mark.usefixtures("way")
def test_content_is_asked_for_as_it_is(server, connect) -> None:
    server.on("/f", reply(200, gzip.compress(b"x"), Content_Encoding="gzip"))
    with pytest.raises(IntegrityError, match="although none was asked for"), connect(server.url).stream("GET", "f"):
        pass
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "body",
    [DEEP, b'{"a":' * 100_000, b"{", b"", b"nonsense", b"[NaN]", b"[Infinity]", b"[" + b"9" * 10**6 + b"]", b"\xff{}"],
    ids=["deep", "deep objects", "cut", "empty", "text", "NaN", "Infinity", "long number", "not UTF-8"],
)
def test_what_is_not_json(server, connect, body) -> None:
    server.on("/api/x", reply(200, body, Content_Type="application/json"))
    with pytest.raises(IntegrityError, match=r"127\.0\.0\.1 answered with") as caught:
        connect(server.url).json("GET", "api/x")
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"<html><body>Log in</body></html>", "text/html; charset=utf-8"), (b"\n<!DOCTYPE html><p>", "application/json")],
)
@pytest.mark.parametrize("status", [200, 403])
def test_a_login_page_instead_of_the_hub(server, connect, status, body, kind) -> None:
    server.on("/api/x", reply(status, body, Content_Type=kind))
    with pytest.raises(NetworkError, match=r"proxy or (login page|firewall) answered instead") as caught:
        connect(server.url).json("GET", "api/x")
    assert caught.value.exit_code == 6


def test_too_many_headers(server, connect) -> None:
    many = {f"X_{n}": "v" for n in range(1000)}
    server.on("/api/x", reply(200, b"{}", **many))
    with pytest.raises(IntegrityError, match="header lines"):
        connect(server.url).json("GET", "api/x")


def test_headers_without_end(server, connect) -> None:
    server.on("/api/x", reply(200, b"{}", X_Long="v" * 300_000))
    with pytest.raises(NetworkError):
        connect(server.url).request("GET", "api/x", retry=False)


def test_pages(server, connect) -> None:
    server.on("/api/models", reply(200, [1, 2], Link='<https://huggingface.co/p2?c=1>; rel="next", </p0>; rel="prev"'))
    server.on("/p2", reply(200, [3], Link='</p3>; rel="next"'))
    server.on("/p3", reply(200, []))
    assert list(connect(server.url).paginate("api/models", params={"limit": 2})) == [1, 2, 3]
    assert server.paths() == ["/api/models?limit=2", "/p2?c=1", "/p3"]


def test_pages_of_another_origin_are_not_asked_for(server, other, connect) -> None:
    server.on("/api/models", reply(200, [1], Link=f'<{other.url}/p2>; rel="next"'))
    pages = connect(server.url).paginate("api/models")
    assert next(pages) == 1
    with pytest.raises(NetworkError, match=f"tried to send us to {other.url}"):
        next(pages)
    assert other.requests == []


@pytest.mark.parametrize("next_page", ["/api/models", "/p2"])
def test_pages_in_a_circle(server, connect, next_page) -> None:
    server.on("*", reply(200, [1], Link=f'<{next_page}>; rel="next"'))
    with pytest.raises(IntegrityError, match="repeats the same page"):
        list(connect(server.url).paginate("api/models"))


def test_pages_without_end(server, connect, monkeypatch) -> None:
    monkeypatch.setattr("hfcli_core.hub.session._PAGE_CAP", 5)
    pages = [reply(200, [1], Link=f'</api/models?c={cursor}>; rel="next"') for cursor in range(100)]
    server.on("/api/models", *pages)
    with pytest.raises(IntegrityError, match="more than 5 pages"):
        list(connect(server.url).paginate("api/models"))


@pytest.mark.parametrize("page", [{"error": "x"}, "text", None, 7])
def test_a_page_that_is_no_list(server, connect, page) -> None:
    server.on("/api/models", reply(200, json.dumps(page), Content_Type="application/json"))
    with pytest.raises(IntegrityError, match="not a list"):
        list(connect(server.url).paginate("api/models"))
