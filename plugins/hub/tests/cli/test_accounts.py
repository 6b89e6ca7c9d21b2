"""``hf hub user``, ``org`` and ``token``."""

from __future__ import annotations

import httpx
import pytest
from hfcli_hub.store.hub import Hub


def test_users_orgs_and_tokens_work_on_a_running_hub(hf):
    with hf.serving("--user", "carol") as (_, info):
        assert hf("hub", "user", "add", "dave", "--fullname", "Dave D", "--quiet").stdout == "dave\n"
        assert hf("hub", "org", "add", "acme", "--member", "dave:admin", "--member", "carol").returncode == 0
        token = hf("hub", "token", "create", "dave", "--role", "read", "--name", "laptop").stdout.strip()
        headers = {"authorization": f"Bearer {token}"}
        identity = httpx.get(f"{info['endpoint']}/api/whoami-v2", headers=headers).json()
        assert (identity["name"], identity["fullname"]) == ("dave", "Dave D")
        assert [(org["name"], org["roleInOrg"]) for org in identity["orgs"]] == [("acme", "admin")]
        rows = hf("hub", "token", "ls", "dave", "--json").json()
        assert [(row["user"], row["name"], row["role"]) for row in rows] == [("dave", "laptop", "read")]
        assert token not in hf("hub", "token", "ls").stdout
        assert hf("hub", "token", "revoke", str(rows[0]["id"])).returncode == 0
        assert httpx.get(f"{info['endpoint']}/api/whoami-v2", headers=headers).status_code == 401


def test_a_fine_grained_token_reaches_what_its_scopes_name(hf):
    with hf.serving("--user", "carol") as (_, info):
        headers = {"authorization": f"Bearer {info['token']}"}
        for name in ("one", "two"):
            body = {"name": name, "private": True}
            httpx.post(f"{info['endpoint']}/api/repos/create", headers=headers, json=body).raise_for_status()
        scope = ("--scope", "models/carol/one=repo.content.read")
        token = hf("hub", "token", "create", "carol", "--role", "fineGrained", *scope).stdout.strip()
        headers = {"authorization": f"Bearer {token}"}
        answers = [httpx.get(f"{info['endpoint']}/api/models/carol/{name}", headers=headers) for name in ("one", "two")]
    assert [answer.status_code == 200 for answer in answers] == [True, False]


def test_members_are_added_to_an_organization_that_exists(hf):
    for user in ("carol", "dave"):
        hf("hub", "user", "add", user)
    hf("hub", "org", "add", "acme")
    result = hf("hub", "org", "add", "acme", "--member", "carol:read", "--json")
    assert result.json() == {"name": "acme", "type": "org", "members": {"carol": "read"}}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["user", "add", "carol"], 11, "'carol'"),
        (["user", "add", "../x"], 2, "'../x'"),
        (["org", "add", "carol"], 11, "'carol'"),
        (["org", "add", "new", "--member", "nobody"], 5, "'nobody'"),
        (["org", "add", "new", "--member", "carol:king"], 2, "not a role: king"),
        (["token", "create", "nobody"], 5, "'nobody'"),
        (["token", "create", "carol", "--role", "fineGrained"], 2, "--scope"),
        (["token", "create", "carol", "--role", "fineGrained", "--scope", "acme"], 2, "not a scope: acme"),
        (["token", "create", "carol", "--role", "admin"], 2, "admin"),
        (["token", "ls", "nobody"], 5, "'nobody'"),
        (["token", "revoke", "99"], 5, "99"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(hf, arguments, code, words):
    hub = Hub(hf.data)
    hub.accounts.create_user("carol")
    result = hf("hub", *arguments)
    assert (result.returncode, result.stdout) == (code, "")
    assert words in result.stderr
    assert [account.name for account in hub.accounts.list()] == ["carol"]
    assert hub.accounts.tokens("carol") == []
    hub.close()


def test_a_token_that_ends(hf):
    with hf.serving("--user", "carol") as (_, info):
        ended, good = (
            hf("hub", "token", "create", "carol", "--expires-in", time).stdout.strip() for time in ("0s", "30d")
        )
        answers = [
            httpx.get(f"{info['endpoint']}/api/whoami-v2", headers={"authorization": f"Bearer {token}"})
            for token in (ended, good)
        ]
        assert [answer.status_code for answer in answers] == [401, 200]
        assert "is expired" in answers[0].text


def test_trust_in_jobs(hf, tmp_path):
    """What the exchange makes of it is in tests/api/test_oauth.py."""
    keys = tmp_path / "jwks.json"
    keys.write_text('{"keys": [{"kty": "RSA", "n": "sXch", "e": "AQAB"}, {"kty": "EC"}]}')
    with hf.serving("--user", "carol"):
        words = ("hub", "trust", "add", "carol/model", "--issuer", "https://ci.example", "--user", "carol")
        done = hf(*words, "--keys", str(keys), "--claim", "repository=acme/code", "--json")
        assert done.json()["claims"] == {"repository": "acme/code"}
        keys.write_text('{"keys": [{"kty": "EC"}]}')
        assert "has no RSA key" in hf(*words, "--keys", str(keys), "--claim", "a=b").stderr
        keys.write_text("[]")
        assert "is not a JSON Web Key Set" in hf(*words, "--keys", str(keys), "--claim", "a=b").stderr
        assert "not a claim" in hf(*words, "--keys", str(keys), "--claim", "a").stderr
