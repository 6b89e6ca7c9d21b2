"""Proxies from the environment (faults.md N21, S23)."""

from __future__ import annotations

import base64

import pytest
from hfcli_core.errors import NetworkError
from hfcli_core.hub.proxies import proxy_for
from hostile_server import SECRET, raw, reply

PROXY = "http://proxy:3128"


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("http://hub.example/x", {"HTTP_PROXY": PROXY}, PROXY),
        ("http://hub.example/x", {"http_proxy": PROXY, "HTTP_PROXY": "http://other:1"}, PROXY),
        ("https://hub.example/x", {"HTTP_PROXY": PROXY}, None),
        ("https://hub.example/x", {"HTTPS_PROXY": "proxy:3128"}, PROXY),
        ("https://hub.example/x", {"ALL_PROXY": PROXY}, PROXY),
        ("https://hub.example/x", {"ALL_PROXY": PROXY, "NO_PROXY": "*"}, None),
        ("https://hub.example/x", {"ALL_PROXY": PROXY, "NO_PROXY": "example"}, None),
        ("https://hub.example/x", {"ALL_PROXY": PROXY, "NO_PROXY": "a.org, .Example"}, None),
        ("https://hub.example/x", {"ALL_PROXY": PROXY, "no_proxy": "*.example"}, None),
        ("https://hub.example/x", {"ALL_PROXY": PROXY, "NO_PROXY": "ample"}, PROXY),
        ("https://hub.example:8443/x", {"ALL_PROXY": PROXY, "NO_PROXY": "hub.example:8443"}, None),
        ("https://hub.example/x", {"ALL_PROXY": PROXY, "NO_PROXY": "hub.example:8443"}, PROXY),
        ("http://10.1.2.3/x", {"ALL_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, None),
        ("http://[::1]:80/x", {"ALL_PROXY": PROXY, "NO_PROXY": "[::1]:80"}, None),
        ("http://[::1]/x", {"ALL_PROXY": PROXY, "NO_PROXY": "::1"}, None),
        ("http://hub.example/x", {"ALL_PROXY": PROXY, "NO_PROXY": ",, "}, PROXY),
    ],
)
def test_which_proxy(url, environ, expected) -> None:
    assert proxy_for(url, environ) == expected


def test_requests_go_through_it_with_its_credentials(server, connect) -> None:
    server.on("*", reply(200, {"ok": 1}))
    session = connect("http://hub.example", environ={"http_proxy": f"http://me:p%40ss@127.0.0.1:{server.port}"})
    assert session.json("GET", "api/x") == {"ok": 1}
    sent = server.requests[0]
    assert sent.path == "http://hub.example/api/x"
    assert sent.headers["proxy-authorization"] == "Basic " + base64.b64encode(b"me:p@ss").decode()
    assert sent.headers["authorization"] == f"Bearer {SECRET}"


def test_hosts_that_need_none_go_directly(server, other, connect) -> None:
    server.on("*", reply(200, {"ok": 1}))
    environ = {"http_proxy": other.url, "no_proxy": "127.0.0.1"}
    assert connect(server.url, environ=environ).json("GET", "api/x") == {"ok": 1}
    assert other.requests == []


@pytest.mark.parametrize("endpoint", ["http://hub.example", "https://hub.example"])
def test_a_proxy_that_wants_credentials(server, connect, endpoint) -> None:
    server.on("*", raw(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
    environ = {"all_proxy": f"http://me:wrong-password@127.0.0.1:{server.port}"}
    with pytest.raises(NetworkError, match="The proxy asks for credentials") as caught:
        connect(endpoint, environ=environ).request("GET", "api/x")
    assert caught.value.exit_code == 6
    assert "wrong-password" not in f"{caught.value.message}{caught.value.hint}"
    assert len(server.requests) == 1


def test_a_proxy_that_is_not_there(connect) -> None:
    environ = {"all_proxy": "http://127.0.0.1:9"}
    with pytest.raises(NetworkError, match="Cannot connect") as caught:
        connect("https://hub.example", environ=environ).request("GET", "api/x")
    assert "proxy" in caught.value.hint


def test_a_kind_of_proxy_that_we_do_not_know(connect) -> None:
    with pytest.raises(NetworkError, match="'socks5' are not supported"):
        connect("https://hub.example", environ={"all_proxy": "socks5://127.0.0.1:9"}).request("GET", "api/x")
