"""A pytest plugin for authors of plugins: a Hub of one's own, and ``hf`` in a home of its own.

Installed with ``hfcli-hub``, nothing to import or configure::

    from hfcli_hub.faults import Status

    def test_asks_again_when_the_hub_is_busy(hub, cli):
        hub.create_repo("alice/model")
        hub.put_files("alice/model", {"config.json": b"{}"})
        hub.faults.add(Status(503), path="/api/models/*", times=1)
        result = cli("api", "models/alice/model")
        assert result.json()["id"] == "alice/model"
        assert hub.record.count(method="GET", path="/api/models/*") == 2

Each test has a fresh Hub on ports of its own: users ``alice`` (who ``cli`` is) and ``bob``, and the organization
``acme``, of which alice is an administrator. Starting and stopping one takes some ten milliseconds. A test module that
wants one Hub for all its tests makes a fixture of its own scope with :func:`hfcli_hub.testkit.hub.running_hub`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hfcli_hub.testkit.cli import Cli
    from hfcli_hub.testkit.hub import LiveHub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LiveHub]:
    """A fresh Hub, behind the relay, so that ``hub.faults.add(…)`` takes every kind of fault."""
    from hfcli_hub.testkit.hub import running_hub

    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def cli(hub: LiveHub, tmp_path: Path) -> Iterator[Cli]:
    """Runs ``hf`` as alice against ``hub``, in a home directory of its own."""
    from hfcli_hub.endpoints.addresses import variables
    from hfcli_hub.testkit.cli import Cli

    home = tmp_path / "home"
    environ = {"HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token("alice"), **variables(hub.endpoint)}
    with Cli(home, environ) as runner:
        yield runner
