from __future__ import annotations

import json

import pytest
from hfcli_core.storage.tree import CachedEntry, dump_tree, parse_tree

SHA1, SHA256, XET = "a" * 40, "b" * 64, "c" * 64


def test_the_bytes_are_those_of_the_official_client() -> None:
    entries = [CachedEntry("z.bin", SHA1, 5, SHA256, XET), CachedEntry("größe.txt", SHA1, 0)]
    expected = f"""{{
 "format_version": 1,
 "files": {{
  "gr\\u00f6\\u00dfe.txt": {{
   "size": 0,
   "blob_id": "{SHA1}"
  }},
  "z.bin": {{
   "size": 5,
   "blob_id": "{SHA1}",
   "lfs_sha256": "{SHA256}",
   "lfs_size": 5,
   "xet_hash": "{XET}"
  }}
 }}
}}"""
    assert dump_tree(entries).decode() == expected


def test_what_is_written_is_read() -> None:
    entries = [CachedEntry("a/b", SHA1, 1), CachedEntry("z.bin", SHA1, 2**53 + 1, SHA256, XET)]
    assert parse_tree(dump_tree(entries)) == entries
    assert parse_tree(dump_tree([])) == []
    assert entries[0].etag == SHA1
    assert entries[1].etag == SHA256


def test_a_malformed_xet_hash_does_not_spoil_the_listing() -> None:
    written = dump_tree([CachedEntry("a", SHA1, 1, SHA256, "../../x")])
    assert parse_tree(written) == [CachedEntry("a", SHA1, 1, SHA256)]


def test_the_deepest_nesting_is_only_damaged() -> None:
    assert parse_tree(b"[" * 200_000) is None


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": 2},
        {"files": []},
        {"files": {"a": {}}},
        {"files": {"a": {"size": -1, "blob_id": SHA1}}},
        {"files": {"a": {"size": "1", "blob_id": SHA1}}},
        {"files": {"a": {"size": True, "blob_id": SHA1}}},
        {"files": {"a": {"size": 1, "blob_id": "../../x"}}},
        {"files": {"a": {"size": 1, "blob_id": SHA1, "lfs_sha256": SHA1, "lfs_size": 1}}},
        {"files": {"a": {"size": 1, "blob_id": SHA1, "lfs_sha256": SHA256, "lfs_size": 2}}},
        {"files": {"a": {"size": 1, "blob_id": SHA1, "xet_hash": "../x"}}},
        {"files": {"a": {"size": 1, "blob_id": None}}},
    ],
    ids=str,
)
def test_a_listing_that_cannot_be_trusted_is_ignored(change: dict[str, object]) -> None:
    good = {"format_version": 1, "files": {"a": {"size": 1, "blob_id": SHA1}}}
    assert parse_tree(json.dumps(good).encode()) is not None
    assert parse_tree(json.dumps({**good, **change}).encode()) is None


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"null", b"[]", b'"x"', b'{"format_version": 1}', b"{"])
def test_a_damaged_listing_is_ignored(data: bytes) -> None:
    assert parse_tree(data) is None
