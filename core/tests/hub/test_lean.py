"""The way without httpx: its connections, and what only it has to get right (faults.md N21, N23, S07, P7)."""

from __future__ import annotations

import base64
import contextlib
import os
import select
import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest
from hfcli_core.errors import Cancelled, NetworkError
from hfcli_core.hub import connections
from hfcli_core.hub.budgets import Budget
from hostile_server import SECRET, Scripted, part, raw, reply, server_context, serving, stall, takes_at_most

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
PATIENT = Budget(2, 60, 60, None)


def get(session, path: str = "f") -> bytes:
    with session.stream("GET", path) as answer:
        return b"".join(answer.iter_raw())


def test_one_connection_serves_many_requests(server, connect) -> None:
    server.on("/f", reply(200, b"x"))
    session = connect(server.url)
    assert [get(session) for _ in range(10)] == [b"x"] * 10
    assert server.connections == 1


def test_threads_share_what_is_idle(server, connect) -> None:
    server.on("/f", reply(200, b"x"))
    session = connect(server.url)
    for _ in range(5):
        thread = threading.Thread(target=get, args=(session,))
        thread.start()
        thread.join()
    assert len(server.requests) == 5
    assert server.connections == 1


def test_a_body_of_chunks_is_read_to_its_end(server, connect) -> None:
    server.on("/f", part(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
    session = connect(server.url)
    assert [get(session) for _ in range(3)] == [b"x"] * 3
    assert server.connections == 1


def test_a_reader_that_knows_the_size_need_not_look_for_the_end(server, connect) -> None:
    server.on("/f", reply(200, b"abc"))
    session = connect(server.url)
    for _ in range(3):
        with session.stream("GET", "f") as answer:
            assert answer.read_into(bytearray(3)) == 3
    assert server.connections == 1


@pytest.mark.parametrize(
    "action",
    [
        part(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"),
        part(b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"),
        part(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
        part(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
        part(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nevil"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
    ],
    ids=["close", "1.0", "surplus", "two lengths", "surplus after chunks", "closed at once"],
)
def test_connections_that_are_not_used_again(server, connect, action) -> None:
    server.on("/f", action)
    session = connect(server.url)
    for _ in range(3):
        assert get(session) == b"x"
        time.sleep(0.05)
    assert server.connections == len(server.requests) == 3


def test_nor_one_whose_body_was_left_unread(server, connect) -> None:
    server.on("/f", reply(200, b"x" * 200_000))
    session = connect(server.url)
    for _ in range(2):
        with session.stream("GET", "f") as answer:
            assert answer.read_into(bytearray(10)) == 10
    assert server.connections == 2


def test_nor_one_that_was_idle_for_long(server, connect, monkeypatch) -> None:
    monkeypatch.setattr("hfcli_core.hub.lean.KEEPALIVE", 0.1)
    server.on("/f", reply(200, b"x"))
    session = connect(server.url)
    for _ in range(2):
        get(session)
        time.sleep(0.2)
    assert server.connections == 2


def test_a_connection_that_dies_under_a_request_is_replaced_once(server, connect, monkeypatch) -> None:
    """The server's end may cross the request on the way, and then nothing shows that the connection is no good."""
    monkeypatch.setattr(connections.Connection, "is_idle", lambda _: True)
    server.on("/f", reply(200, b"x"), raw(b""), reply(200, b"y"), raw(b""), raw(b""), reply(200, b"z"))
    lines: list[str] = []
    session = connect(server.url, log=lines.append)
    assert (get(session), get(session)) == (b"x", b"y")
    assert not any("failed" in line for line in lines)
    assert get(session) == b"z"
    assert sum("failed" in line for line in lines) == 1
    assert len(server.requests) == 6


def test_an_answer_that_began_is_not_asked_for_again(server, connect) -> None:
    server.on("/f", reply(200, b"x"), raw(b"HTTP/1.1 2"), reply(200, b"y"))
    session = connect(server.url)
    get(session)
    with pytest.raises(NetworkError), session.stream("GET", "f", retry=False):
        pass


def test_a_plugins_transport_takes_every_stream(server, connect) -> None:
    import httpx

    class Gateway(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, content=b"through the gateway")

    session = connect(server.url, transport=lambda origin: Gateway() if origin == server.url else None)
    with session.stream("GET", "f") as answer:
        buffer = bytearray(7)
        assert (answer.read_into(buffer), bytes(buffer)) == (7, b"through")
        assert answer.length == 19
        assert b"".join(answer.iter_raw()) == b" the gateway"
    assert server.requests == []


@pytest.mark.parametrize("before", [b"", HEAD + b"x"])
def test_a_silent_read_can_be_cancelled(server, connect, before) -> None:
    server.on("/f", stall(before))
    session = connect(server.url, budget=PATIENT)
    cancelled = session.cancelled = threading.Event()
    threading.Timer(0.4, cancelled.set).start()
    with takes_at_most(1.2), pytest.raises(Cancelled), session.stream("GET", "f") as answer:
        list(iter(lambda: answer.read_into(bytearray(100)), 0))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_has_connections_of_its_own(server, connect) -> None:
    server.on("/f", reply(200, b"x" * 100_000))
    session = connect(server.url)
    get(session)
    with session.stream("GET", "f") as open_here:
        child = os.fork()
        if child == 0:
            try:
                open_here._body._answer.close()
                os._exit(0 if get(session) == get(session) == b"x" * 100_000 else 1)
            except BaseException:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert b"".join(open_here.iter_raw()) == b"x" * 100_000
    get(session)
    assert server.connections == 2


def test_an_idle_connection_into_a_private_network_is_no_way_round(server, other, connect) -> None:
    other.on("/f", reply(200, b"x"))
    public = [True]
    session = connect(server.url, is_public=lambda _: public[0])
    get(session, f"{other.url}/f")
    server.on("/f", reply(302, Location=f"http://hub.example:{other.port}/f"))
    from hfcli_core.hub.addresses import origin_of
    from hfcli_core.hub.connections import Way

    lean = session._transports._lean
    idle = lean._idle.take(Way(origin_of(other.url), None))
    idle.way = Way(origin_of(f"http://hub.example:{other.port}"), None)
    lean._idle.give(idle)
    answers = iter([True, False])
    object.__setattr__(session._exchange.hooks, "is_public", lambda _: next(answers))
    public[0] = False
    with pytest.raises(NetworkError, match="private network"), session.stream("GET", "f"):
        pass
    assert len(other.requests) == 1


def test_a_proxy_is_told_the_whole_address(server, connect) -> None:
    server.on("*", reply(200, b"x"))
    session = connect("http://hub.example", environ={"http_proxy": f"http://me:p%40ss@127.0.0.1:{server.port}"})
    assert get(session, "a/f?x=1") == get(session, "a/f?x=1") == b"x"
    sent = server.requests[0]
    assert sent.path == "http://hub.example/a/f?x=1"
    assert sent.headers["host"] == "hub.example"
    assert sent.headers["proxy-authorization"] == "Basic " + base64.b64encode(b"me:p@ss").decode()
    assert sent.headers["authorization"] == f"Bearer {SECRET}"
    assert server.connections == 1


@pytest.mark.parametrize("endpoint", ["http://hub.example", "https://hub.example"])
def test_a_proxy_that_wants_credentials(server, connect, endpoint) -> None:
    server.on("*", raw(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
    session = connect(endpoint, environ={"all_proxy": f"http://me:wrong-password@127.0.0.1:{server.port}"})
    with pytest.raises(NetworkError, match="The proxy asks for credentials") as caught, session.stream("GET", "f"):
        pass
    assert "wrong-password" not in f"{caught.value.message}{caught.value.hint}"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("action", "words"),
    [(reply(502, b"no"), "502 X"), (stall(), "no answer within"), (raw(b""), "lost"), (raw(b"junk\r\n"), "speak HTTP")],
)
def test_a_tunnel_that_is_not_opened(server, connect, action, words) -> None:
    server.on("*", action)
    session = connect("https://hub.example", environ={"all_proxy": server.url}, budget=Budget(0.4, 2, 2, 4))
    with takes_at_most(6), pytest.raises(NetworkError, match=words), session.stream("GET", "f"):
        pass
    assert SECRET not in str(server.requests)


def test_a_proxy_in_our_own_network_may_lead_anywhere(server, other, connect) -> None:
    """A public server's redirect is held to public addresses; the proxy on the way is not what it leads to."""
    server.on("/f", reply(302, Location="http://content.example/f"))
    other.on("*", reply(200, b"x"))
    answers = iter([True, False])
    session = connect(
        server.url,
        environ={"http_proxy": other.url, "no_proxy": "127.0.0.1"},
        is_public=lambda _: next(answers),
    )
    assert get(session) == b"x"
    assert other.paths() == ["http://content.example/f"]


def test_a_kind_of_proxy_that_we_do_not_know(connect) -> None:
    session = connect("https://hub.example", environ={"all_proxy": "socks5://127.0.0.1:9"})
    with pytest.raises(NetworkError, match="'socks5' are not supported"), session.stream("GET", "f"):
        pass


@contextlib.contextmanager
def tunnelling(script: Scripted) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that connects everybody to ``script``; gives its address and the heads that it was sent."""
    heads: list[bytes] = []

    class Tunnel(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += self.request.recv(1)
            heads.append(head)
            with socket.create_connection(("127.0.0.1", script.port)) as onward:
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n")
                ends = {self.request: onward, onward: self.request}
                while True:
                    for end in select.select(list(ends), [], [], 30)[0]:
                        data = end.recv(65536)
                        if not data:
                            return
                        ends[end].sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as proxy:
        proxy.daemon_threads, proxy.block_on_close = True, False
        threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://me:pw@127.0.0.1:{proxy.server_address[1]}", heads
        proxy.shutdown()


def test_tls_goes_through_a_tunnel(certificates, connect) -> None:
    files = certificates("tunnel", "hub.example")
    with serving(server_context(files)) as server, tunnelling(server) as (proxy, heads):
        server.on("*", reply(200, b"x" * 300_000))
        session = connect("https://hub.example", environ={"https_proxy": proxy}, ca_bundle=files[0])
        assert get(session) == get(session) == b"x" * 300_000
    assert len(heads) == 1
    assert heads[0].startswith(b"CONNECT hub.example:443 HTTP/1.1\r\nHost: hub.example:443\r\n")
    assert b"Proxy-Authorization: Basic bWU6cHc=\r\n" in heads[0]
    assert SECRET.encode() not in heads[0]
    assert [request.path for request in server.requests] == ["/f", "/f"]
    assert "proxy-authorization" not in server.requests[0].headers


def test_the_name_in_a_tunnel_is_verified(certificates, connect) -> None:
    files = certificates("wrong", "other.example")
    with serving(server_context(files)) as server, tunnelling(server) as (proxy, _):
        session = connect("https://hub.example", environ={"https_proxy": proxy}, ca_bundle=files[0])
        with (
            pytest.raises(NetworkError, match=r"certificate of hub\.example is not trusted"),
            session.stream("GET", "f"),
        ):
            pass
    assert server.requests == []
