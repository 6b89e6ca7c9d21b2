from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_core.errors import ConflictError, UnsafeInputError
from hfcli_core.storage.root import Root

if TYPE_CHECKING:
    from collections.abc import Callable


def write(root: Root, path: str, data: bytes = b"new") -> None:
    with os.fdopen(root.create(path), "wb") as file:
        file.write(data)


def test_creates_parents_and_reads_back(any_root: Root) -> None:
    write(any_root, "a/b/c.txt", b"content")
    assert any_root.read_bytes("a/b/c.txt") == b"content"
    found = any_root.stat("a/b/c.txt")
    assert found is not None
    assert found.st_size == 7


def test_a_directory_is_removed_only_when_it_is_empty(any_root: Root, tmp_path: Path) -> None:
    write(any_root, "a/b/c.txt")
    with any_root.kept_open(may_move=True):
        assert not any_root.rmdir("a/b")
        any_root.unlink("a/b/c.txt")
        assert any_root.rmdir("a/b")
        assert any_root.rmdir("a/b")
        write(any_root, "a/b/d.txt")
    assert any_root.read_bytes("a/b/d.txt") == b"new"
    (tmp_path / "elsewhere" / "empty").mkdir(parents=True)
    (any_root.path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeInputError):
        any_root.rmdir("link/empty")
    with pytest.raises(OSError, match="directory"):
        any_root.rmdir("link")
    assert (tmp_path / "elsewhere" / "empty").is_dir()


def test_the_root_is_made_when_something_is_written(tmp_path: Path) -> None:
    root = Root(tmp_path / "x" / "y")
    assert root.stat("a") is None
    assert not (tmp_path / "x").exists()
    root.write_atomic("a", b"1")
    assert (tmp_path / "x/y/a").read_bytes() == b"1"


def test_creating_what_exists_is_refused(any_root: Root) -> None:
    write(any_root, "a")
    with pytest.raises(FileExistsError):
        any_root.create("a")


def test_new_files_have_the_mode_that_the_umask_leaves(any_root: Root) -> None:
    previous = os.umask(0o027)
    try:
        write(any_root, "created")
        any_root.write_atomic("written", b"")
        any_root.write_atomic("secret", b"", mode=0o600)
    finally:
        os.umask(previous)
    modes = [stat.S_IMODE((any_root.path / name).stat().st_mode) for name in ("created", "written", "secret")]
    assert modes == [0o640, 0o640, 0o600]


@pytest.mark.parametrize("path", ["", ".", "..", "a/..", "../a", "a/../b", "/a", "a//b", "a/"])
def test_only_plain_relative_paths_are_taken(any_root: Root, path: str) -> None:
    any_root.mkdir("a")
    with pytest.raises(ValueError, match="not a path below the root"):
        any_root.create(path)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    directory = tmp_path / "outside"
    (directory / "sub").mkdir(parents=True)
    (directory / "passwd").write_text("root")
    return directory


def actions() -> dict[str, Callable[[Root], object]]:
    """Each writes, reads or removes through the link "way" or the link "way/sub"."""
    return {
        "create": lambda root: root.create("way/new"),
        "create deeper": lambda root: root.create("way/sub/new"),
        "write_atomic": lambda root: root.write_atomic("way/passwd", b"x"),
        "mkdir": lambda root: root.mkdir("way/sub/new"),
        "symlink": lambda root: root.symlink("x", "way/new"),
        "link": lambda root: root.link("file", "way/new"),
        "replace": lambda root: root.replace("file", "way/passwd"),
        "replace from": lambda root: root.replace("way/passwd", "file"),
        "unlink": lambda root: root.unlink("way/passwd"),
        "read": lambda root: root.read_bytes("way/passwd"),
        "stat": lambda root: root.stat("way/passwd"),
    }


