from __future__ import annotations

import os
import signal
import socket
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_core.errors import BusyError, Cancelled, UnsafeInputError
from hfcli_core.storage.locks import LockOptions, LockWait, file_lock
from hfcli_core.storage.root import Root

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = ".locks/models--a--b/etag.lock"

HOLDER = """
from pathlib import Path
from hfcli_core.storage.locks import LockOptions, file_lock
from hfcli_core.storage.root import Root
with file_lock(Root(Path(sys.argv[1])), sys.argv[2], LockOptions(timeout=20)) as held:
    print(json.dumps(held))
    sys.stdin.read()
"""

OFFICIAL = """
from filelock import FileLock
os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
with FileLock(sys.argv[1], mode=0o664):
    print(json.dumps(True))
    sys.stdin.read()
"""


@pytest.fixture
def lock_path(root: Root) -> Path:
    return root.path / NAME


def test_the_file_stays_empty_and_open_to_the_group(root: Root, lock_path: Path) -> None:
    with file_lock(root, NAME, LockOptions()) as held:
        assert held
        assert lock_path.read_text() == f"{os.getpid()}\n{socket.gethostname()}\n"
    assert lock_path.read_bytes() == b""
    assert stat.S_IMODE(lock_path.stat().st_mode) == 0o664


def test_waits_for_who_has_it_and_names_it(program: Any, root: Root) -> None:
    holder = program(HOLDER, root.path, NAME)
    assert holder.line() is True
    waits: list[LockWait] = []
    begin = time.monotonic()
    with pytest.raises(BusyError) as caught, file_lock(root, NAME, LockOptions(timeout=0.6, on_wait=waits.append)):
        pytest.fail("two hold one lock")
    assert 0.5 < time.monotonic() - begin < 5
    assert f"process {holder.pid} " in caught.value.message
    assert caught.value.exit_code == 14
    assert [wait.holder for wait in waits] == [f"process {holder.pid}"]
    assert f"process {holder.pid}" in str(waits[0])
    holder.finish()
    with file_lock(root, NAME, LockOptions(timeout=5)) as held:
        assert held


def test_a_stopped_holder_does_not_stop_us_for_ever(program: Any, root: Root) -> None:
    holder = program(HOLDER, root.path, NAME)
    assert holder.line() is True
    os.kill(holder.pid, signal.SIGSTOP)
    with pytest.raises(BusyError), file_lock(root, NAME, LockOptions(timeout=0.3)):
        pytest.fail("two hold one lock")


def test_a_killed_holder_frees_the_lock_at_once(program: Any, root: Root, lock_path: Path) -> None:
    holder = program(HOLDER, root.path, NAME)
    assert holder.line() is True
    holder.process.kill()
    holder.process.wait(30)
    assert lock_path.read_text().startswith(f"{holder.pid}\n")
    with file_lock(root, NAME, LockOptions(timeout=5)) as held:
        assert held


def test_the_official_clients_lock_is_the_same_lock(program: Any, root: Root, lock_path: Path) -> None:
    official = program(OFFICIAL, lock_path)
    assert official.line() is True
    with pytest.raises(BusyError, match="another process"), file_lock(root, NAME, LockOptions(timeout=0.3)):
        pytest.fail("two hold one lock")
    official.finish()
    with file_lock(root, NAME, LockOptions()):
        waiting = program(OFFICIAL, lock_path)
        time.sleep(0.5)
        assert waiting.process.poll() is None
    assert waiting.line() is True


def test_a_wait_can_be_cancelled(program: Any, root: Root) -> None:
    assert program(HOLDER, root.path, NAME).line() is True
    answers: Iterator[bool] = iter([False, True])
    begin = time.monotonic()
    with pytest.raises(Cancelled), file_lock(root, NAME, LockOptions(cancelled=lambda: next(answers))):
        pytest.fail("two hold one lock")
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("code", ["ENOSYS", "ENOLCK", "EIO", "EOPNOTSUPP"])
def test_a_file_system_without_locks_is_done_without(program: Any, root: Root, code: str) -> None:
    """As on Lustre, CIFS or a broken NFS: the system call itself fails."""
    lines = program(
        f"""
import errno, fcntl
def flock(fd, operation): raise OSError(errno.{code}, os.strerror(errno.{code}))
fcntl.flock = flock
from pathlib import Path
from hfcli_core.storage.locks import LockOptions, file_lock
from hfcli_core.storage.root import Root
logged = []
with file_lock(Root(Path(sys.argv[1])), {NAME!r}, LockOptions(timeout=5, log=logged.append)) as held:
    print(json.dumps([held, logged]))
with file_lock(Root(Path(sys.argv[1])), {NAME!r}, LockOptions(timeout=5)) as held:
    print(json.dumps(held))
""",
        root.path,
    )
    held, logged = lines.line()
    assert held is False
    assert len(logged) == 1
    assert "going on without the lock" in logged[0]
    assert lines.line() is False


def test_a_cache_that_cannot_be_written_is_done_without(program: Any, root: Root) -> None:
    answer = program(
        f"""
import errno
def hook(name, args):
    if name in ("os.mkdir",) or (name == "open" and args[2] & os.O_CREAT):
        raise OSError(errno.EROFS, "read-only")
from pathlib import Path
from hfcli_core.storage.locks import LockOptions, file_lock
from hfcli_core.storage.root import Root
import filelock
sys.addaudithook(hook)
with file_lock(Root(Path(sys.argv[1])), {NAME!r}, LockOptions(timeout=5)) as held:
    print(json.dumps(held))
""",
        root.path,
    ).line()
    assert answer is False


def test_a_file_that_only_looks_like_a_lock_is_not_emptied(root: Root, lock_path: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious\n")
    lock_path.parent.mkdir(parents=True)
    os.link(tmp_path / "precious", lock_path)
    with file_lock(root, NAME, LockOptions()):
        pass
    lock_path.unlink()
    lock_path.write_text("notes\n")
    with file_lock(root, NAME, LockOptions()):
        pass
    assert (tmp_path / "precious").read_text() == "precious\n"
    assert lock_path.read_text() == "notes\n"


def test_no_lock_file_is_made_behind_a_link(root: Root, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (root.path / ".locks").symlink_to(tmp_path / "outside")
    with pytest.raises(UnsafeInputError), file_lock(root, NAME, LockOptions()):
        pytest.fail("a link was followed")
    assert not any((tmp_path / "outside").iterdir())


def test_what_the_body_raises_is_not_taken_for_a_lack_of_locks(root: Root, lock_path: Path) -> None:
    with pytest.raises(BrokenPipeError), file_lock(root, NAME, LockOptions()):
        raise BrokenPipeError
    assert lock_path.read_bytes() == b""
    with file_lock(root, NAME, LockOptions(timeout=1)) as held:
        assert held
