"""Each program finds what another one wrote, in the cache and in a local directory, and fetches none of it again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interop.programs import FILES, REPO, Program, contents

pytestmark = pytest.mark.foreign

OFFLINE = {"HF_HUB_OFFLINE": "1"}


def fetched(program: Program) -> int:
    """The number of requests for the content of a file."""
    record = program.hub.record
    return record.count(method="GET", path="*/resolve/*") + record.count(host="content")


def requests(program: Program) -> list[str]:
    """All requests, but for the list of coding agents that 2.4.0 fetches whatever its command is."""
    return [request.path for request in program.hub.record if request.path != "/api/agent-harnesses"]


def test_in_the_cache(reader: Program, commit: str) -> None:
    before = blobs(reader)
    path = reader.download(REPO)
    assert path == reader.cache / "models--alice--mixed" / "snapshots" / commit
    assert contents(path) == FILES
    assert fetched(reader) == 0
    assert blobs(reader) == before


def blobs(program: Program) -> dict[str, tuple[int, int]]:
    folder = program.cache / "models--alice--mixed" / "blobs"
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_in_the_cache_offline(reader: Program, commit: str) -> None:
    for name in ("config.json", "empty.txt", "onnx/model.onnx", "data/sp ace & ü/na#me%41+.txt"):
        assert reader.download(REPO, name, env=OFFLINE).read_bytes() == FILES[name]
    repo = reader.cache / "models--alice--mixed"
    done = reader.run("download", REPO, "--quiet", env=OFFLINE)
    if reader.name == "ours" and not (repo / "trees").exists():
        # What 1.1.7 left may be the whole repo or not; what cannot be told is not answered with success.
        assert (done.returncode, done.stdout) == (12, "")
        assert "by name" in done.stderr
    else:
        assert done.stdout.strip() == str(repo / "snapshots" / commit)
    assert requests(reader) == []


def test_in_a_local_directory(reader: Program) -> None:
    shutil.rmtree(reader.cache)
    local = reader.home / "local"
    before = {
        path: path.stat().st_mtime_ns for path in local.rglob("*") if path.is_file() and ".cache" not in path.parts
    }
    assert reader.download(REPO, "--local-dir", "local").resolve() == local.resolve()
    assert contents(local) == FILES
    assert fetched(reader) == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_single_file_in_a_local_directory_offline(reader: Program, commit: str) -> None:
    """The commit is named, as a local directory does not say where a branch is."""
    shutil.rmtree(reader.cache)
    words = ["--revision", commit, "--local-dir", "local"]
    for name in ("config.json", "model.safetensors"):
        assert reader.download(REPO, name, *words, env=OFFLINE).read_bytes() == FILES[name]
    assert requests(reader) == []


def test_single_file_at_a_pinned_commit(reader: Program, commit: str) -> None:
    name = "data/sp ace & ü/na#me%41+.txt"
    assert reader.download(REPO, name, "--revision", commit).read_bytes() == FILES[name]
    shutil.rmtree(reader.cache)
    assert reader.download(REPO, name, "--revision", commit, "--local-dir", "local").read_bytes() == FILES[name]
    assert requests(reader) == []


def test_whole_repo_at_a_pinned_commit(
    writer_and_reader: tuple[Program, Program], reader: Program, ours: Program, commit: str
) -> None:
    """Only ours and 2.4.0 note what belongs to a commit."""
    if "1.1.7" in [program.name for program in writer_and_reader]:
        pytest.skip("1.1.7 neither writes nor reads the listing of a commit")
    ask_for_all(reader, commit)


def test_ours_after_ours_at_a_pinned_commit(
    ours: Program, written: Callable[[Program], Path], commit: str, tmp_path: Path
) -> None:
    shutil.copytree(written(ours), tmp_path / "home", symlinks=True)
    again = ours.at(tmp_path / "home")
    assert contents(again.download(REPO, "--revision", commit, "--include", "onnx/*.onnx")) == FILES
    ask_for_all(again, commit)


def ask_for_all(program: Program, commit: str) -> None:
    """Everything is found in the cache, then in the local directory alone, without a request."""
    assert contents(program.download(REPO, "--revision", commit)) == FILES
    shutil.rmtree(program.cache)
    assert contents(program.download(REPO, "--revision", commit, "--local-dir", "local")) == FILES
    assert requests(program) == []


def test_changed_branch(writer_and_reader: tuple[Program, Program], tmp_path: Path) -> None:
    """A new commit on the branch: the other one fetches the changed file and no other."""
    writer, reader = (program.at(tmp_path) for program in writer_and_reader)
    repo_id = f"alice/moving-{writer.name}-{reader.name}"
    writer.hub.create_repo(repo_id)
    writer.hub.put_files(repo_id, {"a.txt": b"a", "b.txt": b"b", "m.safetensors": b"m" * 1000})
    for words in ([], ["--local-dir", "here"]):
        writer.download(repo_id, *words)
    writer.hub.put_files(repo_id, {"a.txt": b"new a"})
    writer.hub.record.clear()
    for words in ([], ["--local-dir", "here"]):
        path = reader.download(repo_id, *words)
        assert contents(path) == {"a.txt": b"new a", "b.txt": b"b", "m.safetensors": b"m" * 1000}
    asked = reader.hub.record.find(method="GET", path="*/resolve/*")
    assert {request.path.rpartition("/")[2] for request in asked} == {"a.txt"}
    assert reader.hub.record.count(host="content") == 0
