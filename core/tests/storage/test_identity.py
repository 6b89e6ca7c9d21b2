from __future__ import annotations

import hashlib
import subprocess

import pytest
from hfcli_core.errors import UnsafeInputError
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.identity import BlobHasher, BlobRef, check_commit, check_etag, git_blob_sha1
from hfcli_core.storage.tree import CachedEntry

REPO = Repo("model", "acme/bert")
SHA1 = "ce013625030ba8dba906f756967f9e9ca394464a"  # git hash-object of "hello\n"


def test_git_blob_sha1_is_what_git_says() -> None:
    assert git_blob_sha1(b"hello\n") == SHA1
    git = subprocess.run(["git", "hash-object", "--stdin"], input=b"\0" * 100, capture_output=True, check=True)
    assert git_blob_sha1(b"\0" * 100) == git.stdout.decode().strip()


def test_a_hasher_takes_pieces() -> None:
    hasher = BlobHasher(SHA1, 6)
    hasher.update(b"hel")
    hasher.update(memoryview(b"lo\n"))
    assert hasher.hexdigest() == SHA1


def test_an_lfs_blob_is_hashed_with_sha256_whatever_its_size() -> None:
    entry = CachedEntry("model.bin", oid=SHA1, size=3, lfs_sha256=hashlib.sha256(b"abc").hexdigest())
    ref = BlobRef.from_entry(REPO, "0" * 40, entry)
    assert ref.git_sha1 is None, "git's hash is that of the pointer, not of the content"
    hasher = BlobHasher.for_ref(ref)
    hasher.update(b"abc")
    assert hasher.hexdigest() == ref.etag


@pytest.mark.parametrize(
    "etag",
    [
        "",
        "../../x",
        "/abs",
        '"' + SHA1 + '"',
        "W/" + SHA1,
        SHA1.upper(),
        SHA1[:-1],
        SHA1 + "\n",
        "a" * 10_000,
        "é" * 40,
    ],
)
def test_an_etag_that_is_no_hash_names_no_file(etag: str) -> None:
    with pytest.raises(UnsafeInputError) as caught:
        check_etag(etag)
    assert len(caught.value.message) < 200
    with pytest.raises(UnsafeInputError):
        BlobRef(REPO, "0" * 40, "f", 1, sha256=None, git_sha1=etag)


@pytest.mark.parametrize("commit", ["", "main", "../../x", "a" * 64, "A" * 40, "0" * 40 + "/.."])
def test_a_commit_that_is_no_hash_names_no_directory(commit: str) -> None:
    with pytest.raises(UnsafeInputError):
        check_commit(commit)
