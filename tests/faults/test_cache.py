"""Caches that are damaged, foreign or poisoned (docs/faults.md, C1–C6, S20)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.scene import BIG, FILES, REPO, Scene, git_sha1, mostly_slow


@pytest.fixture
def complete(scene: Scene) -> Scene:
    scene.run("download", REPO)
    scene.hub.record.clear()
    return scene


def blob_of(scene: Scene, name: str) -> Path:
    return (scene.snapshot / name).resolve()


@pytest.mark.parametrize("content", mostly_slow([b"", b"half"], 1))
@pytest.mark.parametrize("pinned", [False, True])
def test_a_blob_of_the_wrong_size_is_fetched_again(complete: Scene, content: bytes, pinned: bool) -> None:
    blob_of(complete, BIG).write_bytes(content)
    complete.run("download", REPO, *(["--revision", complete.commit] if pinned else []))
    complete.check_files()


def test_a_blob_that_is_gone_is_fetched_again(complete: Scene) -> None:
    blob = blob_of(complete, "config.json")
    complete.forget(complete.snapshot / "config.json", blob)
    blob.unlink()
    complete.run("download", REPO)
    complete.check_files()


def test_a_link_to_outside_is_repaired(complete: Scene) -> None:
    pointer = complete.snapshot / "config.json"
    pointer.unlink()
    pointer.symlink_to(complete.outside / "precious")
    complete.run("download", REPO)
    complete.check_files()


@pytest.mark.parametrize("content", mostly_slow([b"../../x", b"\xff\xfe", b"", b"0" * 39, b"main", b"\0" * 40]))
def test_a_damaged_ref(complete: Scene, content: bytes) -> None:
    ref = complete.cached / "refs" / "main"
    ref.write_bytes(content)
    complete.run("download", REPO, env={"HF_HUB_OFFLINE": "1"}, code=12)
    complete.run("download", REPO)
    assert ref.read_text() == complete.commit


@pytest.mark.parametrize(
    "content", mostly_slow([b"\xff", b'[{"path": "../../x"}]', b"", b"{", b"[]", b"null", b"[" * 100_000])
)
def test_a_damaged_listing(complete: Scene, content: bytes) -> None:
    [tree] = complete.cached.glob(f"trees/{complete.commit}*")
    tree.write_bytes(content)
    complete.run("download", REPO)
    complete.check_files()


def test_foreign_files_do_no_harm(complete: Scene) -> None:
    root = complete.cached.parent
    (root / "notes.txt").write_text("mine")
    (root / "models--odd").write_text("no directory")
    (complete.cached / "blobs" / "mine.txt").write_text("mine")
    (complete.cached / "refs" / "odd").mkdir()
    (complete.cached / "snapshots" / "odd").write_text("no directory")
    complete.run("download", REPO)
    complete.hub.put_files(REPO, {"new.txt": b"new"})
    complete.run("download", REPO)
    assert (complete.cached / "blobs" / "mine.txt").read_text() == "mine"


def test_a_cache_that_was_copied_without_links(complete: Scene, tmp_path: Path) -> None:
    copied = complete.cli.home / "data" / "copied"
    shutil.copytree(complete.cached.parent, copied, symlinks=False)
    done = complete.run("download", REPO, env={"HF_HUB_CACHE": str(copied)})
    for name, data in FILES.items():
        assert Path(done.stdout.strip(), name).read_bytes() == data
    assert complete.content_sent() == 0


def test_offline(complete: Scene) -> None:
    offline = {"HF_HUB_OFFLINE": "1", "HF_ENDPOINT": "http://127.0.0.1:1"}
    done = complete.run("download", REPO, env=offline)
    assert done.stdout.strip() == str(complete.snapshot)
    complete.run("download", REPO, "no-such.txt", env=offline, code=(5, 12))
    complete.run("download", "alice/other", env=offline, code=12, says="HF_HUB_OFFLINE")
    assert not len(complete.hub.record)


def test_a_partial_file_with_wrong_bytes_is_found(scene: Scene) -> None:
    blobs = scene.cached / "blobs"
    blobs.mkdir(parents=True)
    etag = git_sha1(FILES["README.md"])
    (blobs / f"{etag}.12345678.incomplete").write_bytes(b"# evil")
    scene.run("download", REPO, "README.md")
    assert (scene.snapshot / "README.md").read_bytes() == FILES["README.md"]