@pytest.mark.parametrize("action", actions())
def test_no_link_on_the_way_is_followed(
    any_root: Root, outside: Path, action: str, snapshot_of: Callable[[Path], object]
) -> None:
    before = snapshot_of(outside)
    write(any_root, "file")
    (any_root.path / "way").symlink_to(outside)
    with pytest.raises(UnsafeInputError, match="a link leads out of"):
        actions()[action](any_root)
    assert snapshot_of(outside) == before
    assert any_root.read_bytes("file") == b"new"


def test_a_link_in_place_of_the_file_is_not_followed(any_root: Root, outside: Path) -> None:
    (any_root.path / "f").symlink_to(outside / "passwd")
    with pytest.raises(UnsafeInputError):
        any_root.open("f", os.O_RDWR)
    with pytest.raises((FileExistsError, UnsafeInputError)):
        any_root.create("f")


STALE = """
import errno
from pathlib import Path
from hfcli_core.storage.root import Root
left = int(sys.argv[2])
def hook(name, args):
    global left
    if name == "os.rename" and left:
        left -= 1
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
root = Root(Path(sys.argv[1]))
sys.addaudithook(hook)
try: root.write_atomic("f", b"new")
except OSError as error: print(json.dumps(error.errno == errno.ESTALE))
else: print(json.dumps("written"))
"""


@pytest.mark.parametrize(("times", "outcome"), [(2, "written"), (1000, True)])
def test_what_a_network_file_system_refuses_for_a_moment_is_tried_again(
    program: Any, root: Root, times: int, outcome: object
) -> None:
    root.write_atomic("f", b"old")
    assert program(STALE, root.path, times).line() == outcome
    assert root.read_bytes("f") == (b"new" if outcome == "written" else b"old")
    assert [file.name for file in root.path.iterdir()] == ["f"]


def test_a_link_in_place_of_the_target_gives_way_and_what_it_points_to_stays(any_root: Root, outside: Path) -> None:
    (any_root.path / "f").symlink_to(outside / "passwd")
    any_root.write_atomic("f", b"mine")
    assert not (any_root.path / "f").is_symlink()
    assert any_root.read_bytes("f") == b"mine"
    assert (outside / "passwd").read_text() == "root"


FLIPPER = """
root, outside = sys.argv[1:]
os.chdir(root)
os.symlink(outside, "link")
print(json.dumps("flipping"))
while True:
    os.rename("d", "aside")
    os.rename("link", "d")
    os.rename("d", "link")
    os.rename("aside", "d")
"""


