"""No secret in any sink (faults.md S15)."""

from __future__ import annotations

import platform

import pytest
from hfcli_core import __version__
from hfcli_core.hub.options import SessionOptions
from hfcli_core.hub.redaction import redact, register_secret
from hfcli_core.settings import Settings
from hostile_server import SECRET, reply
from hypothesis import given, settings, strategies as st

TOKEN = "hf_" + "a1B2c3D4e5" * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"token {TOKEN}.", "token hf_***."),
        ("hf_hub_download and hf_xet stay", "hf_hub_download and hf_xet stay"),
        ("Authorization: Bearer abcdef123456", "Authorization: Bearer ***"),
        ("{'authorization': 'Basic dXNlcjpwYXNz'}", "{'authorization': 'Basic ***'}"),
        ("proxy-authorization=secret", "proxy-authorization= ***"),
        ("Cookie: a=1; b=2\nnext", "Cookie: ***\nnext"),
        ("https://user:pw@host/x", "https://***@host/x"),
        ("http://token@proxy:3128", "http://***@proxy:3128"),
        ("https://c/x?a=1&X-Amz-Signature=abc&b=2", "https://c/x?a=1&X-Amz-Signature=***&b=2"),
        ("https://c/x?Signature=abc&Key-Pair-Id=k&Policy=p", "https://c/x?Signature=***&Key-Pair-Id=***&Policy=***"),
        ("https://hub/alice/demo@main", "https://hub/alice/demo@main"),
        ("mail alice@example.org", "mail alice@example.org"),
        ("datasets/a/b/resolve/main/x?download=true", "datasets/a/b/resolve/main/x?download=true"),
    ],
)
def test_known_shapes(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_exact_values_in_any_form() -> None:
    register_secret("pa$$ word/of-artifactory")
    register_secret("abc")
    assert redact("x pa$$ word/of-artifactory y pa%24%24%20word%2Fof-artifactory abc") == "x *** y *** abc"


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_a_token_never_survives(before: str, after: str) -> None:
    assert TOKEN not in redact(f"{before} {TOKEN} {after}")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_that_matters(text: str) -> None:
    once = redact(text)
    assert len(redact(once)) <= len(once) + 4


@pytest.mark.usefixtures("way")
def test_the_log_of_requests_has_none(server, other, connect) -> None:
    lines: list[str] = []
    server.on("/f", reply(302, Location=f"{other.url}/c?X-Amz-Signature=deadbeef&token={SECRET}"))
    other.on("/c", reply(200, b"x"))
    with connect(server.url, log=lines.append).stream("GET", "f") as answer:
        list(answer.iter_raw())
    text = "\n".join(lines)
    assert "GET" in text
    assert "→ 200" in text
    assert SECRET not in text
    assert "deadbeef" not in text


def test_hooks_see_no_credentials_and_cannot_add_any(server, connect) -> None:
    seen = []

    def headers(request):
        seen.append(request)
        return {"Authorization": "Bearer theirs", "cookie": "x=1", "X-Team": "research", "X-Bad": "a\r\nX-Evil: 1"}

    server.on("/api/x", reply(200, {}))
    connect(server.url, headers=headers).json("GET", "api/x")
    sent = server.requests[0].headers
    assert sent["authorization"] == f"Bearer {SECRET}"
    assert sent["x-team"] == "research"
    assert not {"cookie", "x-bad", "x-evil"} & sent.keys()
    assert SECRET not in str(seen)
    assert "authorization" not in {name.lower() for name in seen[0].headers}


def test_what_we_say_of_ourselves(server, connect) -> None:
    agent = SessionOptions.from_settings(Settings(environ={"HF_HUB_USER_AGENT_ORIGIN": "notebook\r\nX: y"})).user_agent
    server.on("/api/x", reply(200, {}))
    connect(server.url, user_agent=agent).json("GET", "api/x")
    sent = server.requests[0].headers
    assert sent["user-agent"] == f"hfcli/{__version__}; python/{platform.python_version()}; origin/notebookX: y"
    assert len(sent["x-amzn-trace-id"]) == 36
    assert "x" not in sent


def test_without_telemetry_requests_say_nothing_about_this_machine() -> None:
    settings = Settings(environ={"DO_NOT_TRACK": "1"})
    assert SessionOptions.from_settings(settings).user_agent == f"hfcli/{__version__}"
