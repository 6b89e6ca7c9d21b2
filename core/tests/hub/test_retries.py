"""What is tried again, and for how long (faults.md N13, N14, N18, N23, N24)."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hfcli_core.auth.provider import Token
from hfcli_core.errors import Cancelled, HubTimeoutError, NetworkError, OfflineError, RateLimitedError
from hfcli_core.hub.retry import LONGEST_WAIT, Patience, Setback, asked_wait
from hfcli_core.hub.session import HubSession
from hostile_server import SECRET, raw, reply, reset, serving, takes_at_most

BUSY = (500, 502, 503, 504, 408)


@pytest.mark.parametrize("status", BUSY)
def test_a_question_is_asked_again(server, connect, status) -> None:
    server.on("/api/x", reply(status), reply(status), reply(200, {"ok": 1}))
    assert connect(server.url).json("GET", "api/x") == {"ok": 1}
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", BUSY)
def test_an_order_is_not_repeated_when_it_may_have_been_done(server, connect, status) -> None:
    server.on("/api/x", reply(status), reply(200))
    for method in ("POST", "DELETE"):
        server.on("/api/x", reply(status), reply(200))
        with pytest.raises((RateLimitedError, HubTimeoutError)):
            connect(server.url).request(method, "api/x")
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", [reset(), raw(b""), raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")])
def test_a_lost_connection(server, connect, fault) -> None:
    server.on("/api/x", fault, reply(200, {"ok": 1}))
    assert connect(server.url).json("GET", "api/x") == {"ok": 1}
    server.on("/api/x", fault, reply(200))
    with pytest.raises(NetworkError, match="was lost"):
        connect(server.url).request("POST", "api/x")
    assert len(server.requests) == 3


def test_an_order_refused_for_its_rate_is_repeated(server, connect) -> None:
    server.on("/api/x", reply(429, Retry_After="0"), reply(503, Retry_After="0"), reply(200, {"ok": 1}))
    assert connect(server.url).json("POST", "api/x", json={}) == {"ok": 1}


def test_the_caller_may_allow_or_forbid(server, connect) -> None:
    server.on("/api/x", reply(502), reply(200, {"ok": 1}))
    assert connect(server.url).json("POST", "api/x", json={}, retry=True) == {"ok": 1}
    server.on("/api/x", reply(502), reply(200, {"ok": 1}))
    with pytest.raises(RateLimitedError):
        connect(server.url).json("GET", "api/x", retry=False)


def test_an_iterator_is_sent_once(server, connect) -> None:
    server.on("/api/x", reply(502), reply(200))
    with pytest.raises(RateLimitedError):
        connect(server.url).request("PUT", "api/x", content=iter([b"a", b"b"]))
    assert [r.body for r in server.requests] == [b"ab"]
    server.on("/api/x", reply(502), reply(200))
    connect(server.url).request("PUT", "api/x", content=[b"a", b"b"])
    assert [r.body for r in server.requests[1:]] == [b"ab", b"ab"]


def test_patience_ends(server, connect) -> None:
    server.on("/api/x", reply(503, b"overloaded"))
    with takes_at_most(4), pytest.raises(RateLimitedError) as caught:
        connect(server.url, max_outage=0.5).request("GET", "api/x")
    assert caught.value.exit_code == 8
    assert "answered 503: overloaded" in caught.value.message
    assert len(server.requests) > 3


def test_an_absurd_wait_is_not_waited(server, connect) -> None:
    server.on("/api/x", reply(429, Retry_After="99999999"))
    with takes_at_most(1), pytest.raises(RateLimitedError, match=r"Rate limited by 127\.0\.0\.1") as caught:
        connect(server.url).request("GET", "api/x")
    assert caught.value.hint == "the server asks to wait 99999999 s"


def test_a_wait_is_shared_and_seen(server, connect) -> None:
    server.on("/api/x", reply(429, RateLimit='"api";r=0;t=1'), reply(200, {}))
    server.on("/api/y", reply(200, {}))
    session, seen = connect(server.url), []
    started = time.monotonic()
    with session.reporting(seen.append):
        first = threading.Thread(target=session.request, args=("GET", "api/x"))
        first.start()
        while not server.requests:
            time.sleep(0.01)
        time.sleep(0.1)
        session.request("GET", "api/y")
        first.join(5)
    assert time.monotonic() - started >= 1
    assert "waiting 1 s (rate limited)" in seen
    assert seen[-1] == ""


def test_a_long_wait_is_told_of(server, connect) -> None:
    notes = []
    session = connect(server.url, note=notes.append, max_outage=60)
    server.on("/api/x", reply(503, Retry_After="30"))
    session.cancelled = threading.Event()
    threading.Timer(0.2, session.cancelled.set).start()
    with takes_at_most(3), pytest.raises(Cancelled):
        session.request("GET", "api/x")
    assert notes
    assert notes[0].startswith("127.0.0.1: server busy (503); trying again in 3")


def test_nobody_listens(connect) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        takes_at_most(3),
        pytest.raises(NetworkError, match=f"Cannot connect to http://127.0.0.1:{port}: Connection refused") as caught,
    ):
        connect(f"http://127.0.0.1:{port}").request("GET", "api/x")
    assert caught.value.exit_code == 6


def test_a_known_server_that_goes_away_for_a_while_is_waited_for(connect) -> None:
    with serving() as script:
        script.on("*", reply(200, {"ok": 1}, Connection="close"))
        session = connect(script.url, first_wait=0.05)
        session.request("GET", "api/x")
        port = script.port
    back: list[bool] = []

    def return_later() -> None:
        time.sleep(0.5)
        with socket.create_server(("127.0.0.1", port)) as listener:
            wire, _ = listener.accept()
            wire.recv(65536)
            wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            back.append(True)
            wire.close()

    thread = threading.Thread(target=return_later, daemon=True)
    thread.start()
    assert session.json("GET", "api/x") == {}
    thread.join(2)
    assert back


def test_a_known_server_that_stays_away_is_a_timeout(connect) -> None:
    with serving() as script:
        script.on("*", reply(200, {"ok": 1}, Connection="close"))
        session = connect(script.url, max_outage=0.3)
        session.request("GET", "api/x")
    with takes_at_most(3), pytest.raises(HubTimeoutError, match="gave up"):
        session.request("GET", "api/x")


def test_offline_opens_no_socket(server, connect, monkeypatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    session = connect("https://hub.example", offline=True)
    with pytest.raises(OfflineError, match=r"Cannot ask hub\.example: offline mode is on"):
        session.request("GET", "api/whoami-v2")
    with pytest.raises(OfflineError), session.stream("GET", "https://content.example/x"):
        pass


def test_a_token_renewed_meanwhile_is_used(server, connect) -> None:
    tokens = iter([SECRET, SECRET + "2"])
    server.on("/api/x", reply(401, {"error": "Invalid credentials in Authorization header"}), reply(200, {"ok": 1}))
    session = HubSession(server.url, credentials=lambda: Token(next(tokens), "a helper"))
    assert session.json("GET", "api/x") == {"ok": 1}
    assert [r.headers["authorization"][-1] for r in server.requests] == [SECRET[-1], "2"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 7 "}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"ratelimit": '"api";r=0;t=55'}, 55),
        ({"ratelimit": '"api";r=3;t=55', "retry-after": "2"}, 2),
        ({"ratelimit": '"api";r=3;t=55'}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:10 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 10),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Wed, 99 Foo 2026 07:28:10 GMT"}, None),
        ({}, None),
    ],
)
def test_asked_wait(headers, seconds) -> None:
    assert asked_wait(headers) == seconds


def test_a_date_is_taken_against_our_clock_where_the_server_names_none() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert asked_wait({"retry-after": later}) == pytest.approx(90, abs=2)


def test_a_server_that_always_says_now_is_not_hammered() -> None:
    patience = Patience(10**9, repeatable=True, clock=lambda: 0.0, jitter=lambda: 0.0)
    now = Setback(RateLimitedError("x"), "rate limited", acted=False, asked_wait=0)
    assert [patience.wait_after(now) for _ in range(6)] == [0, 2, 4, 8, 16, 30]
    assert {patience.wait_after(now) for _ in range(3000)} == {30}


def test_waits_grow_and_are_capped() -> None:
    now = [0.0]
    patience = Patience(1000, repeatable=True, clock=lambda: now[0], jitter=lambda: 1.0)
    setback = Setback(NetworkError("x"), "lost", acted=True)
    assert [patience.wait_after(setback) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert patience.wait_after(Setback(NetworkError("x"), "busy", acted=True, asked_wait=900)) == LONGEST_WAIT
    now[0] = 999
    assert patience.wait_after(setback) is None
    assert patience.spent