def test_a_link_that_flips_during_the_run_leads_nowhere(program: Any, root: Root, outside: Path) -> None:
    """Another process swaps a directory for a link all the time; nothing may ever be written outside."""
    (root.path / "d").mkdir()
    flipper = program(FLIPPER, root.path, outside)
    assert flipper.line() == "flipping"
    outcomes = Counter[str]()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (outcomes["refused"] < 20 or outcomes["written"] < 200):
        try:
            os.close(root.open("d/passwd", os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
            outcomes["written"] += 1
        except UnsafeInputError:
            outcomes["refused"] += 1
        except FileNotFoundError:
            outcomes["absent"] += 1
    assert outcomes["refused"], "the link was never met"
    assert outcomes["written"], "the directory was never met"
    assert (outside / "passwd").read_text() == "root"
    assert sorted(file.name for file in outside.iterdir()) == ["passwd", "sub"]


def test_a_file_where_a_directory_must_go(any_root: Root) -> None:
    write(any_root, "a", b"user's")
    with pytest.raises(ConflictError, match="a file is where a directory must go"):
        any_root.create("a/b")
    assert any_root.read_bytes("a") == b"user's"


@pytest.mark.parametrize("walk", [True, False])
def test_a_file_in_the_place_of_the_root(tmp_path: Path, walk: bool) -> None:
    (tmp_path / "taken").write_bytes(b"user's")
    for place in (tmp_path / "taken", tmp_path / "taken/below"):
        with pytest.raises(ConflictError, match="a file is where a directory must go"):
            Root(place, walk=walk).create("a")
    assert (tmp_path / "taken").read_bytes() == b"user's"


def test_a_directory_where_a_file_must_go(any_root: Root) -> None:
    any_root.mkdir("a/b")
    with pytest.raises(ConflictError, match="a directory is where a file must go"):
        any_root.write_atomic("a", b"x")
    assert [file.name for file in any_root.path.iterdir()] == ["a"], "no temporary file may stay"


def test_unlink_and_readlink_of_what_is_not_there(any_root: Root) -> None:
    any_root.unlink("nothing")
    any_root.unlink("no/where")
    write(any_root, "file")
    assert any_root.readlink("file") is None
    any_root.symlink("some/text", "a/link")
    assert any_root.readlink("a/link") == "some/text"


def test_the_longest_names_can_be_replaced(any_root: Root) -> None:
    any_root.write_atomic("n" * 255, b"1")
    any_root.write_atomic("n" * 255, b"2")
    assert any_root.read_bytes("n" * 255) == b"2"


def test_paths_longer_than_the_system_takes_at_once(root: Root) -> None:
    path = "/".join(["d" * 200] * 25)
    root.write_atomic(path, b"deep")
    assert root.read_bytes(path) == b"deep"


def test_this_file_system_tells_names_apart(root: Root) -> None:
    write(root, "probe")
    expected = (root.path / "PROBE").exists()
    assert root.folds_names() == expected
    assert [file.name for file in root.path.iterdir()] == ["probe"]


def test_descriptors_are_closed(any_root: Root) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc")
    for turn in range(50):
        any_root.write_atomic(f"a/b/{turn}", b"x")
        any_root.stat("a/b/none/x")
        with pytest.raises(FileNotFoundError):
            any_root.read_bytes("a/none")
    assert open_below(any_root.path) == []


def open_below(folder: Path) -> list[Path]:
    """What this process holds open below a folder; other tests' descriptors are not its business."""
    held = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            held.append(descriptor.readlink())
    return [target for target in held if target.is_relative_to(folder)]


def test_directories_that_are_kept_open_follow_no_link_either(root: Root, outside: Path) -> None:
    def swap_between_two_files() -> None:
        with root.kept_open():
            write(root, "d/before")
            (root.path / "d").rename(root.path / "aside")
            (root.path / "d").symlink_to(outside)
            write(root, "d/after")

    with pytest.raises(ConflictError, match="another program moved or removed"):
        swap_between_two_files()
    assert sorted(file.name for file in (root.path / "aside").iterdir()) == ["after", "before"]
    assert sorted(file.name for file in outside.iterdir()) == ["passwd", "sub"]


def test_a_directory_may_be_moved_where_that_is_allowed(root: Root) -> None:
    with root.kept_open(may_move=True):
        write(root, "d/before")
        (root.path / "d").rename(root.path / "aside")
        write(root, "e/after")
    assert (root.path / "aside/before").exists()


def test_a_directory_that_is_removed_while_it_is_kept_open_is_made_again(root: Root) -> None:
    with root.kept_open():
        write(root, "d/before")
        shutil.rmtree(root.path / "d")
        write(root, "d/after")
    assert [file.name for file in (root.path / "d").iterdir()] == ["after"]


def test_few_directories_are_kept_open_and_none_in_the_end(root: Root) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc")
    with root.kept_open():
        for number in range(60):
            write(root, f"d{number}/file")
        assert 1 < len(open_below(root.path)) < 30
    assert open_below(root.path) == []


def test_threads_share_what_is_kept_open(root: Root) -> None:
    def work(number: int) -> None:
        for turn in range(40):
            write(root, f"d{(number + turn) % 40}/{number}-{turn}")

    with root.kept_open(), ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(list(root.path.glob("d*/*"))) == 320
    assert open_below(root.path) == []
