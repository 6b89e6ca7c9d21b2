from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_core.errors import ConflictError, UnsafeInputError
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.cache import CachedRepo, HubCache
from hfcli_core.storage.identity import git_blob_sha1
from hfcli_core.storage.locks import LockOptions
from hfcli_core.storage.tree import CachedEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    Publish = Callable[..., str]

CONFIG = b'{"a": 1}\n'


def entry(path: str, content: bytes) -> CachedEntry:
    return CachedEntry(path, git_blob_sha1(content), len(content))


def test_the_layout_is_the_official_one(
    cache: HubCache, repo: CachedRepo, publish: Publish, commit: str, snapshot_of: Callable[[Path], dict[str, Any]]
) -> None:
    etag = git_blob_sha1(CONFIG)
    with repo.lock(etag, LockOptions()) as held:
        assert held
        publish(repo, CONFIG, "config.json", "sub/dir/copy.json")
    repo.mark_missing(commit, "no/such.txt")
    repo.mark_missing(commit, "no/such.txt")
    repo.write_tree(commit, [entry("config.json", CONFIG), entry("sub/dir/copy.json", CONFIG)])
    repo.write_ref("main", commit)
    repo.write_ref("refs/pr/1", commit)
    repo.write_ref(commit, commit)
    found = {name: value for name, value in snapshot_of(cache.path).items() if value is not None}
    folder = "models--acme--bert"
    tag = found.pop("CACHEDIR.TAG")
    assert (len(tag), tag.splitlines()[-1]) == (191, b"#\thttps://bford.info/cachedir/")
    assert found.pop(f"{folder}/trees/{commit}.json").startswith(b'{\n "format_version": 1,')
    assert found == {
        f".locks/{folder}/{etag}.lock": b"",
        f"{folder}/.no_exist/{commit}/no/such.txt": b"",
        f"{folder}/blobs/{etag}": CONFIG,
        f"{folder}/refs/main": commit.encode(),
        f"{folder}/refs/refs/pr/1": commit.encode(),
        f"{folder}/snapshots/{commit}/config.json": f"-> ../../blobs/{etag}",
        f"{folder}/snapshots/{commit}/sub/dir/copy.json": f"-> ../../../../blobs/{etag}",
    }


def test_what_was_written_is_found(repo: CachedRepo, publish: Publish, commit: str, other_commit: str) -> None:
    etag = publish(repo, CONFIG, "a/config.json")
    assert repo.has_blob(etag)
    assert repo.has_blob(etag, len(CONFIG))
    assert repo.has(commit, "a/config.json")
    assert repo.has(commit, "a/config.json", size=len(CONFIG), etag=etag)
    assert repo.pointer_path(commit, "a/config.json").read_bytes() == CONFIG
    assert not repo.has(other_commit, "a/config.json")
    assert not repo.has(commit, "a")
    assert not repo.has(commit, "a/config.json/deeper")
    assert not repo.has(commit, "a/config.json", etag="0" * 40)
    repo.mark_missing(commit, "gone")
    assert repo.is_missing(commit, "gone")
    assert not repo.is_missing(commit, "a/config.json")


def test_nothing_is_made_by_reading(cache: HubCache, repo: CachedRepo, commit: str) -> None:
    assert not repo.has(commit, "a")
    assert not repo.has_blob("0" * 40)
    assert repo.read_ref("main") is None
    assert repo.read_tree(commit) is None
    assert repo.complete(commit) is None
    assert not repo.partials()
    assert not cache.path.exists()


@pytest.mark.parametrize("damaged", [b"", CONFIG[:-1], CONFIG + b"x"], ids=["empty", "short", "long"])
def test_a_blob_of_the_wrong_size_is_not_there(repo: CachedRepo, publish: Publish, commit: str, damaged: bytes) -> None:
    etag = publish(repo, CONFIG, "config.json")
    repo.write_tree(commit, [entry("config.json", CONFIG)])
    assert repo.complete(commit)
    repo.blob_path(etag).write_bytes(damaged)
    assert not repo.has_blob(etag, len(CONFIG))
    assert not repo.has(commit, "config.json", size=len(CONFIG))
    assert repo.complete(commit) is None
    publish(repo, CONFIG, "config.json")
    assert repo.complete(commit)


