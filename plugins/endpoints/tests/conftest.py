"""The service of an embedded Hub, on which starts take no time unless a test says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CPU = ("--accelerator", "cpu", "--instance-type", "intel-icl", "--instance-size", "x2")
GPU = ("--accelerator", "gpu", "--instance-type", "nvidia-l4", "--instance-size", "x1")


@pytest.fixture
def service(hub: Any) -> Any:
    """What the Hub knows of endpoints."""
    hub.create_repo("alice/model")
    hub.store.endpoints.pace.pending = hub.store.endpoints.pace.initializing = 0.0
    return hub.store.endpoints


@pytest.fixture
def endpoint(service: Any) -> Callable[..., Any]:
    """``endpoint("name", model={…})``: one that alice has deployed already."""

    def make(name: str = "my-endpoint", namespace: str = "alice", **changes: Any) -> Any:
        body: dict[str, Any] = {
            "name": name,
            "provider": {"vendor": "aws", "region": "us-east-1"},
            "compute": {"accelerator": "cpu", "instanceType": "intel-icl", "instanceSize": "x2"},
            "model": {"repository": "alice/model", "framework": "pytorch"},
        }
        for key, value in changes.items():
            body[key] = {**body.get(key, {}), **value} if isinstance(value, dict) else value
        return service.create(namespace, body, "alice")

    return make
