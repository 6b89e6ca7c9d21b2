from __future__ import annotations

import base64
import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_core.errors import ConflictError, IntegrityError, UnsafeInputError
from hfcli_core.storage.identity import git_blob_sha1
from hfcli_core.storage.local_dir import DownloadRecord, FileState, LocalDir
from hfcli_core.storage.locks import LockOptions
from hfcli_core.storage.tree import CachedEntry

if TYPE_CHECKING:
    from collections.abc import Callable

OLD, NEW = b"old content\n", b"new content!\n"


@pytest.fixture
def local(tmp_path: Path) -> LocalDir:
    return LocalDir(tmp_path / "local")


def download(local: LocalDir, path: str, content: bytes, commit: str) -> str:
    etag = git_blob_sha1(content)
    partial = local.create_partial(path, etag)
    partial.sink.write_at(0, content)
    local.publish([(partial, path)])
    local.write_record(path, commit, etag)
    return etag


def state(local: LocalDir, path: str, content: bytes, commit: str, *, lfs: bool = False) -> FileState:
    etag = hashlib.sha256(content).hexdigest() if lfs else git_blob_sha1(content)
    return local.state(path, commit=commit, etag=etag, size=len(content))


def set_age(path: Path, seconds: float) -> None:
    when = time.time() - seconds
    os.utime(path, (when, when))


def test_the_layout_is_the_official_one(
    local: LocalDir, commit: str, snapshot_of: Callable[[Path], dict[str, Any]]
) -> None:
    with local.lock("sub/f.txt", LockOptions()):
        etag = download(local, "sub/f.txt", OLD, commit)
    local.write_tree(commit, [CachedEntry("sub/f.txt", etag, len(OLD))])
    found = {name: value for name, value in snapshot_of(local.path).items() if value is not None}
    home = ".cache/huggingface"
    record = found.pop(f"{home}/download/sub/f.txt.metadata").decode()
    assert record.splitlines()[:2] == [commit, etag]
    assert abs(float(record.splitlines()[2]) - time.time()) < 60
    assert record.endswith("\n")
    assert record.count("\n") == 3
    assert len(found.pop(f"{home}/CACHEDIR.TAG")) == 191
    assert found.pop(f"{home}/trees/{commit}.json")
    assert found == {"sub/f.txt": OLD, f"{home}/.gitignore": b"*", f"{home}/download/sub/f.txt.lock": b""}


def test_a_partial_file_is_named_as_the_official_client_names_it(local: LocalDir) -> None:
    partial = local.create_partial("sub/f.txt", "0" * 40)
    partial.sink.close()
    prefix = base64.urlsafe_b64encode(hashlib.sha1(b"f.txt.metadata").digest()).decode()
    assert partial.path.parent == local.path / ".cache/huggingface/download/sub"
    assert partial.path.name.startswith(f"{prefix}.{'0' * 40}.")
    assert local.partials() == {local.partial_stem("sub/f.txt", "0" * 40): [partial.name]}
    assert local.partial_stem("sub/g.txt", "0" * 40) not in local.partials()
    local.discard(local.open_partial(partial.name))
    assert not local.partials()


def test_nothing_is_made_by_reading(local: LocalDir, commit: str) -> None:
    assert state(local, "f", NEW, commit) is FileState.ABSENT
    assert local.read_record("f") is None
    assert local.read_tree(commit) is None
    assert not local.partials()
    assert not local.path.exists()


