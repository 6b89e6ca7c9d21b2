"""A store without a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hfcli_hub.store.git import Author
from hfcli_hub.store.hub import Hub
from hfcli_hub.store.repos import Repo


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Hub]:
    store = Hub(tmp_path / "data")
    for user in ("alice", "bob"):
        store.accounts.create_user(user)
    store.accounts.create_org("acme")
    yield store
    store.close()


@pytest.fixture
def repo(store: Hub) -> Repo:
    return store.create_repo("model", "alice/model")


@pytest.fixture
def author() -> Author:
    return Author("alice", "alice@example.com")
