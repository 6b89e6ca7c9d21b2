"""Where a server may send us, and what goes with us (faults.md N16, S05–S07, S12)."""

from __future__ import annotations

import pytest
from hfcli_core.errors import NetworkError
from hfcli_core.hub.addresses import origin_of, redirect_target
from hfcli_core.hub.exchange import MAX_REDIRECTS
from hostile_server import SECRET, reply

pytestmark = pytest.mark.usefixtures("way")


def auth_of(script) -> list[str | None]:
    return [request.headers.get("authorization") for request in script.requests]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_stay_at_the_origin(server, other, connect, status) -> None:
    server.on("/f", reply(status, Location=f"{other.url}/signed?x=1", Set_Cookie="session=1"))
    other.on("/signed", reply(200, b"content", Set_Cookie="theirs=1"), reply(302, Location=f"{server.url}/g"))
    server.on("/g", reply(200, b"again"))
    session = connect(server.url)
    for expected in (b"content", b"again"):
        with session.stream("GET", "f", headers={"Cookie": "mine=1"} if expected == b"x" else None) as answer:
            assert b"".join(answer.iter_raw()) == expected
    assert auth_of(server) == [f"Bearer {SECRET}"] * 3
    assert auth_of(other) == [None, None]
    assert not any("cookie" in request.headers for request in (*server.requests, *other.requests))
    assert SECRET not in str(other.requests)


def test_relative_redirects_keep_the_credentials(server, connect) -> None:
    server.on("/old/f", reply(307, Location="/new/f?x=1", X_Repo_Commit="a" * 40))
    server.on("/new/f", reply(200, b"moved"))
    with connect(server.url).stream("GET", "old/f") as answer:
        assert b"".join(answer.iter_raw()) == b"moved"
        assert answer.first_response_headers["x-repo-commit"] == "a" * 40
        assert answer.url == f"{server.url}/new/f?x=1"
    assert auth_of(server) == [f"Bearer {SECRET}"] * 2


def test_a_moved_repository_takes_its_body_along(server, connect) -> None:
    server.on("/api/old", reply(307, Location="/api/new"))
    server.on("/api/new", reply(200, {"ok": True}))
    assert connect(server.url).json("POST", "api/old", json={"a": 1}) == {"ok": True}
    assert [(r.method, r.body) for r in server.requests] == [("POST", b'{"a":1}')] * 2


@pytest.mark.parametrize(("status", "words"), [(301, "loses its body"), (302, "loses its body")])
def test_a_redirect_that_would_lose_the_body(server, connect, status, words) -> None:
    server.on("/api/x", reply(status, Location="/api/y"))
    with pytest.raises(NetworkError, match=words):
        connect(server.url).request("POST", "api/x", json={})
    assert server.paths() == ["/api/x"]


def test_a_body_goes_to_no_other_origin(server, other, connect) -> None:
    server.on("/api/x", reply(307, Location=f"{other.url}/api/x"))
    with pytest.raises(NetworkError, match="tried to send a POST on"):
        connect(server.url).request("POST", "api/x", json={"secrets": {"A": "b"}})
    assert other.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://x/y",
        "gopher://x/",
        "http://user@x/",
        "//user:pw@x/",
        "http://",
        "http://xn--/",
        "http://a..b/",
        "http://x:99999/",
        "\\\\x\\y",
    ],
)
def test_only_http_addresses_without_credentials(server, connect, location) -> None:
    server.on("/f", reply(302, Location=location))
    with pytest.raises(NetworkError) as caught, connect(server.url).stream("GET", "f"):
        pass
    assert "pw" not in caught.value.message


def test_no_downgrade() -> None:
    with pytest.raises(NetworkError, match="not encrypted"):
        redirect_target("https://hub.example/x", "http://hub.example/x")
    assert redirect_target("http://hub.example/x", "https://hub.example/x") == "https://hub.example/x"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://hub.example",
        "https://hub.example:444",
        "https://www.hub.example",
        "https://example",
        "https://hub.example.evil.example",
        "https://hub.exampIe",
        "https://hub.exаmple",
    ],
)
def test_what_is_another_origin(elsewhere) -> None:
    assert origin_of(elsewhere) != origin_of("https://hub.example")


