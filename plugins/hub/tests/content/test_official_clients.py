"""The official Python client, of two generations, uploads to and downloads from the Hub."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hfcli_hub.testkit.hub import LiveHub

pytestmark = pytest.mark.foreign

Run = Callable[[str], str]
FILES = {
    "README.md": b"---\nlicense: mit\n---\n# A model\n",
    "config.json": b"{}",
    "sub folder/ünï.txt": b"odd name",
    "small.bin": os.urandom(3_000),
    "big.bin": os.urandom(5_000_001),
    "empty.txt": b"",
}


@pytest.fixture(params=["2.4.0", "1.1.7"])
def run(request: pytest.FixtureRequest, hub: LiveHub, tmp_path: Path) -> Run:
    """Runs a script with one version of the client, as alice, in a home of its own."""
    directory = os.environ.get("HFCLI_OFFICIAL_CLIENTS", "")
    python = Path(directory) / f"hub-{request.param}" / "bin" / "python"
    if not directory or not python.exists():
        pytest.skip(f"HFCLI_OFFICIAL_CLIENTS names no directory with hub-{request.param} (a virtual environment)")
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "HF_HOME": str(tmp_path / "home"),
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": hub.token(),
        "HF_HUB_DISABLE_XET": "1",
        "NO_PROXY": "*",
    }

    def script(code: str) -> str:
        done = subprocess.run(
            [python, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return script


@pytest.mark.parametrize("in_parts", [False, True], ids=["basic", "multipart"])
def test_a_folder_goes_up_and_comes_down(hub: LiveHub, run: Run, tmp_path: Path, in_parts: bool) -> None:
    if in_parts:
        hub.store.limits.multipart_threshold = 4_000_000
        hub.store.limits.part_size = 2_000_000
    hub.create_repo("alice/m", private=True)
    for path, content in FILES.items():
        (tmp_path / "up" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "up" / path).write_bytes(content)
    run("import huggingface_hub as h; h.upload_folder(repo_id='alice/m', folder_path='up')")
    assert {path: hub.read_file("alice/m", path) for path in FILES} == FILES
    assert hub.record.count(host="content", method="PUT", path="/parts/*") == (4 if in_parts else 0)

    folder = Path(run("import huggingface_hub as h; print(h.snapshot_download('alice/m'))"))
    assert {path: (folder / path).read_bytes() for path in FILES} == FILES
    assert not any(request.authorized for request in hub.record.find(host="content"))


def test_what_is_there_is_not_sent_again(hub: LiveHub, run: Run, tmp_path: Path) -> None:
    hub.create_repo("alice/m")
    commit = hub.put_files("alice/m", {"big.bin": FILES["big.bin"], "config.json": b"{}"})
    (tmp_path / "up").mkdir()
    for path in ("big.bin", "config.json"):
        (tmp_path / "up" / path).write_bytes(FILES[path])
    run("import huggingface_hub as h; h.upload_folder(repo_id='alice/m', folder_path='up')")
    assert hub.record.count(host="content") == 0
    assert hub.repo("alice/m").git.resolve("main") == commit


def test_a_gitignore_and_a_pull_request(hub: LiveHub, run: Run, tmp_path: Path) -> None:
    hub.create_repo("alice/m")
    (tmp_path / "up").mkdir()
    for path, content in {".gitignore": b"*.log\n", "a.log": b"x", "a.txt": b"text"}.items():
        (tmp_path / "up" / path).write_bytes(content)
    run("import huggingface_hub as h; h.upload_folder(repo_id='alice/m', folder_path='up', create_pr=True)")
    assert hub.list_files("alice/m", revision="refs/pr/1") == [".gitattributes", ".gitignore", "a.txt"]
    path = run("import huggingface_hub as h; print(h.hf_hub_download('alice/m', 'a.txt', revision='refs/pr/1'))")
    assert Path(path).read_bytes() == b"text"


def test_a_renamed_repo_is_followed_and_what_is_missing_named(hub: LiveHub, run: Run) -> None:
    repo = hub.create_repo("alice/old")
    hub.put_files("alice/old", {"big.bin": FILES["big.bin"], "config.json": b"{}"})
    hub.store.move_repo(repo, "acme/new")
    for name in ("config.json", "big.bin"):
        path = run(f"import huggingface_hub as h; print(h.hf_hub_download('alice/old', '{name}'))")
        assert Path(path).read_bytes() == FILES[name]
    missing = """
import huggingface_hub as h
for repo, name, revision in (("acme/new", "x", "main"), ("acme/new", "config.json", "none"), ("acme/no", "x", "main")):
    try:
        h.hf_hub_download(repo, name, revision=revision)
    except Exception as error:
        print(type(error).__name__)
"""
    assert run(missing).split() == ["RemoteEntryNotFoundError", "RevisionNotFoundError", "RepositoryNotFoundError"]
