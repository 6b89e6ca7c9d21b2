from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub, running_hub

# To verify nothing saves the reading of all certificates, 40 ms a client; the Hub speaks plain HTTP.
PLAIN: dict[str, Any] = {"timeout": 30, "trust_env": False, "verify": False}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LiveHub]:
    """A Hub without the relay: these tests ask for no faults, and move many bytes."""
    with running_hub(tmp_path / "hub", relay=False) as running:
        yield running


@pytest.fixture
def http(hub: LiveHub) -> Iterator[httpx.Client]:
    """alice, who follows no redirect by herself."""
    headers = {"Authorization": f"Bearer {hub.token('alice')}", "Accept-Encoding": "identity"}
    with httpx.Client(base_url=hub.endpoint, headers=headers, **PLAIN) as client:
        yield client


@pytest.fixture
def anonymous(hub: LiveHub) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hub.endpoint, **PLAIN) as client:
        yield client


Git = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Runs git in a directory of the test, without the configuration of whoever runs the tests, and without prompts."""
    home = tmp_path / "git-home"
    home.mkdir()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "Alice",
        "GIT_AUTHOR_EMAIL": "alice@example.com",
        "GIT_COMMITTER_NAME": "Alice",
        "GIT_COMMITTER_EMAIL": "alice@example.com",
        "NO_PROXY": "*",
    }

    def run(*args: str | Path, cwd: Path = tmp_path, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["git", *args], cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False
        )
        assert not check or done.returncode == 0, f"git {args}:\n{done.stdout}{done.stderr}"
        return done

    return run


@pytest.fixture
def remote(hub: LiveHub) -> Callable[..., str]:
    """The address of a repo for git, with a user's token in it."""

    def address(path: str, user: str = "alice") -> str:
        return hub.endpoint.replace("://", f"://{user}:{hub.token(user)}@") + f"/{path}"

    return address
