"""Content of any size passes through the Hub in constant memory."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from .conftest import Git

pytestmark = [
    pytest.mark.slow,
    pytest.mark.foreign,
    pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of a process from /proc"),
]

MIB = 2**20
_SERVER = """
import json, pathlib, sys
from hfcli_hub.testkit.hub import running_hub
from hfcli_hub.store.git import Author, PutLfs
with running_hub(pathlib.Path(sys.argv[1]), relay=False) as hub:
    repo = hub.create_repo("alice/m")
    hub.store.objects.add_sparse("0" * 64, 2**30)
    change = PutLfs("zeros.bin", "0" * 64, 2**30)
    repo.git.commit("refs/heads/main", [change], message="Add", author=Author("a", "a@example.com"))
    print(json.dumps([hub.endpoint, hub.token()]), flush=True)
    sys.stdin.read()
"""


@dataclass
class Server:
    """A Hub in a process of its own."""

    pid: int
    endpoint: str
    token: str

    def memory(self) -> int:
        """What the process has of its own, in bytes; files that it maps do not count, they are the system's to drop."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))

    @contextmanager
    def using_at_most(self, extra: int) -> Iterator[None]:
        """Fail if the process takes more than ``extra`` bytes beyond what it has now."""
        before = self.memory()
        peak, finished = before, threading.Event()

        def watch() -> None:
            nonlocal peak
            while not finished.wait(0.01):
                peak = max(peak, self.memory())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            finished.set()
            watcher.join()
        assert peak - before < extra, f"{(peak - before) / MIB:.0f} MiB"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    command = [sys.executable, "-c", _SERVER, str(tmp_path / "data")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield Server(process.pid, *json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()


def client(server: Server) -> httpx.Client:
    headers = {"Authorization": f"Bearer {server.token}"}
    return httpx.Client(base_url=server.endpoint, headers=headers, timeout=120, trust_env=False)


def test_a_download_of_a_gibibyte(server: Server) -> None:
    received = 0
    with client(server) as http:
        url = http.head("/alice/m/resolve/main/zeros.bin").headers["location"]
        with server.using_at_most(32 * MIB), httpx.stream("GET", url) as answer:
            for chunk in answer.iter_raw():
                received += len(chunk)
    assert received == 2**30


def test_an_lfs_upload_of_300_mib(server: Server) -> None:
    block = os.urandom(MIB)
    digest = hashlib.sha256()
    for _ in range(300):
        digest.update(block)
    item = {"oid": digest.hexdigest(), "size": 300 * MIB}
    with client(server) as http:
        body = {"operation": "upload", "objects": [item]}
        batch = http.post("/alice/m.git/info/lfs/objects/batch", json=body).json()
        url = batch["objects"][0]["actions"]["upload"]["href"]
        with server.using_at_most(32 * MIB):
            assert httpx.put(url, content=(block for _ in range(300))).status_code == 200


def test_a_push_and_a_clone_of_200_mb(server: Server, git: Git, tmp_path: Path) -> None:
    for setting, value in {"core.compression": "0", "core.bigFileThreshold": "1m"}.items():
        git("config", "--global", setting, value)
    work = tmp_path / "work"
    remote = server.endpoint.replace("://", f"://alice:{server.token}@") + "/alice/m"
    git("clone", "-q", remote, "work")
    for number in range(25):
        (work / f"{number}.dat").write_bytes(os.urandom(8_000_000))
    git("add", "-A", cwd=work)
    git("commit", "-q", "-m", "Add 200 MB", cwd=work)
    # The largest file, several times over; never the pack.
    with server.using_at_most(64 * MIB):
        git("push", cwd=work)
    with server.using_at_most(64 * MIB):
        git("clone", "-q", remote, "again")
    assert (tmp_path / "again" / "24.dat").read_bytes() == (work / "24.dat").read_bytes()


def test_a_push_of_one_huge_file_is_refused(server: Server, git: Git, tmp_path: Path) -> None:
    """Someone forgot ``git lfs track``."""
    work = tmp_path / "work"
    remote = server.endpoint.replace("://", f"://alice:{server.token}@") + "/alice/m"
    git("config", "--global", "core.compression", "0")
    git("clone", "-q", remote, "work")
    with (work / "huge.dat").open("wb") as file:
        file.truncate(300_000_000)
    git("add", "-A", cwd=work)
    git("commit", "-q", "-m", "Add 300 MB", cwd=work)
    oid = git("rev-parse", "HEAD:huge.dat", cwd=work).stdout.strip()
    with server.using_at_most(32 * MIB):
        refused = git("push", cwd=work, check=False)
    assert refused.returncode == 1
    assert "larger than 10 MiB" in refused.stderr
    assert f"git object {oid} (300000000 bytes)" in refused.stderr
