"""Names, addresses, threads and processes (faults.md N17, N19, P7)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time

import pytest
from hfcli_core.errors import CommandDenied, NetworkError
from hfcli_core.hub import network
from hfcli_core.plugins.policy import Verdict
from hostile_server import reply, takes_at_most

REAL = socket.getaddrinfo


def resolve_to(monkeypatch, *addresses: str) -> None:
    def answer(host, port, *args, **more):
        if host != "hub.example":
            return REAL(host, port, *args, **more)
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port))
            for family, address in zip(families, addresses, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_a_name_that_does_not_exist(connect) -> None:
    with takes_at_most(10), pytest.raises(NetworkError, match=r"Cannot find the host 'hub\.invalid'") as caught:
        connect("https://hub.invalid").request("GET", "api/x")
    assert caught.value.exit_code == 6


def test_a_resolver_that_does_not_answer(connect, monkeypatch) -> None:
    monkeypatch.setattr(network, "NAME_LIMIT", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(5))
    with takes_at_most(2), pytest.raises(NetworkError, match="Cannot find the host"):
        connect("https://hub.example").request("GET", "api/x")


def test_an_address_that_swallows_everything_costs_a_quarter_of_a_second(server, connect, monkeypatch) -> None:
    server.on("*", reply(200, {"ok": 1}))
    swallowed = []
    real = socket.create_connection

    def connecting(address, *args, **more):
        if ":" in address[0]:
            swallowed.append(address)
            time.sleep(3)
            raise TimeoutError
        return real(address, *args, **more)

    monkeypatch.setattr(socket, "create_connection", connecting)
    resolve_to(monkeypatch, "2001:db8::1", "2001:db8::2", "127.0.0.1")
    with takes_at_most(1.5):
        assert connect(f"http://hub.example:{server.port}").json("GET", "api/x") == {"ok": 1}
    assert swallowed[0][0] == "2001:db8::1"


def test_an_address_that_refuses_costs_nothing(server, connect, monkeypatch) -> None:
    server.on("*", reply(200, {"ok": 1}))
    resolve_to(monkeypatch, "127.0.0.2", "127.0.0.3", "127.0.0.1")
    with takes_at_most(1):
        assert connect(f"http://hub.example:{server.port}").json("GET", "api/x") == {"ok": 1}


def test_no_address_answers(connect, monkeypatch) -> None:
    resolve_to(monkeypatch, "127.0.0.2", "127.0.0.3")
    with takes_at_most(3), pytest.raises(NetworkError, match=r"Cannot connect to http://hub\.example:9"):
        connect("http://hub.example:9").request("GET", "api/x")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_threads_share_a_session_but_no_connection_at_the_same_time(server, connect, method) -> None:
    server.on("*", reply(200, {"ok": 1}))
    session = connect(server.url)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                assert session.json(method, "api/x") == {"ok": 1}
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []
    assert len(server.requests) == 160
    assert 1 < server.connections <= 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_makes_its_own_connections(server, connect) -> None:
    server.on("*", reply(200, {"ok": 1}))
    session = connect(server.url)
    session.json("GET", "api/x")
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if session.json("GET", "api/child") == {"ok": 1} else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert session.json("GET", "api/x") == {"ok": 1}


@pytest.mark.usefixtures("way")
def test_policy_is_asked_for_every_host(server, other, connect) -> None:
    server.on("/f", reply(302, Location=f"http://localhost:{other.port}/f"))
    asked = []

    def may_contact(host: str) -> Verdict:
        asked.append(host)
        return Verdict(host != "localhost", "only our own hosts", "/etc/hf/policy.toml", "allowed_hosts")

    session = connect(server.url, may_contact=may_contact)
    with (
        pytest.raises(CommandDenied, match="Contacting localhost is not permitted") as caught,
        session.stream("GET", "f"),
    ):
        pass
    assert caught.value.exit_code == 13
    assert asked == ["127.0.0.1", "localhost"]
    assert other.requests == []


def test_what_a_request_imports() -> None:
    """A question needs no httpx; its own command line, and what that drags in, never come."""
    code = (
        "import sys\n"
        "import hfcli_core.hub.session, hfcli_core.hub.repos, hfcli_core.hub.commits\n"
        "assert 'httpx' not in sys.modules, 'httpx before the first request'\n"
        "assert 'ssl' not in sys.modules, 'ssl before the first request'\n"
        "try: hfcli_core.hub.session.HubSession('http://127.0.0.1:9').json('GET', 'api/x', retry=False)\n"
        "except Exception as error: assert 'Connection refused' in str(error), error\n"
        "heavy = {'httpx', 'httpcore', 'ssl', 'http.client', 'email', 'asyncio'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "import hfcli_core.hub.pools\n"
        "found = {'rich', 'click', 'pygments', 'httpx._main', 'asyncio'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
