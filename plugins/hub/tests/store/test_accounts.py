"""Who may do what."""

from __future__ import annotations

import pytest
from hfcli_hub.store.accounts import Identity, OrgRole, Scope, TokenRole
from hfcli_hub.store.errors import AlreadyExists, InvalidName, UnknownAccount
from hfcli_hub.store.hub import Hub


def identity(store: Hub, user: str, role: TokenRole = "write", scopes: tuple[Scope, ...] = ()) -> Identity:
    found = store.accounts.identify(store.accounts.create_token(user, role=role, scopes=scopes))
    assert found is not None
    return found


def test_unknown_and_revoked_tokens_mean_nobody(store: Hub) -> None:
    token = store.accounts.create_token("alice")
    assert store.accounts.identify("hf_unknown") is None
    (kept,) = store.accounts.tokens("alice")
    assert not store.accounts.revoke_token("bob", kept.key)
    assert store.accounts.revoke_token("alice", kept.key)
    assert store.accounts.identify(token) is None


def test_names_are_unique_without_case(store: Hub) -> None:
    with pytest.raises(AlreadyExists):
        store.accounts.create_org("Alice")
    for name in ("", "a b", "-a", "a--b", "é", "a/b"):
        with pytest.raises(InvalidName):
            store.accounts.create_user(name)
    with pytest.raises(InvalidName):
        store.accounts.create_token("acme")
    with pytest.raises(UnknownAccount):
        store.accounts.set_member("alice", "bob")


def test_one_reads_and_writes_ones_own(store: Hub) -> None:
    repo = store.create_repo("model", "alice/private", private=True)
    alice, reader, bob = identity(store, "alice"), identity(store, "alice", "read"), identity(store, "bob")
    assert (alice.can_read(repo), alice.can_write(repo), alice.can_create_in("Alice")) == (True, True, True)
    assert (reader.can_read(repo), reader.can_write(repo), reader.can_create_in("alice")) == (True, False, False)
    assert (bob.can_read(repo), bob.can_write(repo), bob.can_create_in("alice")) == (False, False, False)


@pytest.mark.parametrize(
    ("role", "creates"), [("admin", True), ("write", True), ("contributor", True), ("read", False)]
)
def test_roles_in_an_organization(store: Hub, role: OrgRole, creates: bool) -> None:
    store.accounts.set_member("acme", "bob", "admin")
    store.accounts.set_member("acme", "bob", role)
    bob = identity(store, "bob")
    others = store.create_repo("model", "acme/others", private=True, creator=store.accounts.find("alice"))
    own = store.create_repo("model", "acme/own", private=True, creator=bob.user)
    assert bob.can_read(others)
    assert bob.can_create_in("acme") == creates
    assert bob.can_write(own) == creates
    assert bob.can_write(others) == (role in {"admin", "write"})
    store.accounts.remove_member("acme", "bob")
    assert not identity(store, "bob").can_read(others)


def test_a_fine_grained_token_does_what_its_scopes_say(store: Hub) -> None:
    one = store.create_repo("model", "alice/one", private=True)
    two = store.create_repo("model", "alice/two", private=True)
    narrow = identity(store, "alice", "fineGrained", (Scope("models/alice/one", ("repo.content.read",)),))
    assert (narrow.can_read(one), narrow.can_write(one), narrow.can_read(two)) == (True, False, False)
    wide = identity(store, "alice", "fineGrained", (Scope("alice", ("repo.write",)),))
    assert (wide.can_read(two), wide.can_write(two), wide.can_create_in("alice")) == (True, True, True)
    assert not identity(store, "bob", "fineGrained", (Scope("alice", ("repo.write",)),)).can_write(one)


def test_gated_content_needs_a_grant(store: Hub) -> None:
    repo = store.create_repo("model", "alice/gated").update(gated="manual")
    alice, bob = identity(store, "alice"), identity(store, "bob")
    assert bob.can_read(repo)
    assert alice.may_download(repo)
    for status, allowed in (("pending", False), ("accepted", True), ("rejected", False)):
        repo.set_access(bob.user, status)
        assert bob.may_download(repo) == allowed
    assert bob.may_download(repo.update(gated=False))
