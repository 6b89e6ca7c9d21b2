from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import pytest
from hfcli_hub.endpoints.addresses import variables
from hfcli_hub.seed.guide import ORGS, USER, seed_guide
from hfcli_hub.store.hub import Hub
from hfcli_hub.store.names import KINDS
from hfcli_hub.testkit.cli import Cli
from hfcli_hub.testkit.hub import LiveHub, running_hub

from tests.guide.world import World


@pytest.fixture(scope="package")
def seeded_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """What ``hf hub seed --guide`` makes, served."""
    data = tmp_path_factory.mktemp("guide") / "hub"
    store = Hub(data)
    seed_guide(store)
    store.close()
    # No job's uv may ask the network for a package.
    with patch.dict(os.environ, {"UV_OFFLINE": "1"}), running_hub(data) as hub:
        yield hub


@pytest.fixture
def world(seeded_hub: LiveHub, tmp_path: Path) -> Iterator[World]:
    """The reader's home. What an earlier test changed on the Hub is as it was: repos are gone, memberships are back."""
    with ExitStack() as open_until_the_end:

        def other_hub() -> LiveHub:
            hub = open_until_the_end.enter_context(running_hub(tmp_path / "hub"))
            hub.store.accounts.create_user(USER)
            return hub

        seeded_hub.record.clear()
        for org in ORGS:
            seeded_hub.store.accounts.set_member(org, USER)
        for kind in KINDS:
            for repo in seeded_hub.store.list_repos(kind):
                if repo.namespace in (USER, *ORGS) and repo.id != "Wauplin/my-cool-training-space":
                    seeded_hub.store.delete_repo(repo)
        yield World(
            seeded_hub,
            open_until_the_end.enter_context(Cli(tmp_path / "home", variables(seeded_hub.endpoint))),
            other_hub,
        )
