"""Servers of which each test decides what they do, and sessions with them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hfcli_core.auth.provider import Token
from hfcli_core.hub.budgets import API, DOWNLOAD, UPLOAD, Budget
from hfcli_core.hub.options import SessionHooks, SessionOptions
from hfcli_core.hub.session import HubSession

# Tests are no package, so that the helpers beside them have to be made importable.
sys.path.append(str(Path(__file__).parent))

from hostile_server import QUICK, SECRET, Scripted, serving


@pytest.fixture
def server() -> Iterator[Scripted]:
    with serving() as script:
        yield script


@pytest.fixture
def other() -> Iterator[Scripted]:
    """A second origin: a content host, or somebody who hopes for a token."""
    with serving() as script:
        yield script


@pytest.fixture
def connect() -> Iterator[Callable[..., HubSession]]:
    """Sessions with a token and quick budgets; keyword arguments are fields of the options and of the hooks."""
    opened: list[HubSession] = []

    def make(endpoint: str, *, token: str | None = SECRET, budget: Budget = QUICK, **fields: Any) -> HubSession:
        hooks = {name: fields.pop(name) for name in list(fields) if name in SessionHooks.__dataclass_fields__}
        fields.setdefault("first_wait", 0.01)
        fields.setdefault("max_outage", 5)
        fields.setdefault("budgets", {API: budget, DOWNLOAD: budget, UPLOAD: budget})
        session = HubSession(
            endpoint,
            credentials=lambda: Token(token, "the test") if token else None,
            options=SessionOptions(**fields),
            hooks=SessionHooks(**hooks),
        )
        opened.append(session)
        return session

    yield make
    for session in opened:
        session.close()
