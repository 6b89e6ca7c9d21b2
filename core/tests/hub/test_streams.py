"""Bodies of files, the same on both ways: without httpx, and through it (faults.md N1–N6, N15, N22, S08, S11)."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import FrozenInstanceError, replace

import pytest
from hfcli_core.errors import AuthenticationError, HfError, HubTimeoutError, IntegrityError, NetworkError
from hfcli_core.hub.budgets import Budget
from hfcli_core.hub.failures import AddressExpiredError
from hfcli_core.hub.responses import Address
from hostile_server import QUICK, SECRET, drip, part, raw, reply, reset, stall, takes_at_most

pytestmark = pytest.mark.usefixtures("way")

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BIG = bytes(range(256)) * 4096


def read(answer, size: int = 70_000) -> bytes:
    buffer, found = bytearray(size), b""
    while count := answer.read_into(memoryview(buffer)):
        found += buffer[:count]
    assert answer.read_into(buffer) == 0
    return found


@pytest.mark.parametrize(
    ("action", "length", "content"),
    [
        (reply(200, BIG), len(BIG), BIG),
        (reply(200, b""), 0, b""),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n" + BIG), None, BIG),
        (raw(b"HTTP/1.0 200 OK\r\n\r\nold"), None, b"old"),
        (part(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 3, b"abc"),
        (part(CHUNKED + b"3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\nX-Trailer: 1\r\n\r\n"), None, b"abcdefgh"),
        (part(CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(BIG), BIG)), None, BIG),
        (reply(204), 0, b""),
    ],
    ids=["length", "empty", "to the end", "1.0", "twice", "chunks", "a large chunk", "204"],
)
def test_bodies_of_every_kind(server, connect, action, length, content) -> None:
    server.on("/f", action)
    session = connect(server.url)
    with session.stream("GET", "f") as answer:
        assert answer.length == length
        assert read(answer) == content
    with session.stream("GET", "f") as answer:
        assert b"".join(answer.iter_raw()) == content
    with session.stream("GET", "f") as answer:
        pieces = list(answer.iter_raw(100_000))
    assert [len(piece) for piece in pieces[:-1]] == [100_000] * (len(pieces) - 1)
    assert b"".join(pieces) == content


def test_pieces_and_buffers_may_alternate(server, connect) -> None:
    server.on("/f", reply(200, BIG))
    with connect(server.url).stream("GET", "f") as answer:
        small = bytearray(10)
        assert answer.read_into(small) == 10
        pieces = iter(answer.iter_raw())
        found = bytes(small) + next(pieces)
        count = answer.read_into(small)
        found += small[:count]
        assert found + b"".join(pieces) == BIG


def test_a_head_has_no_body(server, connect) -> None:
    server.on("/f", part(b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nX-Linked-Size: 7\r\n\r\n"))
    session = connect(server.url)
    for _ in range(2):
        with session.stream("HEAD", "f") as answer:
            assert answer.headers["X-LINKED-size"] == "7"
            assert answer.headers["content-length"] == "12345"
            assert answer.length == 0
            assert read(answer) == b""
    assert server.connections == 1


def test_headers_by_name(server, connect) -> None:
    server.on(
        "/f",
        part(b"HTTP/1.1 200 OK\r\nA-B:  x \r\na-b: y\r\nWho: J\xc3\xbcrgen\r\nContent-Length: 0\r\nEmpty:\r\n\r\n"),
    )
    with connect(server.url).stream("GET", "f") as answer:
        assert answer.headers["a-b"] == answer.headers.get("A-B") == "x, y"
        assert answer.headers["who"] == "Jürgen"
        assert answer.headers["empty"] == ""
        assert "WHO" in answer.headers
        assert answer.headers.get("none", "otherwise") == "otherwise"


@pytest.mark.parametrize(
    "action",
    [
        raw(HEAD + b"short"),
        raw(CHUNKED + b"5\r\nab"),
        raw(CHUNKED + b"5\r\nabcde\r\n"),
        raw(CHUNKED + b"xyz\r\nabcde"),
        raw(CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n"),
        raw(CHUNKED + b"3;" + b"x" * 200_000 + b"\r\nabc\r\n0\r\n\r\n"),
        raw(CHUNKED + b"0\r\n" + b"X: y\r\n" * 100_000),
    ],
    ids=["length", "within a chunk", "between chunks", "no chunk", "a longer chunk", "a long line", "endless trailers"],
)
def test_an_early_end(server, connect, action) -> None:
    server.on("/f", action)
    session = connect(server.url)
    with session.stream("GET", "f") as answer, pytest.raises(NetworkError, match=r"connection to 127.* was lost"):
        read(answer)
    with session.stream("GET", "f") as answer, pytest.raises(NetworkError, match=r"connection to 127.* was lost"):
        list(answer.iter_raw())


@pytest.mark.parametrize(
    "head",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: rot13\r\n\r\nab",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
    ],
)
def test_what_is_not_http(server, connect, head) -> None:
    server.on("/f", raw(head))
    with takes_at_most(4), pytest.raises(NetworkError) as caught, connect(server.url, max_outage=1).stream("GET", "f"):
        pass
    assert len(caught.value.message) < 250


def test_too_many_headers(server, connect) -> None:
    server.on("/f", reply(200, b"x", **{f"X_{n}": "v" for n in range(1000)}))
    with pytest.raises(IntegrityError, match="header lines; refused"), connect(server.url).stream("GET", "f"):
        pass
    assert len(server.requests) == 1


def test_headers_without_end(server, connect) -> None:
    server.on("/f", reply(200, b"x", **{f"X_{n}": "v" * 60_000 for n in range(20)}))
    with pytest.raises(NetworkError), connect(server.url).stream("GET", "f", retry=False):
        pass


def test_interim_answers(server, connect) -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
    server.on("/f", part(interim + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
    session = connect(server.url)
    for _ in range(2):
        with session.stream("GET", "f") as answer:
            assert (answer.status, read(answer)) == (200, b"ok")
    assert server.connections == 1


def test_interim_answers_without_end(server, connect) -> None:
    def act(wire, stopped) -> None:
        while not stopped.wait(0.01):
            wire.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    server.on("/f", act)
    session = connect(server.url, budget=replace(QUICK, first_byte=0.5))
    with takes_at_most(2), pytest.raises(HubTimeoutError), session.stream("GET", "f", retry=False):
        pass


@pytest.mark.parametrize("value", ["x\r\nX-Evil: 1", "x\nX-Evil: 1", "x\0", "x\r", "ü"])
def test_headers_cannot_be_smuggled_in(server, connect, value) -> None:
    server.on("/f", reply(200, b"x"))
    with (
        pytest.raises(HfError),
        connect(server.url, max_outage=0.1).stream("GET", "f", headers={"X-Good": value}, retry=False),
    ):
        pass
    assert server.requests == []


@pytest.mark.parametrize("name", ["X Evil", "X:Evil", "X\r\nEvil", ""])
def test_nor_by_their_names(server, connect, name) -> None:
    server.on("/f", reply(200, b"x"))
    with pytest.raises(HfError), connect(server.url).stream("GET", "f", headers={name: "1"}, retry=False):
        pass
    assert server.requests == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("ü?x=ä", "/%C3%BC?x=%C3%A4"),
        ("a%20b/%C3%BC?x=%2F", "/a%20b/%C3%BC?x=%2F"),
        ("f?redirect=https://a.example/b&c=(1)'*~", "/f?redirect=https://a.example/b&c=(1)'*~"),
        ("a/../b/./c", "/b/c"),
        (".hidden/..f", "/.hidden/..f"),
        ("f#part", "/f"),
    ],
)
def test_what_is_asked_for(server, connect, path, asked) -> None:
    server.on("*", reply(200, b"x"))
    with connect(server.url).stream("GET", path) as answer:
        assert read(answer) == b"x"
    assert server.paths() == [asked]


def test_a_server_that_does_not_answer(server, connect) -> None:
    server.on("/f", stall())
    session = connect(server.url, budget=replace(QUICK, first_byte=0.2))
    with (
        takes_at_most(1.5),
        pytest.raises(HubTimeoutError, match=r"did not answer within 0\.2 s") as caught,
        session.stream("GET", "f", retry=False),
    ):
        pass
    assert "HF_HUB_DOWNLOAD_TIMEOUT" in caught.value.hint


def test_headers_that_come_a_byte_at_a_time(server, connect) -> None:
    server.on("/f", drip(HEAD, 0.1))
    session = connect(server.url, budget=replace(QUICK, first_byte=0.4))
    with takes_at_most(1.5), pytest.raises(HubTimeoutError), session.stream("GET", "f", retry=False):
        pass


def test_a_body_that_stalls(server, connect) -> None:
    server.on("/f", stall(HEAD + b"some"))
    session = connect(server.url, budget=replace(QUICK, read=0.3))
    buffer = bytearray(1000)
    with session.stream("GET", "f") as answer:
        assert answer.read_into(buffer) == 4
        with takes_at_most(1.5), pytest.raises(HubTimeoutError, match=r"stopped sending for 0\.3 s") as caught:
            answer.read_into(buffer)
    assert "HF_HUB_DOWNLOAD_TIMEOUT" in caught.value.hint


def test_a_body_that_crawls_into_a_buffer(server, connect) -> None:
    server.on("/f", drip(HEAD + b"x" * 1000, 0.05))
    session = connect(server.url, budget=Budget(2, 5, 0.3, None))
    with takes_at_most(6), session.stream("GET", "f") as answer, pytest.raises(HubTimeoutError, match="almost nothing"):
        read(answer)


def test_a_reader_that_takes_its_time(server, connect) -> None:
    """What the reader does between two reads is no fault of the server."""
    server.on("/f", reply(200, b"x" * 30))
    with connect(server.url, budget=Budget(2, 5, 0.1, None)).stream("GET", "f") as answer:
        buffer = bytearray(10)
        for _ in range(3):
            time.sleep(0.25)
            assert answer.read_into(buffer) == 10


def test_a_total(server, connect) -> None:
    server.on("/f", drip(HEAD + b"x" * 1000, 0.02))
    session = connect(server.url, budget=replace(QUICK, total=1.5))
    with takes_at_most(3), session.stream("GET", "f") as answer, pytest.raises(HubTimeoutError, match="longer than"):
        read(answer)


def test_a_reset_in_a_body(server, connect) -> None:
    def act(wire, stopped) -> None:
        wire.sendall(HEAD + b"x" * 500)
        time.sleep(0.2)
        reset()(wire, stopped)

    server.on("/f", act)
    with connect(server.url).stream("GET", "f") as answer, pytest.raises(NetworkError, match="was lost"):
        read(answer)


def test_failures_before_the_body_are_tried_again(server, connect) -> None:
    server.on("/f", reset(), raw(b""), reply(503), reply(200, b"x"))
    with connect(server.url).stream("GET", "f") as answer:
        assert read(answer) == b"x"
    assert len(server.requests) == 4


def test_an_error_has_its_text(server, connect) -> None:
    server.on("/f", reply(400, {"error": "no such thing as this"}))
    with pytest.raises(HfError, match="no such thing as this"), connect(server.url).stream("GET", "f"):
        pass
    with connect(server.url).stream("GET", "f", accept=(400,)) as answer:
        assert answer.status == 400


def test_a_drained_redirect_keeps_its_connection(server, connect) -> None:
    server.on("/old", reply(302, b"see there" * 1000, Location="/new"))
    server.on("/new", reply(200, b"x"))
    with connect(server.url).stream("GET", "old") as answer:
        assert read(answer) == b"x"
    assert server.connections == 1


def test_a_redirect_whose_body_never_ends_is_followed(server, connect) -> None:
    server.on("/old", drip(b"HTTP/1.1 302 X\r\nLocation: /new\r\nContent-Length: 99999\r\n\r\n" + b"x" * 9999, 0.0005))
    server.on("/new", reply(200, b"x"))
    with takes_at_most(6), connect(server.url, budget=Budget(2, 5, 5, None)).stream("GET", "old") as answer:
        assert read(answer) == b"x"


def test_an_address_is_asked_again_without_the_hub(server, other, connect) -> None:
    server.on("/f", reply(302, Location=f"{other.url}/signed?sig=1", X_Repo_Commit="a" * 40))
    other.on("/signed", reply(206, b"first"), reply(206, b"second"), reply(403, b"<Error>expired</Error>"))
    session = connect(server.url, headers=lambda request: {"X-Team": "research"})
    with session.stream("GET", "f", headers={"Range": "bytes=0-4"}) as answer:
        assert read(answer) == b"first"
        address = answer.address
    assert address == Address(f"{other.url}/signed?sig=1", public_only=False)
    with pytest.raises(FrozenInstanceError):
        address.url = "http://elsewhere.example"
    own = {"Range": "bytes=5-9", "Authorization": "Bearer mine", "cookie": "a=1"}
    with session.stream("GET", address, headers=own) as answer:
        assert read(answer) == b"second"
        assert answer.address == address
    with pytest.raises(AddressExpiredError), session.stream("GET", address):
        pass
    assert len(server.requests) == 1
    assert server.requests[0].headers["x-team"] == "research"
    assert [request.headers.get("range") for request in other.requests] == ["bytes=0-4", "bytes=5-9", None]
    assert not any({"authorization", "cookie", "x-team"} & request.headers.keys() for request in other.requests)
    assert SECRET not in str(other.requests)


def test_an_address_at_the_endpoint_has_the_credentials(server, connect) -> None:
    server.on("/f", reply(200, b"x"), reply(403, {"error": "no"}))
    session = connect(server.url)
    with session.stream("GET", "f") as answer:
        address = answer.address
    server.on("/api/whoami-v2", reply(200, {"name": "alice"}))
    with pytest.raises(AuthenticationError), session.stream("GET", address):
        pass
    assert [r.headers["authorization"] for r in server.requests] == [f"Bearer {SECRET}"] * len(server.requests)


def test_an_address_that_a_public_server_gave_must_stay_public(server, other, connect, monkeypatch) -> None:
    import socket

    real = socket.getaddrinfo
    monkeypatch.setattr(
        "socket.getaddrinfo",
        lambda host, *args, **more: real("127.0.0.1" if host == "cdn.example" else host, *args, **more),
    )
    public = [True]
    server.on("/f", reply(302, Location=f"http://cdn.example:{other.port}/f"))
    other.on("/f", reply(200, b"x"))
    session = connect(server.url, is_public=lambda _: public[0])
    with session.stream("GET", "f") as answer:
        assert read(answer) == b"x"
        address = answer.address
    assert address.public_only
    public[0] = False
    fresh = connect(server.url, is_public=lambda _: public[0])
    with pytest.raises(NetworkError, match="private network"), fresh.stream("GET", address):
        pass
    assert len(other.requests) == 1


def test_streams_of_many_threads(server, connect) -> None:
    server.on("*", reply(200, BIG))
    session = connect(server.url)
    wrong: list[BaseException | str] = []

    def work() -> None:
        try:
            for _ in range(10):
                with session.stream("GET", "f") as answer:
                    if read(answer) != BIG:
                        wrong.append("bytes of another answer")
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    assert server.connections <= 8


def test_nothing_of_a_token_is_in_an_error(server, connect) -> None:
    server.on("/f", raw(b"junk\r\n\r\n"))
    lines: list[str] = []
    with pytest.raises(NetworkError) as caught, connect(server.url, log=lines.append).stream("GET", "f", retry=False):
        pass
    assert not re.search(SECRET, f"{caught.value.message} {caught.value.hint} {lines}")
