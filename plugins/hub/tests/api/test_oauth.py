"""Logins with a browser, as a program and as a person's browser see them; exchange of CI identities."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hfcli_hub.store.accounts import Scope
from hfcli_hub.testkit.hub import LiveHub

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"


@pytest.fixture
def begun(hub: LiveHub, anonymous: httpx.Client) -> dict[str, Any]:
    """A login that has begun; the Hub bears to be asked at once."""
    hub.store.oauth.interval = 0.0
    answer = anonymous.post("/oauth/device", data={"client_id": "program"})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def form(page: httpx.Response) -> dict[str, str]:
    return dict(re.findall('<input [^>]*name="(\\w+)" value="(.*?)"', page.text))


def poll(client: httpx.Client, begun: dict[str, Any], client_id: str = "program") -> httpx.Response:
    fields = {"grant_type": DEVICE, "device_code": begun["device_code"], "client_id": client_id}
    return client.post("/oauth/token", data=fields)


def decide(client: httpx.Client, code: str, token: str, decision: str = "agree", **changes: str) -> httpx.Response:
    fields = {**form(client.get("/device")), "user_code": code, "token": token, "decision": decision, **changes}
    return client.post("/device", data=fields)


def test_a_login(hub: LiveHub, anonymous: httpx.Client, begun: dict[str, Any]) -> None:
    assert re.fullmatch("[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}", begun["user_code"])
    assert begun["verification_uri"] == f"{hub.endpoint}/device"
    assert begun["verification_uri_complete"].endswith(f"?user_code={begun['user_code']}")
    assert poll(anonymous, begun).json()["error"] == "authorization_pending"
    assert decide(anonymous, begun["user_code"], hub.token("alice", "read")).status_code == 200
    assert poll(anonymous, begun, "another").json()["error"] == "invalid_grant"
    issued = poll(anonymous, begun).json()
    assert issued["token_type"] == "bearer"
    assert issued["expires_in"] == 8 * 3600
    assert poll(anonymous, begun).json()["error"] == "invalid_grant"
    who = anonymous.get("/api/whoami-v2", headers={"Authorization": f"Bearer {issued['access_token']}"}).json()
    assert (who["name"], who["auth"]["type"]) == ("alice", "oauth")
    assert who["auth"]["expiresAt"].endswith("Z")
    # The program has no more rights than the token by which the person agreed.
    created = anonymous.post(
        "/api/repos/create", json={"name": "new"}, headers={"Authorization": f"Bearer {issued['access_token']}"}
    )
    assert created.status_code == 403


def test_renewal_ends_the_tokens_before(hub: LiveHub, anonymous: httpx.Client, begun: dict[str, Any]) -> None:
    decide(anonymous, begun["user_code"], hub.token("alice"))
    first = poll(anonymous, begun).json()
    fields = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "client_id": "program"}
    second = anonymous.post("/oauth/token", data=fields).json()
    assert anonymous.post("/oauth/token", data=fields).json()["error"] == "invalid_grant"
    statuses = [
        anonymous.get("/api/whoami-v2", headers={"Authorization": f"Bearer {tokens['access_token']}"}).status_code
        for tokens in (first, second)
    ]
    assert statuses == [401, 200]
    fields["refresh_token"] = second["refresh_token"]
    for token in hub.store.accounts.tokens("alice"):
        hub.store.accounts.revoke_token("alice", token.key)
    assert anonymous.post("/oauth/token", data=fields).json()["error"] == "invalid_grant"


def test_who_asks_too_often_and_too_late(hub: LiveHub, anonymous: httpx.Client) -> None:
    hub.store.oauth.interval = 30.0
    begun = anonymous.post("/oauth/device", data={"client_id": "program"}).json()
    assert poll(anonymous, begun).json() == {"error": "slow_down", "error_description": "ask every 35 seconds"}
    hub.store.oauth.code_lifetime = -1
    begun = anonymous.post("/oauth/device", data={"client_id": "program"}).json()
    assert poll(anonymous, begun).json()["error"] == "expired_token"
    assert decide(anonymous, begun["user_code"], hub.token("alice")).status_code == 400


def test_what_is_no_request(anonymous: httpx.Client) -> None:
    assert anonymous.post("/oauth/device").json()["error"] == "invalid_request"
    for fields in ({}, {"grant_type": "password"}, {"grant_type": DEVICE}, {"grant_type": EXCHANGE}):
        assert anonymous.post("/oauth/token", data=fields).status_code == 400
    assert anonymous.post("/oauth/token", json=["x"]).status_code == 400
    assert anonymous.post("/oauth/token", content=b"x" * 100_000).status_code == 413


def test_the_page_escapes_and_loads_nothing(anonymous: httpx.Client) -> None:
    page = anonymous.get("/device", params={"user_code": '"><script>alert(1)</script>'})
    assert "<script>" not in page.text
    assert "&quot;&gt;&lt;script&gt;" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    cookie = page.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/device"))


def test_a_form_of_another_site_does_nothing(hub: LiveHub, anonymous: httpx.Client, begun: dict[str, Any]) -> None:
    token, code = hub.token("alice"), begun["user_code"]
    assert decide(anonymous, code, token, csrf="0" * 64).status_code == 403
    fields = {**form(anonymous.get("/device")), "user_code": code, "token": token, "decision": "agree"}
    assert anonymous.post("/device", data=fields, headers={"Origin": "https://evil.example"}).status_code == 403
    anonymous.cookies.clear()
    assert anonymous.post("/device", data=fields).status_code == 403
    assert poll(anonymous, begun).json()["error"] == "authorization_pending"


def test_guessing_is_bounded(hub: LiveHub, anonymous: httpx.Client, begun: dict[str, Any]) -> None:
    for _ in range(10):
        assert decide(anonymous, "BBBB-BBBB", hub.token("alice")).status_code == 400
    blocked = decide(anonymous, begun["user_code"], hub.token("alice"))
    assert blocked.status_code == 429
    assert int(blocked.headers["retry-after"]) > 60
    assert poll(anonymous, begun).json()["error"] == "authorization_pending"


def test_a_wrong_token_and_a_declined_login(hub: LiveHub, anonymous: httpx.Client, begun: dict[str, Any]) -> None:
    old = hub.store.accounts.create_token("alice", lifetime=-1)
    for wrong in ("", "hf_" + "x" * 34, old):
        assert decide(anonymous, begun["user_code"], wrong).status_code == 400
    assert "gets nothing" in decide(anonymous, begun["user_code"], hub.token("alice"), "decline").text
    assert poll(anonymous, begun).json()["error"] == "access_denied"


def test_a_token_that_has_expired_says_so(hub: LiveHub, anonymous: httpx.Client) -> None:
    token = hub.store.accounts.create_token("alice", name="old one", lifetime=-1)
    answer = anonymous.get("/api/whoami-v2", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]) == (401, 'User Access Token "old one" is expired')


# Identities of CI jobs

Signer = Callable[..., str]


@pytest.fixture(scope="module")
def key() -> Any:
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa", reason="needs a library that signs")
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def sign(key: Any) -> Signer:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    def sign(claims: dict[str, Any], alg: str = "RS256") -> str:
        parts = [_encode(json.dumps(part).encode()) for part in ({"alg": alg, "typ": "JWT"}, claims)]
        return ".".join([*parts, _encode(key.sign(".".join(parts).encode(), PKCS1v15(), SHA256()))])

    return sign


@pytest.fixture
def trusting(hub: LiveHub, key: Any) -> LiveHub:
    """The Hub trusts jobs of one repository of an issuer for `alice/model`, and for alice herself."""
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": _encode(numbers.n.to_bytes(256)), "e": _encode(numbers.e.to_bytes(3))}
    for resource in ("alice/model", "alice"):
        hub.store.oauth.trust("https://ci.example", resource, "alice", claims={"repository": "acme/code"}, keys=[jwk])
    hub.create_repo("alice/model", private=True)
    hub.create_repo("alice/other")
    return hub


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_for(hub: LiveHub, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": "https://ci.example", "aud": hub.endpoint, "iat": now, "exp": now + 300, "repository": "acme/code"}
    return {**claims, **changes}


def exchange(client: httpx.Client, token: str, resource: str = "alice/model") -> httpx.Response:
    fields = {"grant_type": EXCHANGE, "subject_token_type": ID_TOKEN, "subject_token": token, "resource": resource}
    return client.post("/oauth/token", json=fields)


def test_an_exchange_gives_access_to_one_repo(trusting: LiveHub, anonymous: httpx.Client, sign: Signer) -> None:
    issued = exchange(anonymous, sign(claims_for(trusting))).json()
    assert issued["expires_in"] == 3600
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    statuses = [
        anonymous.get(f"/api/models/{repo}/auth-check/write", headers=headers).status_code
        for repo in ("alice/model", "alice/other")
    ]
    assert statuses == [200, 403]
    as_user = exchange(anonymous, sign(claims_for(trusting)), "alice").json()["access_token"]
    who = anonymous.get("/api/whoami-v2", headers={"Authorization": f"Bearer {as_user}"}).json()
    assert who["auth"]["accessToken"]["role"] == "read"


@pytest.mark.parametrize(
    "changes",
    [
        {"repository": "acme/other"},
        {"iss": "https://evil.example"},
        {"aud": "https://huggingface.co"},
        {"exp": 1},
        {"exp": "never"},
        {"nbf": 10**11},
    ],
)
def test_other_claims_get_nothing(
    trusting: LiveHub, anonymous: httpx.Client, sign: Signer, changes: dict[str, Any]
) -> None:
    refused = exchange(anonymous, sign(claims_for(trusting, **changes)))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_a_token_that_nobody_signed_gets_nothing(trusting: LiveHub, anonymous: httpx.Client, sign: Signer) -> None:
    good = sign(claims_for(trusting))
    head, claims, signature = good.split(".")
    forged = _encode(json.dumps(claims_for(trusting, repository="acme/code", admin=True)).encode())
    none = _encode(b'{"alg":"none"}')
    bad = [
        f"{head}.{forged}.{signature}",
        f"{head}.{claims}.{_encode(b'x' * 256)}",
        f"{head}.{claims}.",
        f"{none}.{claims}.",
        sign(claims_for(trusting), alg="HS256"),
        "a.b.c",
        "...",
        "x",
    ]
    assert [exchange(anonymous, token).status_code for token in bad] == [400] * len(bad)
    assert exchange(anonymous, good, "alice/other").status_code == 400


def test_scopes_of_who_agrees_are_those_of_the_program(
    hub: LiveHub, anonymous: httpx.Client, begun: dict[str, Any]
) -> None:
    scoped = hub.store.accounts.create_token(
        "alice", role="fineGrained", scopes=[Scope("models/alice/a", ("repo.write",))]
    )
    hub.create_repo("alice/a")
    hub.create_repo("alice/b")
    decide(anonymous, begun["user_code"], scoped)
    headers = {"Authorization": f"Bearer {poll(anonymous, begun).json()['access_token']}"}
    statuses = [
        anonymous.get(f"/api/models/alice/{repo}/auth-check/write", headers=headers).status_code for repo in "ab"
    ]
    assert statuses == [200, 403]
