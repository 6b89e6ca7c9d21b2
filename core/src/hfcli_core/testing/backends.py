"""Tests that a storage backend must pass. Inherit, give the one fixture, run pytest::

    from hfcli_core.testing.backends import ReadBackendContract

    class TestMirror(ReadBackendContract):
        @pytest.fixture
        def open_backend(self, mirror):
            def open_backend(context, blobs):
                for ref, content in blobs.items():
                    mirror.store(ref, content)
                return Mirror(context)
            return open_backend

A test that says "skipped: no offer is ranged" is no failure. What the tests cannot see is in the rules of
:mod:`hfcli_core.storage.backend`.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pytest

from hfcli_core.errors import Cancelled, HfError, IntegrityError
from hfcli_core.hub.refs import Repo
from hfcli_core.storage.backend import BackendContext, FileSink, ReadBackend, WriteBackend
from hfcli_core.storage.identity import BlobRef, git_blob_sha1

if TYPE_CHECKING:
    from pathlib import Path

Blobs = Mapping[BlobRef, bytes]

_REPO = Repo("model", "acme/contract")
_COMMIT = "c0ffee" + "0" * 34
_UNTOUCHED = b"\xaa"


def make_ref(path: str, content: bytes, *, lfs: bool) -> BlobRef:
    """A reference to this content, as the Hub would describe it."""
    return BlobRef(
        repo=_REPO,
        commit=_COMMIT,
        path=path,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest() if lfs else None,
        git_sha1=None if lfs else git_blob_sha1(content),
    )


def sample_blobs() -> Blobs:
    """An empty file, a small one, one of a few megabytes with no two pages alike, and one with an awkward name."""
    big = b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(90_000))
    contents = {
        ("empty.txt", False): b"",
        ("config.json", False): b'{"a": 1}\n',
        ("model.safetensors", True): big,
        ("data/größe '1' + 2 %.bin", True): b"\0\r\n" * 1000,
    }
    return {make_ref(path, content, lfs=lfs): content for (path, lfs), content in contents.items()}


class Counter:
    """A thread-safe ``advance`` that adds up."""

    def __init__(self) -> None:
        self.total = 0
        self._lock = threading.Lock()

    def __call__(self, count: int) -> None:
        with self._lock:
            self.total += count


class _Contract:
    @pytest.fixture
    def blobs(self) -> Blobs:
        """What the backend is tried with; override to use content of your own."""
        return sample_blobs()

    @pytest.fixture
    def session(self) -> Any:
        """The HTTP session for the backend; override when the backend uses one."""
        return None

    @pytest.fixture
    def advanced(self) -> Counter:
        return Counter()

    @pytest.fixture
    def context(self, session: Any, advanced: Counter) -> BackendContext:
        return BackendContext(session=session, advance=advanced)


class ReadBackendContract(_Contract):
    """For backends that read."""

    @pytest.fixture
    def open_backend(self) -> Callable[[BackendContext, Blobs], ReadBackend]:
        """A function that makes the given blobs available and gives the backend. To be overridden."""
        raise NotImplementedError

    @pytest.fixture
    def backend(
        self, open_backend: Callable[[BackendContext, Blobs], ReadBackend], context: BackendContext, blobs: Blobs
    ) -> ReadBackend:
        return open_backend(context, blobs)

    def test_offers_only_what_was_asked_for(self, backend: ReadBackend, blobs: Blobs) -> None:
        refs = list(blobs)
        assert set(backend.offers(refs)) <= set(refs)
        assert set(backend.offers(refs[:1])) <= set(refs[:1])
        assert not backend.offers([])

    def test_offers_what_it_has(self, backend: ReadBackend, blobs: Blobs) -> None:
        offers = backend.offers(list(blobs))
        assert set(offers) == set(blobs)
        assert all(offer.cost >= 0 for offer in offers.values())

    def test_fetches_every_byte(self, backend: ReadBackend, blobs: Blobs, tmp_path: Path) -> None:
        for ref, content in blobs.items():
            assert _fetch_whole(backend, ref, tmp_path / ref.etag) == content

    def test_reports_each_byte_once(
        self, backend: ReadBackend, blobs: Blobs, advanced: Counter, tmp_path: Path
    ) -> None:
        for ref in blobs:
            _fetch_whole(backend, ref, tmp_path / ref.etag)
        assert advanced.total == sum(map(len, blobs.values()))

    def test_a_range_touches_nothing_else(self, backend: ReadBackend, blobs: Blobs, tmp_path: Path) -> None:
        ref, content = _largest(blobs)
        _need_ranges(backend, ref)
        size = len(content)
        for start, stop in [(0, 1), (1, 4097), (size // 2, size // 2 + 1), (size - 1, size), (5, 5), (0, size)]:
            path = tmp_path / f"{start}-{stop}"
            path.write_bytes(_UNTOUCHED * size)
            with _sink(path) as sink:
                backend.fetch(ref, start, stop, sink)
            expected = _UNTOUCHED * start + content[start:stop] + _UNTOUCHED * (size - stop)
            assert path.read_bytes() == expected, (start, stop)

    def test_ranges_in_parallel_make_the_whole(self, backend: ReadBackend, blobs: Blobs, tmp_path: Path) -> None:
        ref, content = _largest(blobs)
        _need_ranges(backend, ref)
        step = len(content) // 16 + 1
        path = tmp_path / "whole"
        path.touch()
        with _sink(path) as sink, ThreadPoolExecutor(8) as pool:
            ranges = [(start, min(start + step, len(content))) for start in range(0, len(content), step)]
            list(pool.map(lambda span: backend.fetch(ref, span[0], span[1], sink), ranges))
        assert path.read_bytes() == content

    def test_blobs_in_parallel(self, backend: ReadBackend, blobs: Blobs, tmp_path: Path) -> None:
        jobs = [(ref, tmp_path / f"{turn}-{ref.etag}") for turn in range(4) for ref in blobs]
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda job: _fetch_whole(backend, *job), jobs))
        assert results == [blobs[ref] for ref, _ in jobs]

    def test_an_unknown_blob_fails_in_words(self, backend: ReadBackend, tmp_path: Path) -> None:
        stranger = make_ref("stranger.bin", b"nobody has this", lfs=True)
        with pytest.raises(HfError):
            _fetch_whole(backend, stranger, tmp_path / "stranger")

    def test_stops_when_cancelled(
        self, backend: ReadBackend, blobs: Blobs, context: BackendContext, tmp_path: Path
    ) -> None:
        ref, content = _largest(blobs)
        context.cancelled.set()
        with pytest.raises(Cancelled):
            _fetch_whole(backend, ref, tmp_path / "cancelled")
        assert (tmp_path / "cancelled").stat().st_size <= len(content)

    def test_passes_on_what_the_sink_raises(self, backend: ReadBackend, blobs: Blobs) -> None:
        ref, content = _largest(blobs)
        if backend.offers([ref])[ref].by_path:
            pytest.skip("the backend writes files itself")
        with pytest.raises(OSError, match="disk full, says the test"):
            backend.fetch(ref, 0, len(content), _FullSink())


class WriteBackendContract(_Contract):
    """For backends that write."""

    @pytest.fixture
    def open_backend(self) -> Callable[[BackendContext], WriteBackend]:
        """A function that gives the backend on an empty destination. To be overridden."""
        raise NotImplementedError

    @pytest.fixture
    def read_back(self) -> Callable[[BlobRef], bytes | None]:
        """A function that gives what the destination has for a blob, or None. To be overridden."""
        raise NotImplementedError

    @pytest.fixture
    def backend(self, open_backend: Callable[[BackendContext], WriteBackend], context: BackendContext) -> WriteBackend:
        return open_backend(context)

    def test_everything_is_missing_at_first(self, backend: WriteBackend, blobs: Blobs) -> None:
        assert list(backend.prepare(list(blobs))) == list(blobs)
        assert list(backend.prepare([])) == []

    def test_stores_every_byte(
        self, backend: WriteBackend, blobs: Blobs, read_back: Callable[[BlobRef], bytes | None]
    ) -> None:
        _put_all(backend, blobs)
        backend.finish()
        assert {ref: read_back(ref) for ref in blobs} == dict(blobs)

    def test_what_is_there_is_not_missing(self, backend: WriteBackend, blobs: Blobs) -> None:
        first, *others = blobs
        _put_all(backend, {first: blobs[first]})
        assert list(backend.prepare(list(blobs))) == others

    def test_reports_each_byte_once(self, backend: WriteBackend, blobs: Blobs, advanced: Counter) -> None:
        _put_all(backend, blobs)
        assert advanced.total == sum(map(len, blobs.values()))

    def test_putting_twice_is_no_error(
        self, backend: WriteBackend, blobs: Blobs, read_back: Callable[[BlobRef], bytes | None]
    ) -> None:
        ref, content = _largest(blobs)
        _put_all(backend, {ref: content})
        backend.put(ref, lambda: io.BytesIO(content))
        assert read_back(ref) == content

    def test_puts_in_parallel(
        self, backend: WriteBackend, blobs: Blobs, read_back: Callable[[BlobRef], bytes | None]
    ) -> None:
        backend.prepare(list(blobs))
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda ref: backend.put(ref, lambda: io.BytesIO(blobs[ref])), list(blobs) * 4))
        assert {ref: read_back(ref) for ref in blobs} == dict(blobs)

    def test_refuses_content_of_another_blob(
        self, backend: WriteBackend, blobs: Blobs, read_back: Callable[[BlobRef], bytes | None]
    ) -> None:
        ref, content = _largest(blobs)
        wrong = content[:-1] + bytes([content[-1] ^ 1])
        backend.prepare([ref])
        with pytest.raises(IntegrityError):
            backend.put(ref, lambda: io.BytesIO(wrong))
        assert read_back(ref) is None

    def test_a_failing_source_leaves_nothing(
        self, backend: WriteBackend, blobs: Blobs, read_back: Callable[[BlobRef], bytes | None]
    ) -> None:
        ref, content = _largest(blobs)
        backend.prepare([ref])
        with pytest.raises(OSError, match="torn, says the test"):
            backend.put(ref, lambda: cast("BinaryIO", _TornSource(content[: len(content) // 2])))
        assert read_back(ref) is None

    def test_stops_when_cancelled(
        self,
        backend: WriteBackend,
        blobs: Blobs,
        context: BackendContext,
        read_back: Callable[[BlobRef], bytes | None],
    ) -> None:
        ref, content = _largest(blobs)
        backend.prepare([ref])
        context.cancelled.set()
        with pytest.raises(Cancelled):
            backend.put(ref, lambda: io.BytesIO(content))
        assert read_back(ref) is None

    def test_size_need_not_be_known_for_sha256(
        self, backend: WriteBackend, blobs: Blobs, read_back: Callable[[BlobRef], bytes | None]
    ) -> None:
        ref, content = _largest(blobs)
        sizeless = replace(ref, size=None)
        _put_all(backend, {sizeless: content})
        assert read_back(ref) == content


class _FullSink:
    def write_at(self, offset: int, view: bytes | memoryview) -> None:  # noqa: ARG002  the protocol's names
        raise OSError(28, "disk full, says the test")

    def fileno(self) -> int:
        raise OSError(28, "disk full, says the test")


class _TornSource(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if data := super().read(size):
            return data
        raise OSError(5, "torn, says the test")


def _largest(blobs: Blobs) -> tuple[BlobRef, bytes]:
    return max(blobs.items(), key=lambda item: len(item[1]))


def _need_ranges(backend: ReadBackend, ref: BlobRef) -> None:
    if not backend.offers([ref])[ref].ranged:
        pytest.skip("no offer is ranged")


def _sink(path: Path) -> FileSink:
    return FileSink(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)))


def _fetch_whole(backend: ReadBackend, ref: BlobRef, path: Path) -> bytes:
    path.touch()
    offer = backend.offers([ref]).get(ref)
    if offer is not None and offer.by_path:
        backend.fetch_file(ref, path)
    else:
        with _sink(path) as sink:
            backend.fetch(ref, 0, ref.size, sink)
    return path.read_bytes()


def _put_all(backend: WriteBackend, blobs: Blobs) -> None:
    for ref in backend.prepare(list(blobs)):
        backend.put(ref, partial(io.BytesIO, blobs[ref]))
