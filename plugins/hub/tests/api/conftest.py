"""The HTTP API of a running Hub, called as somebody."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub, running_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LiveHub]:
    with running_hub(tmp_path / "hub", relay=False) as running:
        yield running


As = Callable[..., httpx.Client]


@pytest.fixture
def as_user(hub: LiveHub) -> Iterator[As]:
    """`as_user("bob")`, `as_user("bob", "read")`, `as_user(None)`: a client that follows no redirect."""
    with ExitStack() as stack:

        def client(user: str | None, role: str = "write") -> httpx.Client:
            headers = {"Authorization": f"Bearer {hub.token(user, role)}"} if user else {}
            # To verify nothing saves the reading of all certificates, 40 ms; the Hub speaks plain HTTP.
            made = httpx.Client(base_url=hub.endpoint, headers=headers, timeout=30, trust_env=False, verify=False)
            return stack.enter_context(made)

        yield client


@pytest.fixture
def alice(as_user: As) -> httpx.Client:
    return as_user("alice")


@pytest.fixture
def bob(as_user: As) -> httpx.Client:
    return as_user("bob")


@pytest.fixture
def anonymous(as_user: As) -> httpx.Client:
    return as_user(None)


Body = Callable[..., str]


@pytest.fixture
def body() -> Body:
    """The NDJSON of a commit: `body({"a.txt": b"…"}, {"key": "deletedFile", …}, summary="…")`."""

    def make(files: Mapping[str, bytes] | None = None, *lines: Mapping[str, Any], **header: Any) -> str:
        items: list[Mapping[str, Any]] = [{"key": "header", "value": {"summary": "A change", **header}}, *lines]
        for path, data in (files or {}).items():
            content = base64.b64encode(data).decode()
            items.append({"key": "file", "value": {"path": path, "content": content, "encoding": "base64"}})
        return "".join(f"{json.dumps(item)}\n" for item in items)

    return make
