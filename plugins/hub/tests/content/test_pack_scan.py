from __future__ import annotations

import hashlib
import io
import struct
import tracemalloc
import zlib

import pytest
from dulwich.object_format import DEFAULT_OBJECT_FORMAT
from dulwich.objects import Blob
from dulwich.pack import create_delta, pack_object_header, write_pack_objects
from hfcli_hub.server.pack_scan import OversizedObjectError, scan_pack


def pack_of(*contents: bytes) -> bytes:
    file = io.BytesIO()
    write_pack_objects(file, [(Blob.from_string(content), None) for content in contents], DEFAULT_OBJECT_FORMAT)
    return file.getvalue()


def test_a_pack_within_the_limit_passes_and_is_read_up_to_its_checksum() -> None:
    pack = pack_of(b"", b"small", bytes(200_000), b"x" * 100)
    file = io.BytesIO(b"before" + pack)
    file.seek(6)
    scan_pack(file, 200_000)
    assert file.read() == pack[-20:]


def test_a_large_object_is_named_without_being_held() -> None:
    content = bytes(50_000_000)
    pack = io.BytesIO(pack_of(b"small", content))
    tracemalloc.start()
    with pytest.raises(OversizedObjectError) as refused:
        scan_pack(pack, 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (refused.value.oid, refused.value.size) == (
        hashlib.sha1(b"blob 50000000\0" + content).hexdigest(),
        50_000_000,
    )
    assert peak < 1_000_000


@pytest.mark.parametrize("kind", [6, 7])
def test_a_delta_counts_as_what_it_makes(kind: int) -> None:
    base = b"base" * 1000
    delta = b"".join(create_delta(base, base * 10))
    reference = 12 if kind == 6 else bytes(20)
    header = bytes(pack_object_header(kind, reference, len(delta), DEFAULT_OBJECT_FORMAT))
    pack = struct.pack(">4sLL", b"PACK", 2, 1) + header + zlib.compress(delta)
    scan_pack(io.BytesIO(pack), 40_000)
    with pytest.raises(OversizedObjectError) as refused:
        scan_pack(io.BytesIO(pack), 39_999)
    assert (refused.value.oid, refused.value.size) == (None, 40_000)


def test_what_is_no_pack_is_an_error() -> None:
    whole = pack_of(b"some content that is compressed", bytes(1000))
    for length in range(len(whole) - 20):
        with pytest.raises((ValueError, zlib.error)):
            scan_pack(io.BytesIO(whole[:length]), 10_000)
