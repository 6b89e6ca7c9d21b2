"""No request leaves without all of its budgets: a server that is silent at each stage costs a known time."""

from __future__ import annotations

import socket
import time
from dataclasses import replace

import pytest
from hfcli_core.errors import HubTimeoutError, NetworkError
from hfcli_core.hub.budgets import API, DOWNLOAD, UPLOAD, Budget
from hfcli_core.hub.options import SessionOptions
from hfcli_core.settings import Settings
from hostile_server import QUICK, drip, reply, stall, takes_at_most

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


def test_first_byte(server, connect) -> None:
    server.on("/api/x", stall())
    session = connect(server.url, budget=replace(QUICK, first_byte=0.2))
    with takes_at_most(1.5), pytest.raises(HubTimeoutError, match=r"did not answer within 0\.2 s"):
        session.request("GET", "api/x", retry=False)


def test_headers_that_come_a_byte_at_a_time(server, connect) -> None:
    server.on("/api/x", drip(HEAD, 0.1))
    session = connect(server.url, budget=replace(QUICK, first_byte=0.4))
    with takes_at_most(1.5), pytest.raises(HubTimeoutError):
        session.request("GET", "api/x", retry=False)


def test_silence_in_a_body(server, connect) -> None:
    server.on("/api/x", stall(HEAD + b"some"))
    session = connect(server.url, budget=replace(QUICK, read=0.2))
    with takes_at_most(1.5), pytest.raises(HubTimeoutError, match=r"stopped sending for 0\.2 s"):
        session.request("GET", "api/x", retry=False)


@pytest.mark.usefixtures("way")
def test_a_body_that_crawls(server, connect) -> None:
    server.on("/f", drip(HEAD + b"x" * 1000, 0.05))
    session = connect(server.url, budget=Budget(2, 5, 0.3, None))
    with takes_at_most(6), session.stream("GET", "f") as answer, pytest.raises(HubTimeoutError, match="almost nothing"):
        list(answer.iter_raw())


def test_total(server, connect) -> None:
    server.on("/api/x", drip(HEAD + b"x" * 1000, 0.02))
    session = connect(server.url, budget=replace(QUICK, total=1.5))
    with takes_at_most(3), pytest.raises(HubTimeoutError):
        session.request("GET", "api/x", retry=False)


def test_connect(connect, monkeypatch) -> None:
    """A listener whose queue is full drops what comes: nothing answers, nothing refuses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            waiting.append(one)
        session = connect(f"http://127.0.0.1:{port}", budget=replace(QUICK, connect=0.3))
        with takes_at_most(2), pytest.raises(NetworkError, match=r"Cannot connect to http://127.0.0.1"):
            session.request("GET", "api/x", retry=False)
        for one in waiting:
            one.close()


def test_sending_to_a_server_that_does_not_read(connect) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        session = connect(f"http://127.0.0.1:{listener.getsockname()[1]}", budget=replace(QUICK, read=0.3))
        with takes_at_most(3), pytest.raises(HubTimeoutError):
            session.request("POST", "api/x", content=b"x" * 2**25)


def test_every_budget_reaches_the_wire(server, connect) -> None:
    """The transport is handed all four times with each request, whoever makes it."""
    import httpx

    seen = []

    class Recorder(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            seen.append(dict(request.extensions["timeout"]))
            return httpx.Response(200, json=[])

    session = connect(server.url, transport=lambda origin: Recorder())
    session.request("GET", "a")
    list(session.paginate("b"))
    with session.stream("GET", "c") as answer:
        list(answer.iter_raw())
    session.send_external("PUT", "http://content.example/d", content=b"x")
    assert len(seen) == 4
    for times in seen:
        assert set(times) == {"connect", "read", "write", "pool"}
        assert all(0 < value <= 10 for value in times.values())


def test_settings_feed_the_budgets(tmp_path) -> None:
    environ = {"HF_HUB_ETAG_TIMEOUT": "1800", "HF_HUB_DOWNLOAD_TIMEOUT": "86400", "HOME": str(tmp_path)}
    tuned = SessionOptions.from_settings(Settings(environ=environ)).budgets
    assert tuned[API].first_byte == 1800
    assert tuned[API].total > 1800
    assert (tuned[DOWNLOAD].first_byte, tuned[DOWNLOAD].read) == (86400, 86400)
    plain = SessionOptions.from_settings(Settings(environ={"HOME": str(tmp_path)})).budgets
    assert plain == {API: API, DOWNLOAD: DOWNLOAD, UPLOAD: UPLOAD}


def test_waiting_for_the_answer_starts_when_all_is_sent(server, connect) -> None:
    """A body that takes longer to make than the first byte may take is no timeout."""
    server.on("/api/x", reply(200, b"{}"))

    def slowly():
        for _ in range(4):
            time.sleep(0.15)
            yield b"x" * 10

    session = connect(server.url, budget=replace(QUICK, first_byte=0.4))
    assert session.request("POST", "api/x", content=slowly()).status == 200