class TestComplete:
    def test_needs_every_file(self, repo: CachedRepo, publish: Publish, commit: str) -> None:
        entries = [entry("a", b"1"), entry("b", b"2")]
        repo.write_tree(commit, entries)
        publish(repo, b"1", "a")
        assert repo.complete(commit) is None
        publish(repo, b"2", "b")
        assert repo.complete(commit) == entries

    def test_of_an_empty_repo(self, repo: CachedRepo, commit: str) -> None:
        repo.write_tree(commit, [])
        assert repo.complete(commit) == []

    def test_leaves_out_what_is_never_downloaded(self, repo: CachedRepo, publish: Publish, commit: str) -> None:
        repo.write_tree(commit, [entry("a", b"1"), entry(".cache/huggingface/.gitignore", b"*")])
        publish(repo, b"1", "a")
        assert repo.complete(commit) == [entry("a", b"1")]

    def test_sees_a_file_that_links_to_another_blob(self, repo: CachedRepo, publish: Publish, commit: str) -> None:
        repo.write_tree(commit, [entry("a", b"1")])
        publish(repo, b"2", "a")
        assert repo.complete(commit) is None


class TestLinks:
    """Entries of a snapshot that somebody else made (faults.md C2, S18)."""

    @pytest.fixture
    def pointer(self, repo: CachedRepo, commit: str) -> Path:
        pointer = repo.pointer_path(commit, "sub/f")
        pointer.parent.mkdir(parents=True)
        return pointer

    @pytest.mark.parametrize("target", ["/etc/passwd", "../../../../../secret", "../../../blobs", "dangling", "."])
    def test_that_lead_elsewhere_count_for_nothing_and_are_repaired(
        self, repo: CachedRepo, publish: Publish, commit: str, pointer: Path, tmp_path: Path, target: str
    ) -> None:
        (tmp_path / "secret").write_text("secret")
        pointer.symlink_to(target)
        assert not repo.has(commit, "sub/f")
        publish(repo, CONFIG, "sub/f")
        assert repo.has(commit, "sub/f", size=len(CONFIG))
        assert (tmp_path / "secret").read_text() == "secret"

    def test_to_a_blob_of_another_repo(
        self, cache: HubCache, repo: CachedRepo, publish: Publish, commit: str, pointer: Path
    ) -> None:
        etag = publish(cache.repo(Repo("dataset", "x/y")), CONFIG, "f")
        pointer.symlink_to(f"../../../../datasets--x--y/blobs/{etag}")
        assert pointer.exists()
        assert not repo.has(commit, "sub/f")

    def test_a_plain_file_counts_as_on_systems_without_links(
        self, repo: CachedRepo, commit: str, pointer: Path
    ) -> None:
        pointer.write_bytes(CONFIG)
        assert repo.has(commit, "sub/f", size=len(CONFIG))
        assert not repo.has(commit, "sub/f", size=1)

    @pytest.mark.parametrize("planted", ["blobs", "snapshots", "refs"])
    def test_in_place_of_a_directory_are_refused(
        self, cache: HubCache, repo: CachedRepo, publish: Publish, commit: str, tmp_path: Path, planted: str
    ) -> None:
        (tmp_path / "outside").mkdir()
        repo.path.mkdir(parents=True)
        (repo.path / planted).symlink_to(tmp_path / "outside")

        def download() -> None:
            publish(repo, CONFIG, "config.json")
            repo.write_ref("main", commit)

        with pytest.raises(UnsafeInputError):
            download()
        assert not any((tmp_path / "outside").iterdir())

    def test_in_place_of_a_blob_give_way(self, repo: CachedRepo, publish: Publish, commit: str, tmp_path: Path) -> None:
        (tmp_path / "outside").write_bytes(CONFIG)
        etag = git_blob_sha1(CONFIG)
        (repo.path / "blobs").mkdir(parents=True)
        repo.blob_path(etag).symlink_to(tmp_path / "outside")
        assert not repo.has_blob(etag, len(CONFIG))
        publish(repo, CONFIG, "config.json")
        assert not repo.blob_path(etag).is_symlink()
        assert (tmp_path / "outside").read_bytes() == CONFIG


