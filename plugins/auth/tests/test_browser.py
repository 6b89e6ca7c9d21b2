"""``hf auth login --browser``: the device flow against the embedded Hub, its renewal, and a Hub that misbehaves."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from hfcli_hub.faults import Status


@pytest.fixture
def quick(hub: Any) -> Any:
    """The Hub, which lets programs ask every tenth of a second."""
    hub.store.oauth.interval = 0.1
    return hub


class Browser:
    """Somebody at the page, who fills in the form and clicks."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub
        self.client = httpx.Client(base_url=hub.endpoint, trust_env=False, timeout=10)

    def decide(self, code: str, token: str, decision: str = "agree") -> httpx.Response:
        page = self.client.get("/device", params={"user_code": code})
        csrf = re.findall('name="csrf" value="(.+?)"', page.text)[0]
        fields = {"csrf": csrf, "user_code": code, "token": token, "decision": decision}
        return self.client.post("/device", data=fields, headers={"Origin": self.hub.endpoint})


def begin(cli: Any, *options: str, **kwargs: Any) -> tuple[Any, str]:
    """Start a login, and wait for the code that it shows."""
    process = cli.popen("auth", "login", "--browser", *options, token=None, **kwargs)
    shown = ""
    while "Waiting" not in shown:
        line = process.stderr.readline().decode()
        assert line, "it ended"
        shown += line
    (code,) = re.findall("enter the code: (.{9})\n", shown)
    return process, code


def test_somebody_agrees(quick: Any, cli: Any) -> None:
    process, code = begin(cli, "--json")
    answer = Browser(quick).decide(code.lower().replace("-", " "), quick.token("alice"))
    assert "logged in as alice" in answer.text
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 0, stderr
    assert b'"user":"alice"' in stdout
    assert b'"token_name":"oauth-alice"' in stdout
    kept = (cli.hf_home / "stored_tokens").read_text()
    assert re.fullmatch(
        r"\[oauth-alice\]\nhf_token = hf_oauth_\w+\nrefresh_token = hf_refresh_\w+\nexpires_at = \d+\n\n", kept
    )
    assert cli("auth", "whoami", "-q", token=None).stdout == "alice\n"
    assert "expires: 20" in cli("auth", "status", token=None).stdout


def test_an_empty_answer_at_the_terminal_means_the_browser(quick: Any, cli: Any) -> None:
    quick.store.oauth.code_lifetime = 0.5
    shown = cli.on_terminal("auth", "login", token=None, answers={"browser): ": "\n"})
    assert f"Open {quick.endpoint}/device" in shown.text
    assert "nobody agreed in the browser before the code expired" in shown.text
    assert shown.returncode == 7


def test_somebody_declines(quick: Any, cli: Any) -> None:
    process, code = begin(cli)
    assert "gets nothing" in Browser(quick).decide(code, quick.token("bob"), "decline").text
    _, stderr = process.communicate(timeout=20)
    assert (process.returncode, b"declined in the browser" in stderr) == (4, True)
    assert not (cli.hf_home / "stored_tokens").exists()


def test_ctrl_c_ends_the_wait(quick: Any, cli: Any) -> None:
    import signal

    process, _ = begin(cli)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert (process.returncode, b"Traceback" in stderr) == (130, False)


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (
            '{"device_code": "d", "user_code": "u", "verification_uri": "https://evil.example/device"}',
            6,
            "evil.example",
        ),
        ('{"device_code": "d", "user_code": "u", "verification_uri": "javascript:alert(1)"}', 6, "Not an address"),
        ('{"device_code": "", "user_code": "u", "verification_uri": "%s/device"}', 9, "no code"),
        ('{"device_code": "d", "user_code": "%%", "verification_uri": 3}', 6, "Not an address"),
        ('{"error": "invalid_client", "error_description": "no \\u001b[2J such client"}', 4, "no \\x1b[2J such client"),
        ("[]", 9, "no object"),
        ("<html>", 6, "A proxy or login page"),
    ],
)
def test_a_hub_that_would_lead_people_astray(hub: Any, cli: Any, answer: str, code: int, says: str) -> None:
    body = answer.replace("%s", hub.endpoint)
    hub.faults.add(
        Status(400 if "error" in answer else 200, {"Content-Type": "application/json"}, body), path="/oauth/*"
    )
    done = cli("auth", "login", "--browser", token=None)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert says in done.stderr
    assert "\x1b" not in done.stderr


def test_the_wait_gets_longer_when_the_hub_says_so(hub: Any, cli: Any) -> None:
    """`slow_down` adds five seconds, which are more than the code has."""
    hub.store.oauth.interval = 0.1
    hub.store.oauth.code_lifetime = 3.0
    slow = '{"error": "slow_down"}'
    hub.faults.add(Status(400, {"Content-Type": "application/json"}, slow), path="/oauth/token")
    started = time.monotonic()
    done = cli("auth", "login", "--browser", token=None)
    assert done.returncode == 7
    assert time.monotonic() - started < 3
    assert hub.record.count(path="/oauth/token") == 1


def grant(hub: Any, cli: Any, lifetime: float, *options: str, env: Any = None) -> None:
    hub.store.oauth.interval = 0.1
    hub.store.oauth.token_lifetime = lifetime
    process, code = begin(cli, *options, env=env)
    Browser(hub).decide(code, hub.token("alice"))
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 0, stderr


@pytest.mark.parametrize("place", ["file", "keyring"])
def test_it_is_renewed_before_it_ends(hub: Any, cli: Any, keyring: dict[str, str], place: str) -> None:
    grant(hub, cli, 60, *(("--keyring",) if place == "keyring" else ()), env=keyring)
    kept = cli.hf_home / "stored_tokens" if place == "file" else Path(keyring["TEST_KEYRING"])
    before = kept.read_text()
    hub.store.oauth.token_lifetime = 3600
    first = cli("auth", "token", token=None, env=keyring)
    assert first.returncode == 0, first.stderr
    after = kept.read_text()
    assert set(re.findall(r"hf_\w{34,}", before)).isdisjoint(re.findall(r"hf_\w{34,}", after))
    assert cli("auth", "token", token=None, env=keyring).stdout == first.stdout
    assert kept.read_text() == after
    assert hub.record.count(method="POST", path="/oauth/token") >= 2


def test_many_at_once_renew_it_once(hub: Any, cli: Any) -> None:
    """A refresh token works once: the others wait, and take what the first one got."""
    grant(hub, cli, 60)
    hub.store.oauth.token_lifetime = 3600
    hub.record.clear()
    running = [cli.popen("auth", "whoami", "-q", token=None) for _ in range(3)]
    assert [process.communicate(timeout=30)[0] for process in running] == [b"alice\n"] * 3
    assert hub.record.count(method="POST", path="/oauth/token") == 1


def test_a_login_that_was_revoked_is_not_renewed(hub: Any, cli: Any) -> None:
    grant(hub, cli, 60)
    for token in hub.store.accounts.tokens("alice"):
        hub.store.accounts.revoke_token("alice", token.key)
    done = cli("auth", "whoami", token=None)
    assert done.returncode == 4
    assert "does not renew the login: the refresh token is not valid" in done.stderr
    assert not re.search("hf_(oauth|refresh)_", done.stderr)
