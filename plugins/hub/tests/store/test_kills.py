"""A server killed in the middle of commits: nothing acknowledged is lost, no half of a commit is ever seen."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from hfcli_hub.store.hub import Hub
from hfcli_hub.store.refs import MAIN

SERVER = """
import sys, time
from pathlib import Path
from hfcli_hub.process import HubServer
with HubServer(Path(sys.argv[1])) as server:
    print(server.endpoint, flush=True)
    time.sleep(60)
"""
# Two sizes: loose objects and a pack are written in different ways.
SMALL, LARGE = 3, 60


@dataclass
class Writer:
    """Commits one generation after the other: as many files as its size says, all with the generation as content."""

    name: str
    size: int
    token: str
    generation: int = 0
    acknowledged: list[str] = field(default_factory=list)

    def commit_until_killed(self, endpoint: str) -> None:
        with contextlib.suppress(httpx.HTTPError), httpx.Client(timeout=10) as client:
            while True:
                self.generation += 1
                answer = client.post(
                    f"{endpoint}/api/models/alice/model/commit/main",
                    content=self._body(),
                    headers={"Authorization": f"Bearer {self.token}"},
                )
                assert answer.status_code == 200, answer.text
                self.acknowledged.append(answer.json()["commitOid"])

    def _body(self) -> str:
        content = base64.b64encode(f"{self.generation}".encode()).decode()
        lines: list[dict[str, object]] = [{"key": "header", "value": {"summary": f"{self.name} {self.generation}"}}]
        for number in range(self.size):
            value = {"path": f"{self.name}/d{number % 3}/{number}", "content": content, "encoding": "base64"}
            lines.append({"key": "file", "value": value})
        return "".join(f"{json.dumps(line)}\n" for line in lines)


@contextmanager
def doomed_server(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(data)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate(timeout=20)


def kill_once(data: Path, writers: list[Writer], delay: float) -> None:
    with doomed_server(data) as (process, endpoint):
        threads = [threading.Thread(target=writer.commit_until_killed, args=(endpoint,)) for writer in writers]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 30
        while not all(writer.acknowledged for writer in writers):
            assert time.monotonic() < until, "the server is too slow to test anything"
            time.sleep(0.01)
        time.sleep(delay)
        process.kill()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()


def check(data: Path, writers: list[Writer]) -> None:
    hub = Hub(data)
    found = hub.find_repo("model", "alice/model")
    assert found is not None
    git = found.repo.git
    head = git.resolve(MAIN)
    history = {info.id for info in git.log(head)}
    for writer in writers:
        assert set(writer.acknowledged) <= history
        contents = [git.read_blob(entry.oid) for entry in git.walk(head, writer.name) if entry.type == "file"]
        if contents:
            assert len(contents) == writer.size
            assert len(set(contents)) == 1
    hub.close()
    fsck = subprocess.run(
        ["git", "-C", git.path, "fsck", "--full", "--no-dangling"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (fsck.returncode, fsck.stdout) == (0, "")


def survive(data: Path, kills: int, seed: int) -> None:
    hub = Hub(data)
    hub.accounts.create_user("alice")
    token = hub.accounts.create_token("alice")
    hub.create_repo("model", "alice/model")
    hub.close()
    writers = [Writer("small", SMALL, token), Writer("large", LARGE, token), Writer("small-too", SMALL, token)]
    delays = random.Random(seed)
    for _ in range(kills):
        kill_once(data, writers, delays.uniform(0.05, 0.4))
        check(data, writers)


def test_kills(tmp_path: Path) -> None:
    survive(tmp_path / "data", kills=2, seed=1)


@pytest.mark.slow
def test_many_kills(tmp_path: Path) -> None:
    survive(tmp_path / "data", kills=60, seed=2)
