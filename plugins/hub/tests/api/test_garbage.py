"""Nothing that a client sends makes the Hub fail: what is wrong is refused, and the Hub goes on."""

from __future__ import annotations

import http.client
import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hfcli_hub.server.app import API_ROUTES
from hfcli_hub.server.routes import content
from hfcli_hub.testkit.hub import LiveHub
from starlette.routing import BaseRoute, Route

SEGMENTS = (
    *("main", "alice", "m", "..", "%2e%2e", "..%2F..%2Fhub.sqlite", "%00", "%ff", "%ED%A0%80", "%", "%zz", ".git"),
    *("refs%2Fpr%2F1", "refs%2Fheads%2F..%2F..%2Fx", "a%0d%0ab:%20c", "x" * 300, "0" * 40, "f" * 64, "d%2Fa.txt"),
    *("@%7Bu%7D", "HEAD", "C:%5Cx", "*", "datasets", "99999999999999999999999"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1.5, "", "x", "\ud800", "\0", "../../x", "alice/m", "main", "é", "a" * 5000),
    *([], {}, [1], ["a"], [None], {"a": 1}, [{"path": "\ud800", "size": 1}], [{"path": "a", "size": True}]),
    *([{"oid": "a" * 64, "size": 10**30}], [{"partNumber": 1, "etag": 5}]),
)
FIELDS = (
    *("name", "organization", "type", "sdk", "private", "visibility", "fromRepo", "toRepo", "gated", "tag", "message"),
    *("startingPoint", "paths", "expand", "content", "repoType", "files", "gitIgnore", "operation", "transfers"),
    *("objects", "hash_algo", "oid", "size", "parts", "user", "status"),
)
QUERIES = (
    *("", "limit=%00", "limit=99999999999999", "cursor=AAAA", "cursor=%ff", "expand=1&recursive=true", "expand=%00"),
    *("create_pr=1", "service=git-upload-pack", "service=git-receive-pack", "Expires=x&Signature=y", "a=1&a=2"),
    *("sort=lastModified&search=%00&author=%ff", "full=1&expand=sha", "Expires=%D9%A1&Signature=%ff"),
)
HEADERS = (
    *({}, {"Range": "bytes=-"}, {"Range": "bytes=9999999999999999999-"}, {"Content-Encoding": "gzip"}),
    *({"Content-Type": "application/json"}, {"Authorization": "Basic !!"}, {"If-None-Match": "*"}),
    *({"Content-Type": f"application/x-git-{name}-pack-request"} for name in ("upload", "receive")),
)


def garbage(rng: random.Random, route: Route) -> tuple[str, str, bytes | None, dict[str, str]]:
    """Method, target, body and headers of a request to a route."""

    def fill(match: re.Match[str]) -> str:
        kind = match[1].partition(":")[2]
        likely = {"kinds": "models", "repo": "alice/m", "rev": "main", "file": "d/a.txt", "int": "1"}
        if kind == "kinds" or rng.random() < 0.6:
            return likely.get(kind, "pending")
        return "/".join(rng.choice(SEGMENTS) for _ in range(rng.choice([1, 1, 2])))

    method = rng.choice(sorted(route.methods or {"GET"}))
    target = f"{re.sub(r'{([^}]*)}', fill, route.path)}?{rng.choice(QUERIES)}"
    fields = {rng.choice(FIELDS): rng.choice(VALUES) for _ in range(rng.randint(1, 5))}
    change = {"path": rng.choice(VALUES), "content": rng.choice(VALUES), "oid": rng.choice(VALUES), "encoding": "hex"}
    lines = [{"key": "header", "value": {"summary": "t"}}, {"key": rng.choice(["file", "lfsFile"]), "value": change}]
    bodies = [
        json.dumps(fields).encode(),
        json.dumps(rng.choice(VALUES)).encode(),
        "\n".join(map(json.dumps, lines)).encode(),
        rng.randbytes(100),
        b"[" * 20_000,
    ]
    return method, target, None if method in {"GET", "HEAD"} else rng.choice(bodies), rng.choice(HEADERS)


@pytest.fixture
def connection(hub: LiveHub) -> Iterator[http.client.HTTPConnection]:
    """One that sends targets as they are, which clients for people mend."""
    address = urlsplit(hub.endpoint)
    made = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
    yield made
    made.close()


def test_garbage_to_every_route(hub: LiveHub, connection: http.client.HTTPConnection) -> None:
    hub.create_repo("alice/m")
    hub.put_files("alice/m", {"d/a.txt": b"text", "big.bin": b"x" * 100})
    rng = random.Random(5)
    routes: list[BaseRoute] = [*API_ROUTES, *content.routes]
    for route in routes * 8:
        assert isinstance(route, Route)
        method, target, body, headers = garbage(rng, route)
        authorization = {"Authorization": f"Bearer {hub.token()}"} if rng.random() < 0.7 else {}
        connection.request(method, target, body, {**authorization, **headers})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 500 or answer.status == 501, (method, target, body, headers, text)
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize("above", ["../", "%2e%2e/", "..%2F", "%2e%2e%2f", "..%5C", "%252e%252e%252f"])
def test_no_path_leads_out_of_a_repo(hub: LiveHub, connection: http.client.HTTPConnection, above: str) -> None:
    hub.create_repo("alice/m")
    secret = (hub.store.data / "secret").read_bytes()
    below = "/alice/m/resolve/main/{}", "/alice/m/raw/{}/x", "/{}/resolve/main/x", "/api/models/alice/m/tree/main/{}"
    for place in below:
        connection.request(
            "GET", place.format(f"{above * 4}secret"), headers={"Authorization": f"Bearer {hub.token()}"}
        )
        answer = connection.getresponse()
        assert secret not in answer.read()
        assert answer.status in {400, 404}


def test_headers_and_bodies_without_end(hub: LiveHub, alice: httpx.Client) -> None:
    with suppress(httpx.TransportError):  # the server hangs up on heads above 64 KiB
        long = alice.get("/api/whoami-v2", headers={"Authorization": f"Bearer {'x' * 200_000}"})
        assert long.status_code in {400, 431}
    for path in ("/api/repos/create", "/api/models/alice/m/paths-info/main", "/api/validate-yaml"):
        try:
            status = alice.post(path, content=(b"x" * (1 << 20) for _ in range(200))).status_code
        except httpx.TransportError:  # the answer was given, and the rest of the body not waited for
            status = 413
        assert status == 413
    sent = sum(request.received for request in hub.record)
    assert sent < 200 << 20
    assert alice.get("/api/whoami-v2").status_code == 200
