"""git-lfs, the program, against the Hub."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.testkit.hub import LiveHub

from .conftest import Git

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed"),
]

LARGE = os.urandom(3_000_000)


@pytest.fixture
def lfs(git: Git) -> Git:
    git("lfs", "install", "--skip-repo")
    return git


@pytest.mark.parametrize("suffix", ["", ".git"])
@pytest.mark.parametrize("prefix", ["", "datasets/"])
def test_large_files_travel_both_ways(
    hub: LiveHub, lfs: Git, remote: Callable[..., str], tmp_path: Path, prefix: str, suffix: str
) -> None:
    kind = "dataset" if prefix else "model"
    hub.create_repo("alice/m", kind, private=True)
    hub.put_files("alice/m", {"from_hub.bin": LARGE}, kind)
    lfs("clone", "-q", remote(f"{prefix}alice/m{suffix}"), "work")
    work = tmp_path / "work"
    assert (work / "from_hub.bin").read_bytes() == LARGE

    data = LARGE[::-1]
    (work / "from_git.bin").write_bytes(data)
    lfs("add", "-A", cwd=work)
    lfs("commit", "-q", "-m", "Add a large file", cwd=work)
    pushed = lfs("push", cwd=work)
    assert "locking" not in pushed.stderr.lower(), "git-lfs says nothing about locks"
    assert hub.read_file("alice/m", "from_git.bin", kind) == data
    entry = hub.repo("alice/m", kind).git.entry(hub.repo("alice/m", kind).git.resolve("main"), "from_git.bin")
    assert entry is not None
    assert entry.lfs is not None
    assert entry.lfs.sha256 == hashlib.sha256(data).hexdigest()


def test_a_credential_helper_is_enough(hub: LiveHub, lfs: Git, tmp_path: Path) -> None:
    """No token in the address: git-lfs asks the helper, for the Hub and not for the content origin."""
    hub.create_repo("alice/m", private=True)
    hub.put_files("alice/m", {"from_hub.bin": LARGE})
    lfs("config", "--global", "credential.helper", f"!f() {{ echo username=a; echo password={hub.token()}; }}; f")
    lfs("clone", "-q", f"{hub.endpoint}/alice/m", "work")
    work = tmp_path / "work"
    assert (work / "from_hub.bin").read_bytes() == LARGE
    (work / "new.bin").write_bytes(b"large enough\0")
    lfs("add", "-A", cwd=work)
    lfs("commit", "-q", "-m", "Add", cwd=work)
    lfs("push", cwd=work)
    assert hub.read_file("alice/m", "new.bin") == b"large enough\0"
    to_content = hub.record.find(host="content")
    assert {request.method for request in to_content} == {"GET", "PUT"}
    assert not any(request.authorized for request in to_content)


def test_bob_cannot_push_to_alice(hub: LiveHub, lfs: Git, remote: Callable[..., str], tmp_path: Path) -> None:
    hub.create_repo("alice/m")
    lfs("clone", "-q", remote("alice/m", "bob"), "work")
    work = tmp_path / "work"
    (work / "new.bin").write_bytes(b"large enough\0")
    lfs("add", "-A", cwd=work)
    lfs("commit", "-q", "-m", "Add", cwd=work)
    before = hub.repo("alice/m").git.resolve("main")
    assert lfs("push", cwd=work, check=False).returncode != 0
    assert hub.repo("alice/m").git.resolve("main") == before


@pytest.mark.parametrize("version", ["2.4.0", pytest.param("1.1.7", marks=pytest.mark.slow)])
def test_the_official_clients_transfer_agent_uploads_in_parts(
    hub: LiveHub,
    lfs: Git,
    official_client: Callable[[str], Any],
    remote: Callable[..., str],
    tmp_path: Path,
    version: str,
) -> None:
    """``hf lfs-enable-largefiles`` makes git-lfs call ``hf lfs-multipart-upload`` for its transfer "multipart"."""
    hub.store.limits.multipart_threshold = hub.store.limits.part_size = 2_000_000
    hub.create_repo("alice/m")
    lfs("clone", "-q", remote("alice/m"), "work")
    work = tmp_path / "work"
    lfs("config", "lfs.customtransfer.multipart.path", str(official_client(version).hf), cwd=work)
    lfs("config", "lfs.customtransfer.multipart.args", "lfs-multipart-upload", cwd=work)
    files = {"big.bin": LARGE, "small.bin": b"small\0"}
    for path, content in files.items():
        (work / path).write_bytes(content)
    lfs("add", "-A", cwd=work)
    lfs("commit", "-q", "-m", "Add", cwd=work)
    lfs("push", cwd=work)
    assert {path: hub.read_file("alice/m", path) for path in files} == files
    assert hub.record.count(host="content", method="PUT", path="/parts/*") == 3