class TestState:
    """The decision table of wire.md §8, and that nothing of the user's is lost (faults.md D9)."""

    def test_downloaded_before(self, local: LocalDir, commit: str, other_commit: str) -> None:
        download(local, "f", NEW, commit)
        assert state(local, "f", NEW, commit) is FileState.CURRENT
        assert state(local, "f", NEW, other_commit) is FileState.STALE_RECORD
        assert state(local, "f", OLD, other_commit) is FileState.OUTDATED

    def test_removed_since(self, local: LocalDir, commit: str) -> None:
        download(local, "f", NEW, commit)
        local.file_path("f").unlink()
        assert state(local, "f", NEW, commit) is FileState.ABSENT

    @pytest.mark.parametrize("lfs", [False, True])
    def test_came_from_elsewhere(self, local: LocalDir, commit: str, lfs: bool) -> None:
        local.path.mkdir()
        local.file_path("f").write_bytes(NEW)
        assert state(local, "f", NEW, commit, lfs=lfs) is FileState.STALE_RECORD
        assert state(local, "f", OLD, commit, lfs=lfs) is FileState.MODIFIED

    def test_edited_since(self, local: LocalDir, commit: str) -> None:
        download(local, "f", OLD, commit)
        local.file_path("f").write_bytes(b"my own words")
        set_age(local.file_path("f"), -5)
        assert state(local, "f", OLD, commit) is FileState.MODIFIED
        assert state(local, "f", NEW, commit) is FileState.MODIFIED

    def test_edited_since_to_the_same_length(self, local: LocalDir, commit: str) -> None:
        download(local, "f", OLD, commit)
        local.file_path("f").write_bytes(OLD.upper())
        set_age(local.file_path("f"), -5)
        assert state(local, "f", OLD, commit) is FileState.MODIFIED

    def test_edited_within_the_tolerance(self, local: LocalDir, commit: str, other_commit: str) -> None:
        download(local, "f", OLD, commit)
        local.file_path("f").write_bytes(b"my own words, quickly")
        record = local.read_record("f")
        assert record is not None
        os.utime(local.file_path("f"), (record.timestamp + 0.5, record.timestamp + 0.5))
        assert state(local, "f", OLD, commit) is FileState.MODIFIED
        assert state(local, "f", NEW, other_commit) is FileState.MODIFIED

    def test_copied_with_new_times(self, local: LocalDir, commit: str, other_commit: str) -> None:
        download(local, "f", OLD, commit)
        set_age(local.file_path("f"), -5)
        assert state(local, "f", OLD, other_commit) is FileState.STALE_RECORD
        assert state(local, "f", NEW, other_commit) is FileState.OUTDATED

    def test_cut_short_by_a_crash(self, local: LocalDir, commit: str) -> None:
        download(local, "f", NEW, commit)
        local.file_path("f").write_bytes(b"")
        set_age(local.file_path("f"), 60)
        assert state(local, "f", NEW, commit) is FileState.OUTDATED

    def test_a_link_is_the_users(self, local: LocalDir, commit: str, tmp_path: Path) -> None:
        local.path.mkdir()
        (tmp_path / "elsewhere").write_bytes(NEW)
        local.file_path("f").symlink_to(tmp_path / "elsewhere")
        assert state(local, "f", NEW, commit) is FileState.MODIFIED
        assert state(local, "f", OLD, commit) is FileState.MODIFIED

    def test_a_directory(self, local: LocalDir, commit: str) -> None:
        (local.path / "f").mkdir(parents=True)
        with pytest.raises(ConflictError):
            state(local, "f", NEW, commit)

    def test_bytes_hashed_are_reported(self, local: LocalDir, commit: str) -> None:
        local.path.mkdir()
        local.file_path("f").write_bytes(NEW)
        hashed: list[int] = []
        local.state("f", commit=commit, etag=git_blob_sha1(NEW), size=len(NEW), advance=hashed.append)
        assert sum(hashed) == len(NEW)

    def test_the_error_names_the_files(self, local: LocalDir) -> None:
        error = local.refuse_modified([f"f{n}" for n in range(5)])
        assert error.exit_code == 11
        assert str(local.file_path("f0")) in error.message
        assert "and 2 more" in error.message
        assert error.hint is not None
        assert error.hint.endswith("replace them with --force")


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"x\ny\nz\n", b"0" * 40 + b"\n../../x\n1.0\n", b"0" * 40 + b"\n" + b"0" * 40 + b"\nsoon\n"],
)
def test_a_damaged_record_is_no_record(local: LocalDir, commit: str, content: bytes) -> None:
    download(local, "f", NEW, commit)
    (local.path / ".cache/huggingface/download/f.metadata").write_bytes(content)
    assert local.read_record("f") is None
    assert state(local, "f", NEW, commit) is FileState.STALE_RECORD


