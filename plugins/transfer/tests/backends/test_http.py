"""The backend that reads from the Hub, held to the core's contract and to what is special about it."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hfcli_core.api import BackendContext, FileSink, HubSession, Token
from hfcli_core.testing.backends import Blobs, ReadBackendContract, make_ref, sample_blobs
from hfcli_hub.faults import Headers, IgnoreRange, Truncate, WrongRange
from hfcli_transfer.backends.http import EndedEarlyError, HttpBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hfcli_core.api import BlobRef
    from hfcli_hub.faults.rules import HttpAction
    from hfcli_hub.testkit.hub import LiveHub


@pytest.fixture
def session(hub: LiveHub) -> Iterator[HubSession]:
    token = Token(hub.token("alice"), source="test", endpoint=None)
    with HubSession(hub.endpoint, credentials=lambda: token) as session:
        yield session


@pytest.fixture
def blobs(hub: LiveHub) -> Blobs:
    """The sample blobs, as files of a commit on the Hub."""
    samples = sample_blobs()
    repo = next(iter(samples)).repo
    hub.create_repo(repo.id)
    commit = hub.put_files(repo.id, {ref.path: content for ref, content in samples.items()})
    entries = {entry.path: entry for entry in hub.repo(repo.id).git.walk(commit, recursive=True)}
    return {
        _as_stored(ref, commit, entries[ref.path].lfs is not None, content): content for ref, content in samples.items()
    }


def _as_stored(ref: BlobRef, commit: str, lfs: bool, content: bytes) -> BlobRef:
    return replace(make_ref(ref.path, content, lfs=lfs), repo=ref.repo, commit=commit)


class TestContract(ReadBackendContract):
    @pytest.fixture
    def session(self, session: HubSession) -> HubSession:
        return session

    @pytest.fixture
    def blobs(self, blobs: Blobs) -> Blobs:
        return blobs

    @pytest.fixture
    def open_backend(self) -> Callable[[BackendContext, Blobs], HttpBackend]:
        return lambda context, blobs: HttpBackend(context)


@pytest.fixture
def large(blobs: Blobs) -> tuple[BlobRef, bytes]:
    return max(blobs.items(), key=lambda item: len(item[1]))


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[FileSink]:
    with FileSink(os.open(tmp_path / "sink", os.O_RDWR | os.O_CREAT)) as sink:
        yield sink


def test_one_connection_serves_many_files(hub: LiveHub, session: HubSession, blobs: Blobs, sink: FileSink) -> None:
    """An answer that is not read to its very end would cost a connection for each file."""
    backend = HttpBackend(BackendContext(session=session))
    connects = []
    connect = socket.socket.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda self, to: connects.append(to) or connect(self, to))
        for ref in [*blobs, *blobs, *blobs]:
            backend.fetch(ref, 0, ref.size, sink)
    # The relay in front of the Hub is in this process too, and connects to ports of its own.
    ports = sorted(urlsplit(url).port or 0 for url in (hub.endpoint, hub.content_url))
    assert sorted(port for _, port in connects if port in ports) == ports


MULTIPART = Headers({"Content-Range": "", "Content-Type": "multipart/byteranges; boundary=x"})


@pytest.mark.parametrize("lie", [IgnoreRange(), WrongRange(), MULTIPART], ids=lambda lie: type(lie).__name__)
def test_ranges_are_right_without_the_server(
    hub: LiveHub, session: HubSession, large: tuple[BlobRef, bytes], sink: FileSink, lie: HttpAction
) -> None:
    ref, content = large
    hub.faults.add(lie, host="content", nth=1)
    HttpBackend(BackendContext(session=session)).fetch(ref, 1000, 70_000, sink)
    assert os.pread(sink.fileno(), len(content), 0) == bytes(1000) + content[1000:70_000]


def test_a_short_body_is_told_from_a_lost_connection(
    hub: LiveHub, session: HubSession, large: tuple[BlobRef, bytes], sink: FileSink
) -> None:
    ref, _ = large
    hub.faults.add(Truncate(at=1000), host="content")
    with pytest.raises(EndedEarlyError, match="1,000") as caught:
        HttpBackend(BackendContext(session=session)).fetch(ref, 0, ref.size, sink)
    assert caught.value.retryable
