from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hfcli_core.errors import UnsafeInputError, UsageError
from hfcli_core.storage.backend import BackendContext
from hfcli_core.storage.directory import DirectoryBackend
from hfcli_core.testing.backends import Blobs, ReadBackendContract, WriteBackendContract, make_ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.storage.identity import BlobRef


def in_directory(context: BackendContext, path: Path) -> DirectoryBackend:
    return DirectoryBackend(replace(context, settings={"directory.path": str(path)}))


class TestReading(ReadBackendContract):
    @pytest.fixture
    def open_backend(self, tmp_path: Path) -> Callable[[BackendContext, Blobs], DirectoryBackend]:
        def open_backend(context: BackendContext, blobs: Blobs) -> DirectoryBackend:
            (tmp_path / "mirror").mkdir()
            for ref, content in blobs.items():
                (tmp_path / "mirror" / ref.etag).write_bytes(content)
            return in_directory(context, tmp_path / "mirror")

        return open_backend

    def test_offers_no_blob_of_another_size(self, backend: DirectoryBackend, blobs: Blobs, tmp_path: Path) -> None:
        ref = next(iter(blobs))
        (tmp_path / "mirror" / ref.etag).write_bytes(b"not this size")
        assert ref not in backend.offers([ref])


class TestWriting(WriteBackendContract):
    @pytest.fixture
    def open_backend(self, tmp_path: Path) -> Callable[[BackendContext], DirectoryBackend]:
        return lambda context: in_directory(context, tmp_path / "mirror")

    @pytest.fixture
    def read_back(self, tmp_path: Path) -> Callable[[BlobRef], bytes | None]:
        def read_back(ref: BlobRef) -> bytes | None:
            path = tmp_path / "mirror" / ref.etag
            return path.read_bytes() if path.exists() else None

        return read_back

    def test_leaves_no_other_files(self, backend: DirectoryBackend, blobs: Blobs, tmp_path: Path) -> None:
        for ref, content in blobs.items():
            (tmp_path / "source").write_bytes(content)
            backend.put(ref, lambda: (tmp_path / "source").open("rb"))
        assert {file.name for file in (tmp_path / "mirror").iterdir()} == {ref.etag for ref in blobs}


def test_needs_to_know_its_directory() -> None:
    with pytest.raises(UsageError):
        DirectoryBackend(BackendContext(session=None))  # type: ignore[arg-type]  # it uses none


def test_follows_no_link_out_of_the_directory(tmp_path: Path) -> None:
    secret = make_ref("secret", b"secret", lfs=True)
    (tmp_path / "mirror").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "mirror" / secret.etag).symlink_to(tmp_path / "secret")
    backend = in_directory(BackendContext(session=None), tmp_path / "mirror")  # type: ignore[arg-type]  # it uses none
    assert not backend.offers([secret])
    with pytest.raises(UnsafeInputError):
        backend.fetch(secret, 0, 6, sink=None)  # type: ignore[arg-type]  # never reached
