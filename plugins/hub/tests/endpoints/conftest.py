"""The service of a running Hub, called as somebody; a start takes no time unless a test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub, running_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LiveHub]:
    with running_hub(tmp_path / "hub", relay=False) as running:
        running.create_repo("alice/model")
        running.store.endpoints.pace.pending = running.store.endpoints.pace.initializing = 0.0
        yield running


As = Callable[..., httpx.Client]


@pytest.fixture
def as_user(hub: LiveHub) -> Iterator[As]:
    """`as_user("bob")`, `as_user("bob", "read")`, `as_user(None)`: a client of the service."""
    with ExitStack() as stack:

        def client(user: str | None, role: str = "write") -> httpx.Client:
            headers = {"Authorization": f"Bearer {hub.token(user, role)}"} if user else {}
            made = httpx.Client(base_url=hub.endpoints_api, headers=headers, trust_env=False, verify=False)
            return stack.enter_context(made)

        yield client


@pytest.fixture
def alice(as_user: As) -> httpx.Client:
    return as_user("alice")


Body = Callable[..., dict[str, Any]]


@pytest.fixture
def body() -> Body:
    """A create body with changes: `body(name="other", model={"framework": "custom"})`."""

    def make(**changes: Any) -> dict[str, Any]:
        whole: dict[str, Any] = {
            "name": "my-endpoint",
            "type": "protected",
            "provider": {"vendor": "aws", "region": "us-east-1"},
            "compute": {
                "accelerator": "cpu",
                "instanceType": "intel-icl",
                "instanceSize": "x2",
                "scaling": {"minReplica": 1, "maxReplica": 1},
            },
            "model": {"repository": "alice/model", "framework": "pytorch", "image": {"huggingface": {}}},
        }
        for key, value in changes.items():
            whole[key] = {**whole[key], **value} if isinstance(value, dict) and key in whole else value
        return whole

    return make
