"""Clients that go away in the middle, and clients that come all at once."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from hfcli_hub.testkit.hub import LiveHub

from .conftest import Git


def send_half(url: str, method: str, headers: dict[str, str]) -> None:
    """Announce a body of 4 MB, send 2 MB, close."""
    parts = urlsplit(url)
    lines = [f"{method} {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", "Content-Length: 4000000"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + bytes(2_000_000))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_upload_that_breaks_off_leaves_nothing(
    hub: LiveHub, http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    hub.create_repo("alice/m")
    item = {"oid": "a" * 64, "size": 4_000_000}
    batch = http.post("/alice/m.git/info/lfs/objects/batch", json={"operation": "upload", "objects": [item]}).json()
    push = {"Content-Type": "application/x-git-receive-pack-request", "Authorization": f"Bearer {hub.token()}"}
    with caplog.at_level(logging.ERROR):
        send_half(batch["objects"][0]["actions"]["upload"]["href"], "PUT", {})
        send_half(f"{hub.endpoint}/alice/m.git/git-receive-pack", "POST", push)
        wait_until(lambda: all(request.status is not None for request in hub.record) and len(hub.record) == 3)
        wait_until(lambda: not [*(hub.store.data / "tmp").glob("upload-*")])
    assert not hub.store.objects.has("a" * 64)
    assert not caplog.records


@pytest.mark.foreign
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_pushes_and_commits_at_once_lose_nothing(
    hub: LiveHub, git: Git, remote: Callable[..., str], tmp_path: Path
) -> None:
    hub.create_repo("alice/m")

    def pushes(name: str) -> None:
        git("clone", "-q", remote("alice/m"), name)
        work = tmp_path / name
        git("checkout", "-q", "-b", name, cwd=work)
        for number in range(3):
            (work / f"{name}.dat").write_bytes(os.urandom(100_000))
            git("add", "-A", cwd=work)
            git("commit", "-q", "-m", f"{number}", cwd=work)
            git("push", "-q", "origin", name, cwd=work)

    def commits(name: str) -> None:
        for number in range(10):
            hub.put_files("alice/m", {f"{name}/{number}": os.urandom(1000)})

    with ThreadPoolExecutor(5) as pool:
        running = [pool.submit(pushes, name) for name in ("one", "two", "three")]
        running += [pool.submit(commits, name) for name in ("x", "y")]
        for future in running:
            future.result(60)
    assert len(hub.list_files("alice/m")) == 21
    for name in ("one", "two", "three"):
        local = git("rev-parse", "HEAD", cwd=tmp_path / name).stdout.strip()
        assert hub.repo("alice/m").git.resolve(name) == local
    checked = git("fsck", "--strict", "--no-dangling", cwd=hub.repo("alice/m").git.path)
    assert "error" not in checked.stderr
