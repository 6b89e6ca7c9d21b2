"""Tokens that are wrong, and repos that one may not read (docs/faults.md, A1–A8)."""

from __future__ import annotations

import json

import pytest
from hfcli_hub.faults import Rule, Status
from hfcli_hub.store.accounts import Scope

from tests.faults.scene import FILES, REPO, Scene

PRIVATE = "bob/private"
REVOKED = "hf_" + "R" * 34


@pytest.fixture
def private(scene: Scene) -> Scene:
    scene.hub.create_repo(PRIVATE, private=True)
    scene.hub.put_files(PRIVATE, {"config.json": b"{}"})
    return scene


def test_a_revoked_token(scene: Scene) -> None:
    scene.run("download", REPO, token=REVOKED, code=4, says="(?s)HF_TOKEN.*refused.*settings/tokens")


def test_a_revoked_token_on_a_public_repo_is_not_left_out_silently(scene: Scene) -> None:
    """It is not tried again without the token, which could hide that a private repo of that name was meant."""
    scene.run("download", REPO, "config.json", token=REVOKED, code=4)
    assert all(request.authorized for request in scene.hub.record)
    scene.run("download", REPO, "config.json", token=None)


def test_the_source_of_a_refused_token_is_named(scene: Scene) -> None:
    token = scene.cli.hf_home / "token"
    token.parent.mkdir(parents=True, exist_ok=True)
    token.write_text(REVOKED)
    token.chmod(0o600)
    own = {"HFCLI_OFFICIAL_ENDPOINT": scene.hub.endpoint}
    scene.run("download", REPO, token=None, env=own, code=4, says=str(token))
    scene.run("download", REPO, "--token", REVOKED, code=4, says="--token")


def test_a_variable_hides_the_stored_token(scene: Scene) -> None:
    token = scene.cli.hf_home / "token"
    token.parent.mkdir(parents=True, exist_ok=True)
    token.write_text(scene.hub.token("alice"))
    token.chmod(0o600)
    own = {"HFCLI_OFFICIAL_ENDPOINT": scene.hub.endpoint}
    scene.run(
        "download", REPO, token=REVOKED, env=own, code=4, says="(?s)HF_TOKEN is used before the stored token.*unset"
    )


def test_a_stored_token_goes_to_its_endpoint_only(scene: Scene) -> None:
    token = scene.cli.hf_home / "token"
    token.parent.mkdir(parents=True, exist_ok=True)
    token.write_text(scene.hub.token("alice"))
    token.chmod(0o600)
    scene.run("download", REPO, "config.json", token=None)
    assert len(scene.hub.record)
    assert not any(request.authorized for request in scene.hub.record)


def test_a_private_repo(private: Scene) -> None:
    """Nobody learns whether it exists; without a token that is 4, with a good one 5."""
    private.run("download", PRIVATE, token=None, code=4, says="private.*no token")
    private.run("download", PRIVATE, code=5, says="not found for alice")
    private.run("download", PRIVATE, token=REVOKED, code=4, says="refused")
    private.run("download", PRIVATE, token=private.hub.token("bob"))


def test_a_gated_repo(scene: Scene) -> None:
    scene.hub.create_repo("bob/gated", gated=True)
    scene.hub.put_files("bob/gated", {"config.json": b"{}"})
    address = f"{scene.hub.endpoint}/bob/gated"
    scene.run("download", "bob/gated", token=None, code=4, says=f"(?s)gated.*{address}")
    scene.run("download", "bob/gated", code=4, says=f"(?s)gated.*{address}")
    scene.run("download", "bob/gated", token=scene.hub.token("bob"))


def test_a_request_for_access_that_waits_or_was_declined(scene: Scene) -> None:
    repo = scene.hub.create_repo("bob/gated", gated=True)
    scene.hub.put_files("bob/gated", {"config.json": b"{}"})
    alice = scene.hub.store.accounts.find("alice")
    address = f"{scene.hub.endpoint}/bob/gated"
    repo.set_access(alice, "pending")
    scene.run("download", "bob/gated", code=4, says=f"(?s)awaiting a review.*not answered yet: {address}")
    repo.set_access(alice, "rejected")
    scene.run("download", "bob/gated", code=4, says=f"(?s)has been rejected.*declined.*{address}")
    repo.set_access(alice, "accepted")
    scene.run("download", "bob/gated")


def test_an_expired_token(private: Scene) -> None:
    """Told apart from one that is no token, on every kind of request."""
    expired = private.hub.store.accounts.create_token("alice", name="old", lifetime=-1)
    says = "(?s)The token from HF_TOKEN has expired.*settings/tokens, then: hf auth login"
    for words in [("download", REPO), ("download", PRIVATE), ("auth", "whoami")]:
        private.run(*words, token=expired, code=4, says=says)


def test_a_name_that_is_nearly_right(private: Scene) -> None:
    private.run("download", "alice/modle", code=5, says="did you mean alice/model\\?")
    private.run("download", "alice/modle", token=None, code=4, says="did you mean alice/model\\?")
    private.run("download", "bob/privat", code=5, says="check the spelling")


def test_a_fine_grained_token_without_the_scope(scene: Scene) -> None:
    """What is needed, and what there is (A2)."""
    (scene.cli.work / "a.txt").write_text("a")
    scopes = [Scope(f"models/{REPO}", ("repo.content.read",))]
    narrow = scene.hub.store.accounts.create_token("alice", role="fineGrained", scopes=scopes)
    says = f"this needs repo.write in model '{REPO}'; the token from HF_TOKEN has repo.content.read in models/{REPO}"
    scene.run("upload", REPO, "a.txt", token=narrow, code=4, says=says)


def test_a_scope_that_is_missing(scene: Scene) -> None:
    denied = {"error": "Forbidden: your token lacks the permission repo.content.read"}
    scene.forbid(
        Rule(
            Status(403, {"Content-Type": "application/json", "X-Request-Id": "r"}, json.dumps(denied)), path="*/tree/*"
        )
    )
    scene.run("download", REPO, code=4, says="(?s)repo.content.read.*role write")


def test_a_token_that_may_only_read(scene: Scene) -> None:
    (scene.cli.work / "a.txt").write_text("a")
    reader = scene.hub.token("alice", "read")
    scene.run("upload", REPO, "a.txt", token=reader, code=4, says="(?s)role read.*needs write")
    assert scene.hub.list_files(REPO) == sorted([".gitattributes", *FILES])