class TestSharedBlobs:
    """Client 2.4.0 keeps xet files once for all repos."""

    XET = "ab" + "c" * 62

    @pytest.fixture
    def etag(self, cache: HubCache, repo: CachedRepo, commit: str) -> str:
        etag = hashlib.sha256(CONFIG).hexdigest()
        (cache.path / "blobs/ab").mkdir(parents=True)
        (cache.path / "blobs/.huggingface-shared-blobs").write_text("1\n")
        (cache.path / "blobs/ab" / self.XET).write_bytes(CONFIG)
        (cache.path / f"blobs/ab/{self.XET}.refs").write_text(f"models--acme--bert/blobs/{etag}\n")
        (repo.path / "blobs").mkdir(parents=True)
        repo.blob_path(etag).symlink_to(f"../../blobs/ab/{self.XET}")
        return etag

    def test_are_read(self, repo: CachedRepo, commit: str, etag: str) -> None:
        assert repo.has_blob(etag, len(CONFIG))
        repo.link(commit, "f", etag)
        assert repo.has(commit, "f", size=len(CONFIG), etag=etag)
        assert repo.pointer_path(commit, "f").read_bytes() == CONFIG

    def test_are_not_trusted_with_the_wrong_size(self, cache: HubCache, repo: CachedRepo, etag: str) -> None:
        (cache.path / "blobs/ab" / self.XET).write_bytes(b"")
        assert not repo.has_blob(etag, len(CONFIG))

    def test_dangling(self, cache: HubCache, repo: CachedRepo, etag: str) -> None:
        (cache.path / "blobs/ab" / self.XET).unlink()
        assert not repo.has_blob(etag)

    def test_never_change_when_a_repo_publishes_its_own(
        self, cache: HubCache, repo: CachedRepo, publish: Publish, etag: str
    ) -> None:
        partial = repo.create_partial(etag)
        partial.sink.write_at(0, b"own")
        repo.publish([(partial, etag)])
        assert (cache.path / "blobs/ab" / self.XET).read_bytes() == CONFIG


class TestRefs:
    def test_change_in_one_instant(self, repo: CachedRepo, commit: str, other_commit: str) -> None:
        repo.write_ref("main", commit)
        repo.write_ref("main", other_commit)
        assert repo.read_ref("main") == other_commit

    def test_are_written_only_when_they_change(self, repo: CachedRepo, commit: str) -> None:
        repo.write_ref("main", commit)
        before = (repo.path / "refs/main").stat().st_ino
        repo.write_ref("main", commit)
        assert (repo.path / "refs/main").stat().st_ino == before

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"main", b"../../x", b"0" * 64])
    def test_that_are_damaged_are_unknown_and_repaired(self, repo: CachedRepo, commit: str, content: bytes) -> None:
        (repo.path / "refs").mkdir(parents=True)
        (repo.path / "refs/main").write_bytes(content)
        assert repo.read_ref("main") is None
        repo.write_ref("main", commit)
        assert repo.read_ref("main") == commit

    def test_with_a_line_end_are_read(self, repo: CachedRepo, commit: str) -> None:
        (repo.path / "refs").mkdir(parents=True)
        (repo.path / "refs/main").write_text(f"{commit}\n")
        assert repo.read_ref("main") == commit

    @pytest.mark.parametrize("revision", ["../main", "/etc/x", "a/../../b", "", "a\0b", "con"])
    def test_that_could_be_no_file_are_left_out(
        self, cache: HubCache, repo: CachedRepo, commit: str, revision: str
    ) -> None:
        repo.write_ref(revision, commit)
        assert repo.read_ref(revision) is None
        assert not cache.path.exists()

    def test_to_no_commit_are_refused(self, repo: CachedRepo) -> None:
        with pytest.raises(UnsafeInputError):
            repo.write_ref("main", "../../x")


@pytest.mark.parametrize("bad", ["../../../x", "/abs", "a\\b", ".git/config"])
def test_unsafe_names_never_become_paths(repo: CachedRepo, cache: HubCache, commit: str, bad: str) -> None:
    for call in (
        lambda: repo.has(commit, bad),
        lambda: repo.has(bad, "f"),
        lambda: repo.link(commit, bad, "0" * 40),
        lambda: repo.link(commit, "f", bad),
        lambda: repo.mark_missing(commit, bad),
        lambda: repo.create_partial(bad),
        lambda: repo.lock(bad, LockOptions()).__enter__(),
        lambda: repo.read_tree(bad),
        lambda: repo.write_tree(bad, []),
        lambda: repo.snapshot_path(bad),
    ):
        with pytest.raises(UnsafeInputError):
            call()
    assert not cache.path.exists()


