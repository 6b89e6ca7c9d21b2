"""A process is killed before each change that it makes; what is visible then is always right (faults.md P3, I1, I2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

DRIVER = """
import hashlib, shutil, signal
from pathlib import Path
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.cache import HubCache
from hfcli_core.storage.identity import git_blob_sha1
from hfcli_core.storage.local_dir import FileState, LocalDir
from hfcli_core.storage.locks import LockOptions
from hfcli_core.storage.tree import CachedEntry
import filelock

CHANGES = {"os.mkdir", "os.rename", "os.symlink", "os.link", "os.remove", "os.truncate", "fcntl.flock"}
base = Path(sys.argv[1])
OLD, NEW = "1" * 40, "2" * 40
FILES = {OLD: {"a": b"old a", "sub/b": b"same"}, NEW: {"a": b"new a" * 1000, "sub/b": b"same", "c": b""}}

def places():
    return HubCache(base / "hub").repo(Repo("model", "acme/bert")), LocalDir(base / "local")

def download(commit):
    repo, local = places()
    entries = [CachedEntry(path, git_blob_sha1(data), len(data)) for path, data in FILES[commit].items()]
    repo.write_tree(commit, entries)
    for entry in entries:
        data = FILES[commit][entry.path]
        with repo.lock(entry.etag, LockOptions(timeout=5)):
            if not repo.has_blob(entry.etag, entry.size):
                partial = repo.create_partial(entry.etag)
                partial.sink.write_at(0, data)
                repo.publish([(partial, entry.etag)])
        repo.link(commit, entry.path, entry.etag)
        if local.state(entry.path, commit=commit, etag=entry.etag, size=entry.size) is not FileState.CURRENT:
            partial = local.create_partial(entry.path, entry.etag)
            partial.sink.write_at(0, data)
            local.publish([(partial, entry.path)])
            local.write_record(entry.path, commit, entry.etag)
    repo.write_ref("main", commit)

def check(step):
    repo, local = places()
    for blob in (repo.path / "blobs").iterdir():
        if not blob.name.endswith((".incomplete", ".tmp")):
            assert git_blob_sha1(blob.read_bytes()) == blob.name, (step, blob.name)
    assert repo.complete(OLD) is not None, (step, "what was complete is not")
    ref = repo.read_ref("main")
    assert ref in (OLD, NEW), (step, ref)
    assert repo.complete(ref) is not None, (step, "the ref was ahead of its files")
    for path in FILES[NEW]:
        place = local.file_path(path)
        known = [files[path] for files in FILES.values() if path in files]
        assert (not place.exists() and path == "c") or place.read_bytes() in known, (step, path)

download(OLD)
shutil.copytree(base, f"{base}.before", symlinks=True)
for step in range(1, 2000):
    shutil.rmtree(base)
    shutil.copytree(f"{base}.before", base, symlinks=True)
    child = os.fork()
    if child == 0:
        left = step
        def hook(event, args):
            global left
            if event in CHANGES or (event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR)):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        download(NEW)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    check(step)
    download(NEW)
    repo, local = places()
    assert repo.complete(NEW) is not None and repo.read_ref("main") == NEW, step
    for path, data in FILES[NEW].items():
        assert repo.pointer_path(NEW, path).read_bytes() == local.file_path(path).read_bytes() == data, (step, path)
    if status == 0:
        break
print(json.dumps(step))
"""


def test_a_kill_at_any_step_leaves_only_whole_files_and_the_next_run_finishes(program: Any, tmp_path: Path) -> None:
    driver = program(DRIVER, tmp_path / "work")
    steps = driver.line()
    assert driver.finish() == 0
    assert 30 < steps < 1999, "the steps of a download were not all visited"
