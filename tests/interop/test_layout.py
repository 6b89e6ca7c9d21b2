"""What we write is what the official client writes, and passes its own inspection."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interop.programs import FILES, REPO, Program

pytestmark = pytest.mark.foreign

CACHE_TAG = "Repo path is not a directory: {}/CACHEDIR.TAG"
"""What 1.1.7 says of every cache that 2.4.0 has used, too."""

INSPECT = """
import json, sys
from huggingface_hub import scan_cache_dir, try_to_load_from_cache
from huggingface_hub.file_download import _CACHED_NO_EXIST

info = scan_cache_dir(sys.argv[1])
(repo,) = info.repos
(revision,) = repo.revisions
print(json.dumps({
    "warnings": [str(warning) for warning in info.warnings],
    "repo": repo.repo_id,
    "refs": sorted(revision.refs),
    "commit": revision.commit_hash,
    "files": sorted(file.file_path.relative_to(revision.snapshot_path).as_posix() for file in revision.files),
    "size": repo.size_on_disk,
    "missing": try_to_load_from_cache(sys.argv[2], "not-there.json", cache_dir=sys.argv[1]) is _CACHED_NO_EXIST,
    "there": try_to_load_from_cache(sys.argv[2], "config.json", cache_dir=sys.argv[1]),
}))
"""


def entries(folder: Path) -> dict[str, str | None]:
    """Path → target of the links, None for the rest, of all that a client leaves; locks may or may not be kept."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()) if path.is_symlink() else None
        for path in folder.rglob("*")
        if ".locks" not in path.parts and path.suffix != ".lock" and not path.name.endswith(".incomplete")
    }


def only_in_2_4_0(name: str) -> bool:
    return name.endswith("CACHEDIR.TAG") or "trees" in name.split("/")


@pytest.mark.parametrize("folder", ["hub", "local"])
def test_names_and_links_are_the_same(
    ours: Program, official: Program, written: Callable[[Program], Path], folder: str
) -> None:
    mine, theirs = entries(written(ours) / folder), entries(written(official) / folder)
    if official.name == "1.1.7":
        mine = {name: target for name, target in mine.items() if not only_in_2_4_0(name)}
    assert mine == theirs


@pytest.mark.parametrize("folder", ["hub", "local"])
def test_bytes_are_the_same(ours: Program, official: Program, written: Callable[[Program], Path], folder: str) -> None:
    """Blobs, refs, listings, tags: every byte, but for the time in the metadata of a local directory."""
    mine, theirs = written(ours) / folder, written(official) / folder
    for name, target in entries(theirs).items():
        if target is None and (theirs / name).is_file():
            one, other = (mine / name).read_bytes(), (theirs / name).read_bytes()
            if name.endswith(".metadata"):
                one, other = (data.rsplit(b"\n", 2)[0] for data in (one, other))
            assert one == other, name


def test_its_scanner_sees_nothing_wrong(ours: Program, official: Program, commit: str, tmp_path: Path) -> None:
    mine = ours.at(tmp_path)
    mine.download(REPO)
    refused = mine.run("download", REPO, "not-there.json")
    assert refused.returncode == 5
    python = Path(official.command[0]).with_name("python")
    done = official.at(tmp_path).run_python(python, INSPECT, mine.cache, REPO)
    assert json.loads(done) == {
        "warnings": [CACHE_TAG.format(mine.cache)] if official.name == "1.1.7" else [],
        "repo": REPO,
        "refs": ["main"],
        "commit": commit,
        "files": sorted([".gitattributes", *FILES]),
        "size": sum(path.stat().st_size for path in (mine.cache / "models--alice--mixed" / "blobs").iterdir()),
        "missing": True,
        "there": str(mine.cache / "models--alice--mixed" / "snapshots" / commit / "config.json"),
    }


def test_its_commands_accept_our_cache(
    ours: Program, official: Program, written: Callable[[Program], Path], commit: str
) -> None:
    theirs = official.at(written(ours))
    as_json = ["--json"] if official.name == "2.4.0" else ["--format", "json"]
    listed = theirs.run("cache", "ls", "--revisions", *as_json)
    (row,) = json.loads(listed.stdout)
    assert commit in json.dumps(row)
    assert "arning" not in listed.stderr
    # 1.1.7 misses the folders of a repo, and finds its own records too many, whoever downloaded.
    strict = ["--fail-on-missing-files", "--fail-on-extra-files"] if official.name == "2.4.0" else []
    for words in ([], ["--revision", commit], ["--local-dir", "local"]):
        verified = theirs.run("cache", "verify", REPO, *strict, *words)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert official.name == "1.1.7" or "⚠" not in verified.stdout + verified.stderr


def test_a_marker_of_theirs_is_understood(ours: Program, official: Program, commit: str, tmp_path: Path) -> None:
    """Offline, a file that the Hub does not have is not said to be missing from the cache."""
    assert official.at(tmp_path).run("download", REPO, "not-there.json").returncode != 0
    marker = official.at(tmp_path).cache / "models--alice--mixed" / ".no_exist" / commit / "not-there.json"
    assert marker.read_bytes() == b""
    done = ours.at(tmp_path).run("download", REPO, "not-there.json", "--revision", commit, env={"HF_HUB_OFFLINE": "1"})
    assert done.returncode == 5, done.stderr