@pytest.mark.parametrize("same", ["https://HUB.example/x", "https://hub.example:443", "https://hub.example./y?z"])
def test_what_is_the_same_origin(same) -> None:
    assert origin_of(same) == origin_of("https://hub.example")


def test_loops_end(server, connect) -> None:
    server.on("/f", reply(302, Location="/f"))
    with pytest.raises(NetworkError, match="Too many redirects"), connect(server.url).stream("GET", "f"):
        pass
    assert len(server.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "10.0.0.1"])
def test_a_public_server_cannot_send_us_into_the_private_network(server, other, connect, host) -> None:
    server.on("/f", reply(302, Location=f"http://{host}:{other.port}/secrets"))
    session = connect(server.url, is_public=lambda address: True)
    with pytest.raises(NetworkError, match="private network"), session.stream("GET", "f"):
        pass
    assert other.requests == []


def test_nor_by_a_name_that_leads_there(server, other, connect, monkeypatch) -> None:
    import socket

    real = socket.getaddrinfo
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda host, *args, **more: real("127.0.0.1" if host == "rebind.example" else host, *args, **more),
    )
    server.on("/f", reply(302, Location=f"http://rebind.example:{other.port}/secrets"))
    answers = iter([True, False])
    session = connect(server.url, is_public=lambda address: next(answers))
    with pytest.raises(NetworkError, match="private network"), session.stream("GET", "f"):
        pass
    assert other.requests == []


def test_a_private_hub_may_redirect_within_its_network(server, other, connect) -> None:
    server.on("/f", reply(302, Location=f"{other.url}/f"))
    other.on("/f", reply(200, b"x"))
    with connect(server.url).stream("GET", "f") as answer:
        assert list(answer.iter_raw()) == [b"x"]


def test_external_addresses_get_nothing_of_ours(server, other, connect) -> None:
    other.on("/put", reply(200, ETag='"e"'))
    session = connect(server.url, headers=lambda request: {"X-Team": "research"})
    answer = session.send_external("PUT", f"{other.url}/put?sig=1", content=b"part", headers={"X-Part": "1"})
    assert answer.headers["etag"] == '"e"'
    sent = other.requests[0]
    assert sent.body == b"part"
    assert sent.headers["x-part"] == "1"
    assert "authorization" not in sent.headers
    assert "x-team" not in sent.headers


def test_the_callers_own_credentials_go_where_it_sent_them(server, other, connect) -> None:
    """Such as the header that an LFS server wants with an upload, or a storage service's own token."""
    other.on("/put", reply(200))
    other.on("/get", reply(302, Location=f"{server.url}/elsewhere"))
    server.on("*", reply(200))
    session = connect("http://hub.example")
    own = {"Authorization": "Basic c3RvcmFnZQ=="}
    session.send_external("PUT", f"{other.url}/put", content=b"x", headers=own)
    with session.stream("GET", f"{other.url}/get", headers=own):
        pass
    assert auth_of(other) == [own["Authorization"]] * 2
    assert auth_of(server) == [None]


def test_an_external_address_at_the_endpoint_gets_no_token(server, connect) -> None:
    server.on("/put", reply(200))
    connect(server.url).send_external("PUT", f"{server.url}/put", content=b"x")
    assert auth_of(server) == [None]


def test_requests_stay_below_the_endpoint(server, other, connect) -> None:
    session = connect(f"{server.url}/artifactory/api/hf/")
    server.on("*", reply(200, {}))
    session.json("GET", "api/whoami-v2")
    session.json("GET", "/api/models", params={"a": ["1", "2"], "b": None, "c": True})
    assert server.paths() == ["/artifactory/api/hf/api/whoami-v2", "/artifactory/api/hf/api/models?a=1&a=2&c=true"]
    session.json("GET", "api/models?search=https://a.example/b")
    assert server.paths()[2].startswith("/artifactory/api/hf/api/models?search=https:")
    with pytest.raises(NetworkError, match="is not the endpoint"):
        session.json("GET", f"{other.url}/api/whoami-v2")
    assert other.requests == []
