"""Large files: visible only whole, verified and under their own hash."""

from __future__ import annotations

import hashlib
import random

import pytest
from hfcli_hub.store.errors import CorruptObject, MissingObject
from hfcli_hub.store.hub import Hub
from hfcli_hub.store.pointer import parse_pointer, pointer_text

DATA = random.Random(0).randbytes(10_000)
SHA = hashlib.sha256(DATA).hexdigest()


def leftovers(store: Hub) -> list[str]:
    return [path.name for path in (store.data / "tmp").iterdir()]


def test_an_object_appears_when_it_is_committed(store: Hub) -> None:
    with store.objects.open_write() as upload:
        upload.write(DATA[:10])
        upload.write(memoryview(DATA)[10:])
        assert not store.objects.has(SHA)
        path = upload.commit(SHA, len(DATA))
    assert path.read_bytes() == DATA
    assert store.objects.has(SHA, len(DATA))
    assert not store.objects.has(SHA, 1)
    assert leftovers(store) == []


@pytest.mark.parametrize(("sha", "size"), [("0" * 64, len(DATA)), (SHA, 1), (SHA, 0)])
def test_other_bytes_than_announced_are_discarded(store: Hub, sha: str, size: int) -> None:
    with store.objects.open_write() as upload:
        upload.write(DATA)
        with pytest.raises(CorruptObject):
            upload.commit(sha, size)
    assert not store.objects.has(SHA)
    assert not store.objects.has(sha)
    assert leftovers(store) == []


def test_an_abandoned_upload_leaves_nothing(store: Hub) -> None:
    with store.objects.open_write() as upload:
        upload.write(DATA)
    assert leftovers(store) == []


@pytest.mark.parametrize("sha", ["../../hub.sqlite", "A" * 64, "", "ab"])
def test_only_hashes_are_names(store: Hub, sha: str) -> None:
    with pytest.raises(MissingObject):
        store.objects.path(sha)
    with pytest.raises(MissingObject):
        store.objects.part(f"../{sha}", 1)


def test_parts_become_an_object(store: Hub) -> None:
    for number, start in ((2, 4000), (1, 0)):
        with store.objects.open_write() as upload:
            upload.write(DATA[start : start + 4000] if number == 1 else DATA[start:])
            upload.commit_part("upload-1", number)
    with pytest.raises(MissingObject):
        store.objects.complete("upload-1", [1, 2, 3], SHA, len(DATA))
    with pytest.raises(CorruptObject):
        store.objects.complete("upload-1", [2, 1], SHA, len(DATA))
    assert store.objects.complete("upload-1", [1, 2], SHA, len(DATA)).read_bytes() == DATA
    assert not store.objects.part("upload-1", 1).exists()


def test_pointers_are_read_and_written_as_git_lfs_does() -> None:
    text = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + SHA.encode() + b"\nsize 10000\n"
    assert pointer_text(SHA, 10000) == text
    pointer = parse_pointer(text)
    assert pointer is not None
    assert (pointer.sha256, pointer.size, pointer.pointer_size) == (SHA, 10000, len(text))
    for other in (b"", b"version", text + b"more\n", text.replace(b"size", b"Size"), text * 20, DATA):
        assert parse_pointer(other) is None