def test_a_record_of_the_official_client_is_read(local: LocalDir, commit: str) -> None:
    folder = local.path / ".cache/huggingface/download"
    folder.mkdir(parents=True)
    (folder / "f.metadata").write_text(f"{commit}\n{'0' * 40}\n1795446861.439496\n")
    assert local.read_record("f") == DownloadRecord(commit, "0" * 40, 1795446861.439496)


def test_a_name_with_no_room_for_a_record(local: LocalDir, commit: str) -> None:
    name = "n" * 255
    download(local, name, NEW, commit)
    assert local.file_path(name).read_bytes() == NEW
    assert state(local, name, NEW, commit) is FileState.STALE_RECORD
    with local.lock(name, LockOptions(timeout=1)) as held:
        assert not held


class TestLinksInTheDirectory:
    """Links that were there before, or were planted (faults.md S18)."""

    @pytest.fixture
    def outside(self, tmp_path: Path) -> Path:
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/f").write_text("untouched")
        return tmp_path / "outside"

    def test_at_the_file(self, local: LocalDir, commit: str, outside: Path) -> None:
        local.path.mkdir()
        local.file_path("f").symlink_to(outside / "f")
        download(local, "f", NEW, commit)
        assert (outside / "f").read_text() == "untouched"
        assert local.file_path("f").read_bytes() == NEW

    @pytest.mark.parametrize("link", ["sub", ".cache", ".cache/huggingface", ".cache/huggingface/download"])
    def test_at_a_parent(self, local: LocalDir, commit: str, outside: Path, link: str) -> None:
        (local.path / link).parent.mkdir(parents=True)
        (local.path / link).symlink_to(outside)
        with pytest.raises(UnsafeInputError):
            download(local, "sub/f", NEW, commit)
        assert (outside / "f").read_text() == "untouched"
        if link != ".cache":
            assert not (outside / "huggingface").exists()

    def test_the_directory_itself_may_be_a_link(self, tmp_path: Path, commit: str, outside: Path) -> None:
        (tmp_path / "linked").symlink_to(outside)
        download(LocalDir(tmp_path / "linked"), "g", NEW, commit)
        assert (outside / "g").read_bytes() == NEW


def test_a_file_in_the_way_of_a_directory(local: LocalDir, commit: str) -> None:
    local.path.mkdir()
    (local.path / "sub").write_text("user's")
    with pytest.raises(ConflictError):
        download(local, "sub/f", NEW, commit)
    assert (local.path / "sub").read_text() == "user's"


@pytest.mark.parametrize("bad", ["../x", "/abs", ".cache/huggingface/download/f.metadata", ".git/hooks/pre-commit"])
def test_unsafe_names_never_become_paths(local: LocalDir, commit: str, bad: str) -> None:
    with pytest.raises(UnsafeInputError):
        download(local, bad, NEW, commit)
    with pytest.raises(UnsafeInputError):
        state(local, bad, NEW, commit)
    assert not local.path.exists()


class TestCopyFromCache:
    def test_copies_and_checks(self, local: LocalDir, tmp_path: Path) -> None:
        (tmp_path / "blob").write_bytes(NEW)
        local.copy_from(tmp_path / "blob", "sub/f", git_blob_sha1(NEW))
        assert local.file_path("sub/f").read_bytes() == NEW
        assert not local.partials()

    def test_a_damaged_blob_gets_no_further(self, local: LocalDir, tmp_path: Path, commit: str) -> None:
        download(local, "f", OLD, commit)
        (tmp_path / "blob").write_bytes(NEW[:-1] + b"?")
        with pytest.raises(IntegrityError):
            local.copy_from(tmp_path / "blob", "f", git_blob_sha1(NEW))
        assert local.file_path("f").read_bytes() == OLD
        assert not local.partials()


def test_a_listing_is_kept(local: LocalDir, commit: str) -> None:
    entries = [CachedEntry("a", "0" * 40, 1)]
    local.write_tree(commit, entries)
    assert local.read_tree(commit) == entries


def test_a_file_in_the_place_of_the_directory(tmp_path: Path, commit: str) -> None:
    (tmp_path / "taken").write_bytes(b"mine")
    with pytest.raises(ConflictError, match="a file is where a directory must go"):
        state(LocalDir(tmp_path / "taken"), "f", NEW, commit)
    assert (tmp_path / "taken").read_bytes() == b"mine"
