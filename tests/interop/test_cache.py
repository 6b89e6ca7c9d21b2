"""A cache that we changed is a good one to the official clients, and one that they changed is a good one to us."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hfcli_hub.store.git import Author, PutFile

from tests.interop.programs import Program

pytestmark = pytest.mark.foreign

REPO = "alice/aging"
OTHER = "alice/other"
DATASET = "alice/numbers"
WEIGHTS = bytes(range(256)) * 300

VIEW = """
import json, sys
from huggingface_hub import scan_cache_dir

info = scan_cache_dir(sys.argv[1])
print(json.dumps({
    "warnings": [text for text in map(str, info.warnings) if "CACHEDIR.TAG" not in text],
    "size": info.size_on_disk,
    "revisions": {
        revision.commit_hash: [f"{repo.repo_type}/{repo.repo_id}", revision.size_on_disk, sorted(revision.refs)]
        for repo in info.repos
        for revision in repo.revisions
    },
}))
"""

SHARE = """
import sys
from pathlib import Path
from huggingface_hub.utils import _shared_blobs

cache = Path(sys.argv[1])
for blob in cache.glob("models--*/blobs/*"):
    if len(blob.name) == 64 and not blob.is_symlink():
        size = blob.stat().st_size
        assert _shared_blobs.publish_blob_to_shared_store(
            blob_path=str(blob), xet_hash=blob.name, cache_dir=cache, expected_size=size
        )
"""
"""What 2.4.0 does with a file that came over Xet."""

UNUSED = """
import sys
from huggingface_hub.utils import _shared_blobs