class TestPartials:
    def test_are_listed_continued_and_discarded(self, repo: CachedRepo) -> None:
        etag = git_blob_sha1(CONFIG)
        with repo.create_partial(etag).sink as sink:
            sink.write_at(0, CONFIG[:3])
        [name] = repo.partials()[etag]
        assert name.startswith(f"models--acme--bert/blobs/{etag}.")
        assert name.endswith(".incomplete")
        assert name != f"models--acme--bert/blobs/{etag}.incomplete", "client 1.1.7 would append to it"
        again = repo.open_partial(name)
        again.sink.write_at(3, CONFIG[3:])
        repo.publish([(again, etag)])
        assert repo.blob_path(etag).read_bytes() == CONFIG
        other = repo.create_partial(etag)
        repo.discard(other)
        assert not repo.partials()

    def test_of_other_clients_are_left_alone(self, repo: CachedRepo) -> None:
        (repo.path / "blobs").mkdir(parents=True)
        (repo.path / f"blobs/{'0' * 40}.incomplete").write_text("1.1.7 is at work")
        (repo.path / "blobs/junk.12345678.incomplete").touch()
        assert not repo.partials()

    def test_of_two_writers_are_two_files(self, repo: CachedRepo) -> None:
        one, two = repo.create_partial("0" * 40), repo.create_partial("0" * 40)
        assert one.path != two.path
        one.sink.close()
        two.sink.close()


def test_where_links_are_not_wanted(tmp_path: Path, publish: Publish, commit: str) -> None:
    notes: list[str] = []
    repo = HubCache(tmp_path, symlinks=False, note=notes.append).repo(Repo("model", "acme/bert"))
    publish(repo, CONFIG, "config.json")
    assert not repo.pointer_path(commit, "config.json").is_symlink()
    assert repo.has(commit, "config.json", size=len(CONFIG))
    assert not notes, "the user knows"


def test_where_links_are_not_possible_is_said_once(program: Any, tmp_path: Path) -> None:
    answer = program(
        """
import errno
from pathlib import Path
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.cache import HubCache
from hfcli_core.storage.identity import git_blob_sha1
def hook(name, args):
    if name in ("os.symlink", "os.link"):
        raise OSError(errno.EPERM, "not here")
sys.addaudithook(hook)
notes = []
repo = HubCache(Path(sys.argv[1]), note=notes.append).repo(Repo("model", "acme/bert"))
for content in (b"1", b"2", b"3"):
    etag = git_blob_sha1(content)
    partial = repo.create_partial(etag)
    partial.sink.write_at(0, content)
    repo.publish([(partial, etag)])
    repo.link("0" * 40, content.decode(), etag)
print(json.dumps([notes, [repo.has("0" * 40, name, size=1) for name in "123"]]))
""",
        tmp_path,
    ).line()
    [note], there = answer
    assert "copies" in note
    assert str(tmp_path) in note
    assert there == [True, True, True]


def test_a_cache_that_cannot_be_written_is_read(
    program: Any, repo: CachedRepo, publish: Publish, commit: str, cache: HubCache
) -> None:
    publish(repo, CONFIG, "config.json")
    repo.write_tree(commit, [entry("config.json", CONFIG)])
    repo.write_ref("main", commit)
    answer = program(
        """
import errno
from pathlib import Path
from hfcli_core.errors import HfError
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.cache import HubCache
from hfcli_core.storage.locks import LockOptions
import filelock
def hook(name, args):
    writes = name == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or name in ("os.mkdir", "os.rename", "os.symlink", "os.link", "os.remove", "os.truncate"):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))
sys.addaudithook(hook)
repo = HubCache(Path(sys.argv[1])).repo(Repo("model", "acme/bert"))
commit = repo.read_ref("main")
with repo.lock("0" * 40, LockOptions(timeout=5)) as held:
    found = repo.complete(commit)
repo.write_ref("main", commit)
repo.write_tree(commit, [])
repo.mark_missing(commit, "none")
try: repo.create_partial("0" * 40)
except HfError as error: print(json.dumps([held, len(found), error.exit_code, error.hint]))
""",
        cache.path,
    ).line()
    assert answer[:3] == [False, 1, 10]
    assert "--cache-dir" in answer[3]


