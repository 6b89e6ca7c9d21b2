"""git, the program, against the Hub."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hfcli_hub.store.git import Author, PutFile
from hfcli_hub.testkit.hub import LiveHub

from .conftest import Git

pytestmark = [
    pytest.mark.foreign,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

Remote = Callable[..., str]


@pytest.fixture
def work(hub: LiveHub, git: Git, remote: Remote, tmp_path: Path) -> Path:
    """A clone of a repo with one file beside ``.gitattributes``."""
    hub.create_repo("alice/m")
    hub.put_files("alice/m", {"a.txt": b"one\n"})
    git("clone", "-q", remote("alice/m"), "work")
    return tmp_path / "work"


def commit(git: Git, work: Path, files: dict[str, bytes], message: str = "change") -> str:
    for path, data in files.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(data)
    git("add", "-A", cwd=work)
    git("commit", "-q", "-m", message, cwd=work)
    return git("rev-parse", "HEAD", cwd=work).stdout.strip()


def test_a_push_is_visible_to_the_api_and_an_api_commit_can_be_pulled(
    hub: LiveHub, http: httpx.Client, git: Git, work: Path
) -> None:
    pushed = commit(git, work, {"a.txt": b"two\n", "dir/b.txt": b"new\n"})
    git("push", cwd=work)
    head = http.head("/alice/m/resolve/main/dir/b.txt")
    assert (head.status_code, head.headers["x-repo-commit"]) == (200, pushed)
    assert http.get("/alice/m/resolve/main/a.txt").content == b"two\n"

    made = hub.put_files("alice/m", {"c.txt": b"by the API\n"}, message="Add c")
    git("pull", "-q", cwd=work)
    assert git("rev-parse", "HEAD", cwd=work).stdout.strip() == made
    assert (work / "c.txt").read_bytes() == b"by the API\n"
    assert git("fsck", "--strict", cwd=work).returncode == 0


def test_history_travels_both_ways_when_it_has_diverged(hub: LiveHub, git: Git, work: Path) -> None:
    for number in range(40):
        hub.put_files("alice/m", {f"hub/{number}.txt": b"x"})
    for number in range(40):
        commit(git, work, {f"local/{number}.txt": b"x"})
    refused = git("push", cwd=work, check=False)
    assert refused.returncode == 1
    assert "fetch first" in refused.stderr
    git("pull", "-q", "--no-rebase", "--no-edit", cwd=work)
    git("push", cwd=work)
    local = git("rev-parse", "HEAD", cwd=work).stdout.strip()
    assert hub.repo("alice/m").git.resolve("main") == local
    assert len(hub.list_files("alice/m")) == 82
    git("fsck", cwd=hub.repo("alice/m").git.path)


def test_branches_and_tags_are_made_moved_and_deleted(hub: LiveHub, git: Git, work: Path) -> None:
    first = git("rev-parse", "HEAD", cwd=work).stdout.strip()
    second = commit(git, work, {"a.txt": b"two\n"})
    git("tag", "-a", "v1", "-m", "one", cwd=work)
    git("push", "origin", "main", "main:dev", "v1", cwd=work)
    repo = hub.repo("alice/m").git
    assert [repo.resolve(name) for name in ("main", "dev", "v1")] == [second] * 3
    git("push", "--force", "origin", f"{first}:dev", cwd=work)
    assert repo.resolve("dev") == first
    git("push", "origin", ":dev", ":v1", cwd=work)
    assert set(repo.all_refs().branches) == {"main"}
    assert repo.all_refs().tags == {}


def test_refs_that_are_not_the_pushers_are_refused(hub: LiveHub, git: Git, work: Path) -> None:
    commit(git, work, {"a.txt": b"two\n"})
    blob = git("rev-parse", "HEAD:a.txt", cwd=work).stdout.strip()
    for ref, reason in {
        ":main": "the Hub needs this ref",
        "HEAD:refs/pr/7": "open the pull request first",
        "HEAD:refs/convert/parquet": "hidden ref",
        "HEAD:refs/heads/main/below": "failed to update ref",
        f"{blob}:refs/tags/blob": "bad object",
    }.items():
        refused = git("push", "origin", ref, cwd=work, check=False)
        assert refused.returncode == 1
        assert reason in refused.stderr
    assert set(hub.repo("alice/m").git.all_refs().branches) == {"main"}


def test_an_atomic_push_moves_all_or_nothing(hub: LiveHub, git: Git, work: Path) -> None:
    new = commit(git, work, {"a.txt": b"two\n"})
    refused = git("push", "--atomic", "origin", "HEAD:good", "HEAD:refs/pr/7", cwd=work, check=False)
    assert refused.returncode == 1
    assert "good" not in hub.repo("alice/m").git.all_refs().branches
    git("push", "--atomic", "origin", "HEAD:good", "HEAD:better", cwd=work)
    assert hub.repo("alice/m").git.resolve("better") == new


def test_a_pull_request_is_fetched_and_added_to(hub: LiveHub, git: Git, work: Path) -> None:
    author = Author("bob", "bob@example.com")
    repo = hub.repo("alice/m")
    pull, _ = repo.create_pull("main", [PutFile("pr.txt", b"x")], message="Propose", author=author)
    git("fetch", "-q", "origin", f"refs/pr/{pull.num}:pr", cwd=work)
    git("checkout", "-q", "pr", cwd=work)
    more = commit(git, work, {"pr.txt": b"y"})
    git("push", "origin", f"pr:refs/pr/{pull.num}", cwd=work)
    assert repo.git.resolve(f"refs/pr/{pull.num}") == more


def test_shallow_clones_deepen_and_push(hub: LiveHub, git: Git, remote: Remote, work: Path, tmp_path: Path) -> None:
    for number in range(5):
        hub.put_files("alice/m", {"a.txt": b"%d\n" % number})
    git("clone", "-q", "--depth", "1", remote("alice/m"), "shallow")
    shallow = tmp_path / "shallow"
    assert git("rev-list", "--count", "HEAD", cwd=shallow).stdout == "1\n"
    pushed = commit(git, shallow, {"b.txt": b"from a shallow clone\n"})
    git("push", cwd=shallow)
    assert hub.repo("alice/m").git.resolve("main") == pushed
    git("fetch", "-q", "--depth", "3", cwd=shallow)
    assert git("rev-list", "--count", "HEAD", cwd=shallow).stdout == "3\n"
    git("fetch", "-q", "--unshallow", cwd=shallow)
    assert git("rev-list", "--count", "HEAD", cwd=shallow).stdout == "8\n"
    git("fsck", cwd=shallow)


def test_a_commit_that_no_ref_points_at_is_fetched(hub: LiveHub, git: Git, work: Path) -> None:
    middle = hub.put_files("alice/m", {"a.txt": b"two"})
    hub.put_files("alice/m", {"a.txt": b"three"})
    git("fetch", "-q", "--depth", "1", "origin", middle, cwd=work)
    assert git("show", f"{middle}:a.txt", cwd=work).stdout == "two"
    unknown = git("fetch", "origin", "1" * 40, cwd=work, check=False)
    assert unknown.returncode == 128
    assert "1111111" in unknown.stderr


def test_a_partial_clone_becomes_a_whole_one(git: Git, remote: Remote, work: Path, tmp_path: Path) -> None:
    done = git("clone", "--filter=blob:none", remote("alice/m"), "partial")
    assert "filtering not recognized" in done.stderr
    assert (tmp_path / "partial" / "a.txt").read_bytes() == b"one\n"


@pytest.mark.parametrize(
    "path", ["alice/m", "alice/m.git", "datasets/alice/d", "spaces/alice/s.git", "old/name", "short"]
)
def test_every_address_of_a_repo_can_be_cloned(hub: LiveHub, git: Git, path: str, tmp_path: Path) -> None:
    hub.store.add_alias(hub.create_repo("alice/m"), "short")
    hub.store.add_alias(hub.repo("alice/m"), "old/name")
    hub.create_repo("alice/d", "dataset")
    hub.create_repo("alice/s", "space")
    git("clone", "-q", f"{hub.endpoint}/{path}", "clone")
    assert (tmp_path / "clone" / ".gitattributes").exists()


def test_who_may_clone_and_push(hub: LiveHub, git: Git, remote: Remote, work: Path, tmp_path: Path) -> None:
    hub.create_repo("alice/secret", private=True)
    hub.create_repo("alice/gated", gated=True)
    for name in ("secret", "gated"):
        git("clone", "-q", remote(f"alice/{name}"), f"{name}-of-alice")
        assert git("clone", remote(f"alice/{name}", "bob"), "bobs", check=False).returncode == 128
    # Without a token git is asked for one; it may not prompt here.
    nobody = git("clone", f"{hub.endpoint}/alice/secret", "nobodys", check=False)
    assert "could not read Username" in nobody.stderr
    commit(git, work, {"a.txt": b"two\n"})
    before = hub.repo("alice/m").git.resolve("main")
    refused = git("push", remote("alice/m", "bob"), "main", cwd=work, check=False)
    assert (refused.returncode, "403" in refused.stderr) == (128, True)
    refused = git("push", f"{hub.endpoint}/alice/m", "main", cwd=work, check=False)
    assert "could not read Username" in refused.stderr
    assert hub.repo("alice/m").git.resolve("main") == before


def test_a_credential_helper_is_asked_and_a_wrong_token_refused(hub: LiveHub, git: Git, tmp_path: Path) -> None:
    hub.create_repo("alice/secret", private=True)

    def clone(token: str) -> str:
        helper = f"!f() {{ echo username=any; echo password={token}; }}; f"
        return git("-c", f"credential.helper={helper}", "clone", f"{hub.endpoint}/alice/secret", check=False).stderr

    assert "Authentication failed" in clone("hf_wrong")
    assert "fatal" not in clone(hub.token("alice"))
    assert (tmp_path / "secret" / ".gitattributes").exists()


def test_a_large_file_outside_lfs_is_refused_by_name(hub: LiveHub, git: Git, work: Path) -> None:
    git("config", "http.postBuffer", "1000", cwd=work)
    before = hub.repo("alice/m").git.resolve("main")
    packs = set((hub.repo("alice/m").git.path / "objects" / "pack").iterdir())
    commit(git, work, {"dir/big.dat": os.urandom(11_000_000)})
    refused = git("push", cwd=work, check=False)
    assert refused.returncode == 1
    assert "larger than 10 MiB" in refused.stderr
    assert "dir/big.dat (11000000 bytes)" in refused.stderr
    assert hub.repo("alice/m").git.resolve("main") == before
    assert set((hub.repo("alice/m").git.path / "objects" / "pack").iterdir()) == packs, "nothing of it stays"


def test_a_pointer_without_its_object_is_refused(hub: LiveHub, git: Git, work: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 5\n"
    commit(git, work, {"model.ptr": pointer})
    refused = git("push", cwd=work, check=False)
    assert refused.returncode == 1
    assert "was not uploaded" in refused.stderr
    assert "model.ptr" in refused.stderr


def test_a_push_that_is_cut_short_or_broken_changes_nothing(hub: LiveHub, http: httpx.Client, work: Path) -> None:
    git_repo = hub.repo("alice/m").git
    head = git_repo.resolve("main")
    line = f"{'0' * 40} {head} refs/heads/new\0report-status\n".encode()
    command = b"%04x%s0000" % (len(line) + 4, line)
    kind = {"Content-Type": "application/x-git-receive-pack-request"}
    url = "/alice/m.git/git-receive-pack"
    for pack in (b"", b"PACK", b"PACK\0\0\0\2\0\0\0\1rubbish that is no object", b"not a pack at all, but long enough"):
        answer = http.post(url, content=command + pack, headers=kind)
        assert answer.status_code == 200
        assert b"unpack ok" not in answer.content
    assert http.post(url, content=b"rubbish", headers=kind).content[4:7] == b"ERR"
    wanting = {"Content-Type": "application/x-git-upload-pack-request"}
    for body in (
        b"rubbish",
        b"",
        b"0000",
        b"0009want x",
        b"000bwant 12\n0000",
        b"0032want " + b"1" * 40 + b"\n00000009done\n",
    ):
        answer = http.post("/alice/m.git/git-upload-pack", content=body, headers=wanting)
        assert (answer.status_code, b"PACK" in answer.content) == (200, False)
    coded = {**kind, "Content-Encoding": "gzip"}
    assert http.post(url, content=gzip.compress(command)[:-9], headers=coded).status_code == 400
    assert http.post(url, content=command, headers=coded).status_code == 400
    assert http.post(url, content=command, headers={"Content-Type": "text/plain"}).status_code == 415
    assert set(git_repo.all_refs().branches) == {"main"}
    assert not [*(git_repo.path / "objects").glob("tmp_pack_*")]
