"""Any sequence of downloads, removals, kills, locks and foreign files leaves a valid cache (docs/faults.md, I1, I2)."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hfcli_cache.layout import Name
from hfcli_cache.leftovers import plan_with_leftovers
from hfcli_cache.prune import is_unreferenced
from hfcli_cache.removal.carry_out import carry_out
from hfcli_cache.scan import scan_cache
from hfcli_cache.targets import find_targets
from hfcli_cache.verify.hashing import Task, hash_all
from hfcli_core.api import HubCache, Repo, git_blob_sha1
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

if TYPE_CHECKING:
    from hfcli_cache.removal.plan import Plan

REPOS = [Repo("model", "org/one"), Repo("dataset", "two")]
COMMITS = [character * 40 for character in "abc"]
CONTENTS = [b"", b"first\n", b"second\n" * 1000, b"third"]
PATHS = ["config.json", "sub/data.bin", "sub/deep/x"]
REFS = ["main", "v1", "refs/pr/1"]

repos = st.sampled_from(REPOS)
commits = st.sampled_from(COMMITS)
kills = st.one_of(st.just(0), st.integers(1, 14))
"""Before which change to the disk the process is killed; 0 for none."""


class CacheMachine(RuleBasedStateMachine):
    """``model`` is what should be there: repo → commit → path → content; ``refs`` likewise."""

    def __init__(self) -> None:
        super().__init__()
        self.path = Path(tempfile.mkdtemp())
        self.cache = HubCache(self.path)
        self.model: dict[Repo, dict[str, dict[str, bytes]]] = {repo: {} for repo in REPOS}
        self.refs: dict[Repo, dict[str, str]] = {repo: {} for repo in REPOS}
        self.foreign: dict[Path, bytes] = {}
        self.held: dict[Repo, int] = {}

    def teardown(self) -> None:
        for fd in self.held.values():
            os.close(fd)
        shutil.rmtree(self.path)

    # What others do

    @rule(repo=repos, commit=commits, ref=st.sampled_from([*REFS, None]), data=st.data())
    def download(self, repo: Repo, commit: str, ref: str | None, data: Any) -> None:
        files = data.draw(st.dictionaries(st.sampled_from(PATHS), st.sampled_from(CONTENTS), min_size=1))
        known = self.model[repo].setdefault(commit, {})
        cached = self.cache.repo(repo)
        for path, content in files.items():
            if path in known:
                continue
            known[path] = content
            etag = git_blob_sha1(content)
            if not cached.has_blob(etag, len(content)):
                partial = cached.create_partial(etag)
                partial.sink.write_at(0, content)
                cached.publish([(partial, etag)])
            cached.link(commit, path, etag)
        if ref:
            cached.write_ref(ref, commit)
            self.refs[repo][ref] = commit

    @rule(repo=repos, content=st.sampled_from(CONTENTS))
    def begin_a_download_and_die(self, repo: Repo, content: bytes) -> None:
        cached = self.cache.repo(repo)
        partial = cached.create_partial(git_blob_sha1(content))
        journal = cached.open_journal(partial)
        journal.write_at(0, b"x")
        journal.close()
        partial.sink.close()

    @rule(name=st.sampled_from(["notes.txt", "models--org--one/blobs/mine.txt", "odd/file"]))
    def put_a_foreign_file(self, name: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"mine")
        self.foreign[path] = b"mine"

    @rule(repo=repos)
    def take_or_give_back_a_lock(self, repo: Repo) -> None:
        """As another process that downloads something else of the repo."""
        if repo in self.held:
            os.close(self.held.pop(repo))
            return
        place = self.path / ".locks" / repo.folder_name / f"{'f' * 40}.lock"
        place.parent.mkdir(parents=True, exist_ok=True)
        self.held[repo] = os.open(place, os.O_RDWR | os.O_CREAT)
        fcntl.flock(self.held[repo], fcntl.LOCK_EX)

    # What we do

    @rule(kill=kills)
    def prune(self, kill: int) -> None:
        for repo in REPOS:
            if repo not in self.held:
                reached = {commit for ref, commit in self.refs[repo].items() if not ref.startswith("refs/pr/")}
                for commit in self.model[repo].keys() - reached:
                    self.expect_gone(repo, commit)
        self.remove(lambda: plan_with_leftovers(scan_cache(str(self.path)), is_unreferenced), kill)

    @rule(repo=repos, commit=commits, kill=kills)
    def remove_revision(self, repo: Repo, commit: str, kill: int) -> None:
        if commit not in self.model[repo]:
            return
        address = f"hf://{repo.type}s/{repo.id}@{commit}"
        if repo not in self.held:
            self.expect_gone(repo, commit)
        self.remove(lambda: self.planned(address), kill)

    @rule(repo=repos, kill=kills)
    def remove_repo(self, repo: Repo, kill: int) -> None:
        if repo not in self.held:
            for commit in list(self.model[repo]):
                self.expect_gone(repo, commit)
            self.refs[repo].clear()
            if scan_cache(str(self.path)).repo(Name(repo.type, repo.id)):
                self.forget_foreign(repo)
        self.remove(lambda: self.planned(f"{repo.type}/{repo.id}"), kill)

    @rule(repo=repos, path=st.sampled_from(PATHS))
    def remove_file(self, repo: Repo, path: str) -> None:
        if repo not in self.held:
            for files in self.model[repo].values():
                files.pop(path, None)
        self.remove(lambda: self.planned(f"hf://{repo.type}s/{repo.id}/{path}"), 0)

    def planned(self, word: str) -> Plan:
        scan = scan_cache(str(self.path))
        return find_targets(scan, [word]).plan(scan)

    def expect_gone(self, repo: Repo, commit: str) -> None:
        self.model[repo].pop(commit, None)
        self.refs[repo] = {ref: at for ref, at in self.refs[repo].items() if at != commit}

    def forget_foreign(self, repo: Repo) -> None:
        """What is in the folder of a repo that is named goes with it."""
        self.foreign = {path: data for path, data in self.foreign.items() if repo.folder_name not in path.parts}

    def remove(self, make: Any, kill: int) -> None:
        """Carry a plan out; when it is killed, what is left must be valid, and the next try must do the rest."""
        if kill:
            pid = os.fork()
            if pid == 0:
                die_before(kill)
                with suppress(BaseException):
                    carry_out(make(), lambda _line: None, lambda _line: None)
                os._exit(0)
            os.waitpid(pid, 0)
            self.valid()
        plan = make()
        foreseen, before = plan.freed(), self.bytes_in_use()
        outcome = carry_out(plan, lambda _line: None, lambda _line: None)
        assert outcome.freed == before - self.bytes_in_use()
        assert outcome.skipped or outcome.freed == foreseen

    def bytes_in_use(self) -> int:
        """Of contents, and of unfinished files, which have nothing in them here."""
        return sum(path.stat().st_size for path in self.path.glob("*--*/blobs/*") if path.suffix != ".journal")

    # What must hold

    @invariant()
    def valid(self) -> None:
        """Nothing leads to what is not there, every content is right, and foreign files are untouched."""
        for pointer in self.path.glob("*/snapshots/**/*"):
            assert pointer.is_dir() or pointer.resolve(strict=True).is_file()
        for repo in REPOS:
            folder = self.path / repo.folder_name
            for ref in (path for path in (folder / "refs").rglob("*") if path.is_file()):
                assert (folder / "snapshots" / ref.read_text()).is_dir()
        blobs = [path for path in self.path.glob("*/blobs/*") if len(path.name) == 40]
        tasks = [Task(str(path), str(path), path.name, path.stat().st_size) for path in blobs]
        assert all(Path(place).name == found for place, found in hash_all(tasks, lambda _count: None).items())
        for path, data in self.foreign.items():
            assert path.read_bytes() == data

    @invariant()
    def what_should_be_there_is(self) -> None:
        """And no more than that, once nothing is killed in between."""
        scan = scan_cache(str(self.path))
        found = {str(repo.name): {one.commit: set(one.files) for one in repo.snapshots.values()} for repo in scan.repos}
        for repo in REPOS:
            wanted = {commit: set(files) for commit, files in self.model[repo].items()}
            assert found.get(f"{repo.type}/{repo.id}", {}) == wanted
            for commit, files in self.model[repo].items():
                for path, content in files.items():
                    assert self.cache.repo(repo).pointer_path(commit, path).read_bytes() == content
            for ref, commit in self.refs[repo].items():
                assert self.cache.repo(repo).read_ref(ref) == commit
        assert not [one for folder in scan.repos for snapshot in folder.snapshots.values() for one in snapshot.broken]


def die_before(number: int) -> None:
    """SIGKILL before that change to the disk."""
    left = number

    def hook(event: str, _args: Any) -> None:
        nonlocal left
        if event in ("os.remove", "os.rmdir"):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def profile(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


if sys.platform == "win32":
    pytest.skip("no fork and no flock", allow_module_level=True)


class TestAFew(CacheMachine.TestCase):
    settings = profile(12, 12)


@pytest.mark.slow
class TestMany(CacheMachine.TestCase):
    settings = profile(400, 40)