def test_a_full_disk_while_writing_a_ref_is_an_error(program: Any, cache: HubCache, commit: str) -> None:
    answer = program(
        f"""
import errno
from pathlib import Path
from hfcli_core.errors import HfError
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.cache import HubCache
def hook(name, args):
    if name == "os.rename": raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
sys.addaudithook(hook)
try: HubCache(Path(sys.argv[1])).repo(Repo("model", "acme/bert")).write_ref("main", {commit!r})
except HfError as error: print(json.dumps([error.exit_code, error.details["errno"], os.listdir(sys.argv[2])]))
""",
        cache.path,
        cache.path / "models--acme--bert" / "refs",
    ).line()
    assert answer == [10, "ENOSPC", []]


def test_blobs_have_the_mode_that_the_umask_leaves(repo: CachedRepo, publish: Publish) -> None:
    previous = os.umask(0o002)
    try:
        etag = publish(repo, CONFIG, "f")
    finally:
        os.umask(previous)
    assert repo.blob_path(etag).stat().st_mode & 0o777 == 0o664


def test_a_file_in_place_of_the_cache(tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("a file")
    with pytest.raises(ConflictError):
        HubCache(tmp_path / "hub").repo(Repo("model", "acme/bert")).create_partial("0" * 40)


WRITER = """
import hashlib, threading
from pathlib import Path
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.cache import HubCache
from hfcli_core.storage.identity import git_blob_sha1
from hfcli_core.storage.locks import LockOptions
repo = HubCache(Path(sys.argv[1])).repo(Repo("model", "acme/bert"))
written = 0
for number in range(20):
    content = hashlib.sha256(b"%d" % number).digest() * 3000
    etag = git_blob_sha1(content)
    with repo.lock(etag, LockOptions(timeout=60)):
        if not repo.has_blob(etag, len(content)):
            partial = repo.create_partial(etag)
            for start in range(0, len(content), 10_000):
                partial.sink.write_at(start, content[start : start + 10_000])
            repo.publish([(partial, etag)])
            written += 1
    repo.link("0" * 40, f"dir/{number}.bin", etag)
    repo.write_ref("main", "0" * 40)
print(json.dumps(written))
"""
NO_LOCKS = "import fcntl\nfcntl.flock = lambda fd, operation: None\n"


@pytest.mark.parametrize(("prelude", "twice"), [("", False), (NO_LOCKS, True)], ids=["locks", "locks do nothing"])
def test_many_processes_write_the_same_blobs(program: Any, cache: HubCache, prelude: str, twice: bool) -> None:
    writers = [program(WRITER, cache.path, prelude=prelude) for _ in range(8)]
    written = sum(writer.line() for writer in writers)
    assert [writer.finish() for writer in writers] == [0] * 8
    assert written >= 20 if twice else written == 20
    repo = cache.repo(Repo("model", "acme/bert"))
    for number in range(20):
        content = hashlib.sha256(b"%d" % number).digest() * 3000
        assert repo.has("0" * 40, f"dir/{number}.bin", size=len(content), etag=git_blob_sha1(content))
        assert repo.pointer_path("0" * 40, f"dir/{number}.bin").read_bytes() == content
    assert repo.read_ref("main") == "0" * 40
    assert not repo.partials()
    assert len(list((repo.path / "blobs").iterdir())) == 20


def test_names_that_are_synced_later_outlast_a_power_cut_before_the_ref_is_there(program: Any, tmp_path: Path) -> None:
    """The order of system calls is what survives a power cut."""
    calls = program(
        """
from pathlib import Path
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.cache import HubCache
fsync, replace = os.fsync, os.replace
def named(fd): return os.path.basename(os.readlink(f"/proc/self/fd/{fd}"))
def note_fsync(fd): print(json.dumps(["fsync", named(fd).partition(".")[0][:4]])); fsync(fd)
def note_replace(a, b, **kw): print(json.dumps(["rename", b[:4]])); replace(a, b, **kw)
os.fsync, os.replace = note_fsync, note_replace
repo = HubCache(Path(sys.argv[1])).repo(Repo("model", "acme/bert"))
for etag in ("a" * 40, "b" * 40):
    repo.publish([(repo.create_partial(etag), etag)], sync_names=False)
repo.sync_names()
repo.write_ref("main", "c" * 40)
""",
        tmp_path,
    )
    assert [calls.line() for _ in range(5)] == [
        ["fsync", "aaaa"],
        ["rename", "aaaa"],
        ["fsync", "bbbb"],
        ["rename", "bbbb"],
        ["fsync", "blob"],
    ]
    assert [calls.line() for _ in range(2)] == [["fsync", ""], ["rename", "main"]]
