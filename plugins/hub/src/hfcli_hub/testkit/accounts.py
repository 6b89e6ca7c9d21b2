"""The accounts of a Hub that is made to try things on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hfcli_hub.store.hub import Hub


def add_test_accounts(hub: Hub) -> None:
    """Users alice and bob, and the organization acme, of which alice is an administrator."""
    accounts = hub.accounts
    for user in ("alice", "bob"):
        accounts.create_user(user, fullname=user.capitalize(), email=f"{user}@example.com")
    accounts.create_org("acme", fullname="Acme")
    accounts.set_member("acme", "alice", "admin")