cache = sys.argv[1]
print(len(_shared_blobs.shared_store_blob_paths(cache)), len(_shared_blobs.unreferenced_shared_blobs(cache)))
"""


CLIENTS = ["2.4.0", pytest.param("1.1.7", marks=pytest.mark.slow)]


@pytest.fixture(scope="package")
def commits(ours: Program) -> list[str]:
    """Three commits of the repo: two of main, one that only a pull request has."""
    hub = ours.hub
    hub.create_repo(REPO)
    hub.create_repo(OTHER)
    hub.create_repo(DATASET, "dataset")
    hub.put_files(DATASET, {"data.csv": b"1,2\n"}, "dataset")
    hub.put_files(OTHER, {"model.safetensors": WEIGHTS})
    first = hub.put_files(REPO, {"config.json": b"{}\n", "old/vocab.txt": b"old\n", "model.safetensors": WEIGHTS})
    second = hub.put_files(REPO, {"config.json": b'{"a": 1}\n', "tokenizer.json": b"[]\n"})
    change, author = PutFile("README.md", b"# Better\n"), Author("alice", "alice@localhost")
    hub.repo(REPO).create_pull("main", [change], message="Better", author=author)
    return [first, second, hub.repo(REPO).git.resolve("refs/pr/1")]


def fill(program: Program, commits: list[str]) -> None:
    for words in (["--revision", commits[0]], [], ["--revision", "refs/pr/1"]):
        program.download(REPO, *words)
    program.download(OTHER)
    program.download(DATASET, "--repo-type", "dataset")


def theirs(official: Program, home: Path) -> Any:
    """What the scanner of the official client says, which must find nothing wrong."""
    python = Path(official.command[0]).with_name("python")
    view = json.loads(official.at(home).run_python(python, VIEW, official.at(home).cache))
    assert view["warnings"] == []
    return view["revisions"]


def mine(ours: Program, home: Path) -> Any:
    done = ours.at(home).run("cache", "ls", "--revisions", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return {row["revision"]: [row["id"], row["size_on_disk"], row["refs"]] for row in json.loads(done.stdout)}


@pytest.mark.parametrize("official", CLIENTS, indirect=True)
def test_they_read_what_we_leave(ours: Program, official: Program, commits: list[str], tmp_path: Path) -> None:
    """They download, and each thing that we take out leaves a cache that both see alike, and can still read."""
    first, second, pull = commits
    fill(official.at(tmp_path), commits)
    program = ours.at(tmp_path)
    for words, left in [
        (["ls"], {first, second, pull}),
        (["rm", f"hf://{REPO}@{pull}/model.safetensors", "-y"], {first, second, pull}),
        (["rm", first[:7], "-y"], {second, pull}),
        (["prune", "-y"], {second}),
        (["verify", REPO, "--fail-on-missing-files"], {second}),
        (["gc", "--max-size", "10mb", "-y"], {second}),
        (["rm", f"dataset/{DATASET}", "-y"], {second}),
    ]:
        program.print("cache", *words)
        seen = theirs(official, tmp_path)
        assert seen == mine(ours, tmp_path), words
        assert {commit for commit, (repo, *_) in seen.items() if repo == f"model/{REPO}"} == left, words
    blob = (program.cache / "models--alice--aging" / "snapshots" / second / "config.json").resolve()
    blob.write_bytes(b"damaged")
    program.print("cache", "verify", REPO, "--repair")
    program.hub.record.clear()
    path = official.at(tmp_path).download(REPO, "config.json", env={"HF_HUB_OFFLINE": "1"})
    assert path.read_bytes() == b'{"a": 1}\n'
    assert official.at(tmp_path).download(REPO).name == second
    assert program.hub.record.count(path="*/resolve/*", method="GET") == 0
    program.print("cache", "rm", "model/alice/*", "-y")
    assert theirs(official, tmp_path) == {}


@pytest.mark.parametrize("official", CLIENTS, indirect=True)
def test_we_read_what_they_leave(ours: Program, official: Program, commits: list[str], tmp_path: Path) -> None:
    _, second, pull = commits
    fill(ours.at(tmp_path), commits)
    program = official.at(tmp_path)
    for words in (["rm", pull, "-y"], ["prune", "-y"], ["rm", f"dataset/{DATASET}", "-y"]):
        assert program.run("cache", *words).returncode == 0
        assert theirs(official, tmp_path) == mine(ours, tmp_path), words
    assert {commit for commit, (repo, *_) in mine(ours, tmp_path).items() if repo == f"model/{REPO}"} == {second}
    ours.at(tmp_path).print("cache", "verify", REPO, "--fail-on-missing-files")
    assert "Nothing to prune" in ours.at(tmp_path).print("cache", "prune", "-y")


def test_the_store_that_repos_share(
    ours: Program, official_client: Callable[[str], Any], commits: list[str], tmp_path: Path
) -> None:
    """2.4.0 keeps one payload for two repos; it goes with the last of them, and 2.4.0 finds none too many."""
    client = official_client("2.4.0")
    official = Program("2.4.0", (str(client.hf),), ours.hub, tmp_path)
    program = ours.at(tmp_path)
    for repo in (REPO, OTHER):
        official.download(repo)
    official.run_python(client.python, SHARE, official.cache)
    assert official.run_python(client.python, UNUSED, official.cache).split() == ["1", "0"]
    rows = json.loads(program.print("cache", "ls", "--json"))
    assert len(rows) == 2
    assert all(row["size_on_disk"] > len(WEIGHTS) for row in rows)
    assert theirs(official, tmp_path) == mine(ours, tmp_path)
    program.print("cache", "verify", REPO, "--fail-on-missing-files")
    assert "Nothing to prune" in program.print("cache", "prune", "-y")
    assert json.loads(program.print("cache", "rm", f"model/{REPO}", "-y", "--json"))["freed"] < len(WEIGHTS)
    assert theirs(official, tmp_path) == mine(ours, tmp_path)
    assert official.run_python(client.python, UNUSED, official.cache).split() == ["1", "0"]
    assert official.download(OTHER, "model.safetensors").read_bytes() == WEIGHTS
    (program.cache / "models--alice--other" / "refs" / "main").unlink()
    assert json.loads(program.print("cache", "prune", "-y", "--json"))["freed"] > len(WEIGHTS)
    assert official.run_python(client.python, UNUSED, official.cache).split() == ["0", "0"]
    assert theirs(official, tmp_path) == {}
