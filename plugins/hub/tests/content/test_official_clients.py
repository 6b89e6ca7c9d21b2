"""What the official clients ask of uploads and downloads beyond the scenarios of ``tests/foreign``."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.testkit.hub import LiveHub

from .conftest import Git

pytestmark = pytest.mark.foreign

LARGE = os.urandom(5_000_001)
Run = Callable[[str], str]


@pytest.fixture(params=["2.4.0", "1.1.7"])
def client(request: pytest.FixtureRequest, official_client: Callable[[str], Any]) -> Any:
    return official_client(request.param)


@pytest.fixture
def run(client: Any, hub: LiveHub, tmp_path: Path) -> Run:
    """Runs a script with the client imported as ``h``, as alice, in the folder of the test."""
    env = {
        "HOME": str(tmp_path),
        "HF_HOME": str(tmp_path / "home"),
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token(),
        "HF_HUB_DISABLE_XET": "1",
    }

    def script(code: str) -> str:
        done = client.run_python(["-c", f"import huggingface_hub as h\n{code}"], cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr
        output: str = done.stdout.strip()
        return output

    return script


def write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for path, content in files.items():
        (folder / path).write_bytes(content)


def test_what_is_there_is_not_sent_again(hub: LiveHub, run: Run, tmp_path: Path) -> None:
    files = {"big.bin": LARGE, "config.json": b"{}"}
    hub.create_repo("alice/m")
    commit = hub.put_files("alice/m", files)
    write(tmp_path / "up", files)
    run("h.upload_folder(repo_id='alice/m', folder_path='up')")
    assert hub.record.count(host="content") == 0
    assert hub.repo("alice/m").git.resolve("main") == commit


def test_a_gitignore_and_a_pull_request(hub: LiveHub, run: Run, tmp_path: Path) -> None:
    hub.create_repo("alice/m")
    write(tmp_path / "up", {".gitignore": b"*.log\n", "a.log": b"x", "a.txt": b"text"})
    run("h.upload_folder(repo_id='alice/m', folder_path='up', create_pr=True)")
    assert hub.list_files("alice/m", revision="refs/pr/1") == [".gitattributes", ".gitignore", "a.txt"]
    path = run("print(h.hf_hub_download('alice/m', 'a.txt', revision='refs/pr/1'))")
    assert Path(path).read_bytes() == b"text"


def test_a_renamed_repo_is_followed(hub: LiveHub, run: Run) -> None:
    files = {"big.bin": LARGE, "config.json": b"{}"}
    repo = hub.create_repo("alice/old")
    hub.put_files("alice/old", files)
    hub.store.move_repo(repo, "acme/new")
    paths = json.loads(
        run(f"import json; print(json.dumps([h.hf_hub_download('alice/old', n) for n in {list(files)}]))")
    )
    assert [Path(path).read_bytes() for path in paths] == [*files.values()]


@pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
def test_the_transfer_agent_for_git_lfs_uploads_in_parts(
    hub: LiveHub, client: Any, git: Git, remote: Callable[..., str], tmp_path: Path
) -> None:
    """``hf lfs-enable-largefiles`` makes git-lfs call ``hf lfs-multipart-upload`` for its transfer "multipart"."""
    hub.store.limits.multipart_threshold = 4_000_000
    hub.store.limits.part_size = 2_000_000
    hub.create_repo("alice/m")
    git("lfs", "install", "--skip-repo")
    git("clone", "-q", remote("alice/m"), "work")
    work = tmp_path / "work"
    git("config", "lfs.customtransfer.multipart.path", str(client.hf), cwd=work)
    git("config", "lfs.customtransfer.multipart.args", "lfs-multipart-upload", cwd=work)
    files = {"big.bin": LARGE, "small.bin": b"small\0"}
    for path, content in files.items():
        (work / path).write_bytes(content)
    git("add", "-A", cwd=work)
    git("commit", "-q", "-m", "Add", cwd=work)
    git("push", cwd=work)
    assert {path: hub.read_file("alice/m", path) for path in files} == files
    assert hub.record.count(host="content", method="PUT", path="/parts/*") == 4
