"""Faults below HTTP, seen by raw sockets and by curl."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import threading
import time

import pytest
from hfcli_hub.faults import (
    Bandwidth,
    Close,
    EndlessHeaders,
    FaultScript,
    RequestRecord,
    Reset,
    Slow,
    Stall,
    WrongLength,
)
from hfcli_hub.faults.relay import Relay
from hfcli_hub.origins import listening_socket


def test_passes_everything_on_when_no_rule_matches(origin):
    origin.faults.add(Reset(), path="/elsewhere")
    head, body, end = origin.get()
    assert (head.split(b"\r\n")[0], body, end) == (b"HTTP/1.1 200 OK", origin.body, "closed")


@pytest.mark.parametrize("at", [0, 1, 100_000, 262_143])
def test_reset_at_a_byte_offset(origin, at):
    origin.faults.add(Reset(at=at))
    _, body, end = origin.get()
    # A reset may overtake bytes that were sent before it, never bytes that were not.
    assert origin.body[:at].startswith(body)
    assert end == "reset"


def test_close_at_a_byte_offset_delivers_exactly_those_bytes(origin):
    origin.faults.add(Close(at=100_000))
    head, body, end = origin.get()
    assert b"content-length: 262144" in head.lower()
    assert (body, end) == (origin.body[:100_000], "closed")


def test_reset_before_the_hub_sees_the_request_is_recorded_without_an_answer(origin):
    origin.faults.add(Reset(at="start", of="request"), times=1)
    assert origin.get() == (b"", b"", "reset")
    assert [request.status for request in origin.record] == [None]
    assert origin.get()[1] == origin.body


def test_reset_after_the_hub_has_answered(origin):
    origin.faults.add(Reset(at="start"), method="POST")
    received, end = origin.talk("POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello")
    assert (received, end, origin.uploads) == (b"", "reset", [b"hello"])


def test_reset_within_a_request_body(origin):
    origin.faults.add(Reset(at=50_000, of="request"))
    body = "x" * 200_000
    received, end = origin.talk(f"PUT /upload HTTP/1.1\r\nHost: test\r\nContent-Length: {len(body)}\r\n\r\n{body}")
    assert (received, end) == (b"", "reset")
    assert body.encode() not in origin.uploads


def test_close_amid_the_headers(origin):
    origin.faults.add(Close(at="headers"))
    received, end = origin.talk("GET /file HTTP/1.1\r\nHost: test\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200")
    assert b"\r\n\r\n" not in received
    assert end == "closed"


def test_close_after_an_answer_that_promised_to_keep_the_connection(origin):
    origin.faults.add(Close(at="end"))
    received, end = origin.talk("GET /file HTTP/1.1\r\nHost: test\r\n\r\n")
    assert b"connection: close" not in received.lower()
    assert received.endswith(origin.body)
    assert end == "closed"


def test_stall_sends_no_more_and_ends_after_its_time(origin):
    origin.faults.add(Stall(at=1000, seconds=0.5))
    start = time.monotonic()
    _, body, end = origin.get()
    assert (body, end) == (origin.body[:1000], "closed")
    assert 0.4 < time.monotonic() - start < 5


def test_slow_from_an_offset(origin):
    origin.faults.add(Slow(bytes_per_second=200_000, at=162_144))
    start = time.monotonic()
    assert origin.get()[1] == origin.body
    assert 0.3 < time.monotonic() - start < 5


def test_slow_headers_arrive_in_many_parts(origin):
    origin.faults.add(Slow(bytes_per_second=400, at="start"))
    with socket.create_connection(("127.0.0.1", origin.port), timeout=10) as connection:
        connection.sendall(b"HEAD /file HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        parts = list(iter(lambda: connection.recv(65536), b""))
    assert len(parts) >= 4
    assert b"".join(parts).endswith(b"\r\n\r\n")


def test_bandwidth_holds_for_the_whole_connection(origin):
    origin.faults.add(Bandwidth(bytes_per_second=1_000_000), times=1)
    start = time.monotonic()
    request = "GET /file HTTP/1.1\r\nHost: test\r\n\r\n"
    last = "GET /file HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
    received, _ = origin.talk(request + last)
    assert received.count(b"HTTP/1.1 200") == 2
    assert time.monotonic() - start > 0.45


@pytest.mark.parametrize("delta", [-1000, 1000])
def test_wrong_length(origin, delta):
    origin.faults.add(WrongLength(delta))
    head, body, end = origin.get()
    assert b"content-length: %d" % (len(origin.body) + delta) in head.lower()
    assert (body, end) == (origin.body, "closed")


def test_endless_headers(origin):
    origin.faults.add(EndlessHeaders())
    received, end = origin.talk("GET /file HTTP/1.1\r\nHost: test\r\n\r\n", limit=5_000_000)
    assert b"\r\n\r\n" not in received
    assert end == "limit"


def test_nth_and_times_count_matching_requests_only(origin):
    rule = origin.faults.add(Reset(), path="/f*", nth=2)
    ends = [origin.get()[2], origin.get("/other")[2], origin.get()[2], origin.get()[2]]
    assert ends == ["closed", "closed", "reset", "closed"]
    assert origin.faults.count(rule) == 3


def test_chunked_bodies_and_expect_continue_pass_both_ways(origin):
    received, _ = origin.talk(
        "POST /upload HTTP/1.1\r\nHost: test\r\nConnection: close\r\nExpect: 100-continue\r\n"
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    )
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
    assert origin.uploads == [b"hello world"]


def test_the_origin_learns_that_a_client_has_left(origin):
    with socket.create_connection(("127.0.0.1", origin.port)) as connection:
        connection.sendall(b"PUT /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\nhalf")
        time.sleep(0.2)
    until = time.monotonic() + 5
    while not origin.uploads and time.monotonic() < until:
        time.sleep(0.02)
    assert origin.uploads == [b"client left"]


def test_an_origin_that_closes_idle_connections_is_connected_to_again():
    async def answer_once(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    async def two_requests_on_one_connection():
        origin = await asyncio.start_server(answer_once, "127.0.0.1", 0)
        relay = Relay("hub", origin.sockets[0].getsockname(), FaultScript(), RequestRecord())
        listener = listening_socket("127.0.0.1", 0)
        address = listener.getsockname()
        await relay.start(listener)
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            assert answer.startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.1)
        writer.close()
        await relay.stop()
        origin.close()

    asyncio.run(two_requests_on_one_connection())


def test_many_connections_at_once(origin):
    origin.faults.add(Slow(bytes_per_second=1_000_000))
    bodies: list[bytes] = []
    threads = [threading.Thread(target=lambda: bodies.append(origin.get()[1])) for _ in range(20)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert bodies == [origin.body] * 20
    assert time.monotonic() - start < 5


@pytest.mark.foreign
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_sees_the_faults_by_its_own_names(origin, tmp_path):
    def curl(*options: str) -> int:
        command = ["curl", "-sS", "--max-time", "5", "-o", str(tmp_path / "file"), *options, f"{origin.url}/file"]
        return subprocess.run(command, check=False, timeout=20, capture_output=True).returncode

    received, partial, reset = 0, 18, 56
    origin.faults.add(Close(at=1000), times=1)
    assert curl() == partial
    origin.faults.add(Reset(at=100_000), times=1)
    assert curl() == reset
    assert curl("--continue-at", "-") == received
    assert (tmp_path / "file").read_bytes() == origin.body
    ranged = [request.headers["range"] for request in origin.record if "range" in request.headers]
    assert len(ranged) == 1
    assert re.fullmatch(r"bytes=\d+-", ranged[0])
