from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_core.errors import ConflictError, LocalStorageError, UnsafeInputError
from hfcli_core.storage.publish import Partial, create_partial, link_blob, open_partial, publish
from hfcli_core.storage.root import Root

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSE = """
def refuse(event, code):
    import errno
    def hook(name, args):
        if name == event:
            raise OSError(getattr(errno, code), os.strerror(getattr(errno, code)))
    sys.addaudithook(hook)
from pathlib import Path
from hfcli_core.storage.root import Root
from hfcli_core.storage.publish import *
from hfcli_core.errors import HfError
root = Root(Path(sys.argv[1]))
"""


def partial_with(root: Root, name: str, content: bytes) -> Partial:
    partial = create_partial(root, name)
    partial.sink.write_at(len(content) // 2, content[len(content) // 2 :])
    partial.sink.write_at(0, memoryview(content)[: len(content) // 2])
    return partial


def test_published_files_are_whole_and_partial_ones_gone(any_root: Root) -> None:
    moves = [(partial_with(any_root, f"blobs/{n}.part", b"content %d" % n), f"{n}/file") for n in range(5)]
    publish(any_root, moves)
    assert [any_root.read_bytes(target) for _, target in moves] == [b"content %d" % n for n in range(5)]
    assert not any((any_root.path / "blobs").iterdir())


def test_the_sink_closes_once(root: Root) -> None:
    partial = create_partial(root, "p")
    partial.sink.close()
    partial.sink.close()
    with open_partial(root, "p").sink as again:
        again.write_at(0, b"x")
    assert root.read_bytes("p") == b"x"


def test_a_partial_file_that_is_a_link_is_refused(root: Root, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("untouched")
    (root.path / "p").symlink_to(tmp_path / "outside")
    with pytest.raises(UnsafeInputError):
        open_partial(root, "p")
    with pytest.raises(LocalStorageError):
        create_partial(root, "p")
    assert (tmp_path / "outside").read_text() == "untouched"


def test_content_reaches_the_disk_before_the_name_does(program: Any, root: Root, tmp_path: Path) -> None:
    """The order of system calls is what survives a power cut; strace sees it, or else a patched os module."""
    partial_with(root, "p1", b"one")
    partial_with(root, "p2", b"two")
    calls = program(
        """
fsync, replace = os.fsync, os.replace
def named(fd): return os.path.basename(os.readlink(f"/proc/self/fd/{fd}"))
def note_fsync(fd): print(json.dumps(["fsync", named(fd)])); fsync(fd)
def note_replace(a, b, **kw): print(json.dumps(["rename", a])); replace(a, b, **kw)
os.fsync, os.replace = note_fsync, note_replace
publish(root, [(open_partial(root, "p1"), "d/one"), (open_partial(root, "p2"), "d/two")])
""",
        root.path,
        prelude=REFUSE,
    )
    assert [calls.line() for _ in range(5)] == [
        ["fsync", "p1"],
        ["fsync", "p2"],
        ["rename", "p1"],
        ["rename", "p2"],
        ["fsync", "d"],
    ]


def test_a_directory_in_the_way_keeps_the_partial_file(root: Root) -> None:
    root.mkdir("target/sub")
    partial = partial_with(root, "p", b"content")
    with pytest.raises(ConflictError):
        publish(root, [(partial, "target")])
    assert root.read_bytes("p") == b"content"


@pytest.mark.parametrize("code", ["ENOSPC", "EDQUOT", "EROFS", "EIO", "EACCES"])
def test_a_refused_rename_is_reported_and_loses_nothing(program: Any, root: Root, code: str) -> None:
    partial_with(root, "p", b"new")
    root.write_atomic("target", b"old")
    report = program(
        f"""
refuse("os.rename", {code!r})
try: publish(root, [(open_partial(root, "p"), "target")])
except HfError as error: print(json.dumps([error.exit_code, error.message, error.details]))
""",
        root.path,
        prelude=REFUSE,
    ).line()
    assert report[0] == 10
    assert str(root.path / "target") in report[1]
    assert report[2]["errno"] == code
    assert root.read_bytes("target") == b"old"
    assert root.read_bytes("p") == b"new"


def test_another_volume_below_the_root_is_copied_to(program: Any, root: Root) -> None:
    partial_with(root, "p", b"content")
    program(
        """
import errno
def hook(name, args):
    if name == "os.rename" and args[0] == "p":
        raise OSError(errno.EXDEV, "other volume")
sys.addaudithook(hook)
publish(root, [(open_partial(root, "p"), "volume/target")])
print(json.dumps(True))
""",
        root.path,
        prelude=REFUSE,
    ).line()
    assert root.read_bytes("volume/target") == b"content"
    assert [file.name for file in root.path.iterdir()] == ["volume"]


class TestLinks:
    @pytest.fixture
    def blob(self, root: Root) -> str:
        root.write_atomic("repo/blobs/etag", b"content")
        return "repo/blobs/etag"

    def test_links_are_relative(self, root: Root, blob: str) -> None:
        assert link_blob(root, blob, "repo/snapshots/c/a/b.txt") == "symlink"
        assert root.readlink("repo/snapshots/c/a/b.txt") == "../../../blobs/etag"
        assert (root.path / "repo/snapshots/c/a/b.txt").read_bytes() == b"content"

    @pytest.mark.parametrize("symlinks", [True, False])
    def test_linking_again_changes_nothing(self, root: Root, blob: str, symlinks: bool) -> None:
        pointer = "repo/snapshots/c/f"
        first = link_blob(root, blob, pointer, symlinks=symlinks)
        assert link_blob(root, blob, pointer, symlinks=symlinks) == first
        assert [file.name for file in (root.path / "repo/snapshots/c").iterdir()] == ["f"]
        assert (root.path / pointer).read_bytes() == b"content"

    @pytest.mark.parametrize("symlinks", [True, False])
    def test_a_wrong_entry_is_replaced(self, root: Root, blob: str, tmp_path: Path, symlinks: bool) -> None:
        (tmp_path / "outside").write_text("untouched")
        pointer = root.path / "repo/snapshots/c/f"
        pointer.parent.mkdir(parents=True)
        for make_wrong in (
            lambda: pointer.symlink_to(tmp_path / "outside"),
            lambda: pointer.symlink_to("dangling"),
            lambda: pointer.write_text("other content"),
        ):
            make_wrong()
            link_blob(root, blob, "repo/snapshots/c/f", symlinks=symlinks)
            assert pointer.read_bytes() == b"content"
            pointer.unlink()
        assert (tmp_path / "outside").read_text() == "untouched"

    @pytest.mark.parametrize(
        ("refused", "made"), [(["os.symlink"], "hardlink"), (["os.symlink", "os.link"], "copy")], ids=str
    )
    def test_falls_back_where_links_are_not_possible(
        self, program: Any, root: Root, blob: str, refused: list[str], made: str
    ) -> None:
        answer = program(
            f"""
for event in {refused!r}:
    refuse(event, "EPERM")
print(json.dumps(link_blob(root, {blob!r}, "repo/snapshots/c/f")))
""",
            root.path,
            prelude=REFUSE,
        ).line()
        assert answer == made
        pointer = root.path / "repo/snapshots/c/f"
        assert not pointer.is_symlink()
        assert pointer.read_bytes() == b"content"
        assert pointer.samefile(root.path / blob) == (made == "hardlink")
        assert [file.name for file in pointer.parent.iterdir()] == ["f"]

    def test_a_full_disk_is_no_lack_of_links(self, program: Any, root: Root, blob: str) -> None:
        code = program(
            f"""
refuse("os.symlink", "ENOSPC")
try: link_blob(root, {blob!r}, "repo/snapshots/c/f")
except HfError as error: print(json.dumps(error.exit_code))
""",
            root.path,
            prelude=REFUSE,
        ).line()
        assert code == 10

    def test_a_blob_in_the_shared_store_is_copied_through_its_link(self, root: Root) -> None:
        root.write_atomic("blobs/ab/hash", b"shared")
        root.symlink("../../blobs/ab/hash", "repo/blobs/etag")
        assert link_blob(root, "repo/blobs/etag", "repo/snapshots/c/f", symlinks=False) == "copy"
        assert (root.path / "repo/snapshots/c/f").read_bytes() == b"shared"
        assert not (root.path / "repo/snapshots/c/f").is_symlink()


def test_small_files_are_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    Root(path.parent).write_atomic(path.name, b"a = 1\n")
    Root(path.parent).write_atomic(path.name, b"a = 2\n", mode=0o600)
    assert path.read_bytes() == b"a = 2\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_reader_never_sees_a_torn_file(program: Any, tmp_path: Path) -> None:
    path = tmp_path / "main"
    Root(tmp_path).write_atomic("main", b"0" * 4000)
    writer = program(
        """
from pathlib import Path
from hfcli_core.storage.root import Root
print(json.dumps("ready"))
for turn in range(200):
    Root(Path(sys.argv[1])).write_atomic("main", b"%d" % (turn % 10) * 4000)
""",
        tmp_path,
    )
    assert writer.line() == "ready"
    seen = set()
    while writer.process.poll() is None:
        content = path.read_bytes()
        assert len(content) == 4000
        assert len(set(content)) == 1
        seen.add(content[:1])
    assert writer.finish() == 0
    assert len(seen) > 1


def test_a_full_disk_leaves_the_old_file(program: Any, tmp_path: Path, snapshot_of: Callable[[Path], object]) -> None:
    path = tmp_path / "dir" / "main"
    Root(path.parent).write_atomic("main", b"old")
    before = snapshot_of(tmp_path)
    report = program(
        """
import resource, signal
from pathlib import Path
from hfcli_core.storage.root import Root
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try: Root(Path(sys.argv[1])).write_atomic("main", b"x" * 5000)
except OSError as error: print(json.dumps(error.errno))
""",
        path.parent,
    ).line()
    assert report == errno.EFBIG
    assert snapshot_of(tmp_path) == before
