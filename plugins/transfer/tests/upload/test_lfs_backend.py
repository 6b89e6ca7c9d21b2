"""The ``lfs`` backend keeps the contract of write backends, in one request and in parts, against an embedded Hub."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import pytest
from hfcli_core.api import AuthenticationError, BackendContext, IntegrityError, Token
from hfcli_core.hub.refs import Repo
from hfcli_core.hub.session import HubSession
from hfcli_core.testing.backends import Counter, WriteBackendContract, sample_blobs
from hfcli_hub.faults import Close, ExpiredSignature, Headers, Reset, Status
from hfcli_transfer.backends.lfs import LfsBackend
from hfcli_transfer.backends.lfs_actions import parse_batch

REPO = Repo("dataset", "alice/contract")
OID = "a" * 64


@pytest.fixture
def blobs():
    """LFS has only what is named by a sha256."""
    return {replace(ref, repo=REPO): content for ref, content in sample_blobs().items() if ref.sha256}


@pytest.fixture
def session(hub):
    hub.create_repo(REPO.id, "dataset")
    token = Token(hub.token("alice"), "the test")
    with HubSession(hub.endpoint, credentials=lambda: token) as session:
        yield session


@pytest.fixture
def stored(hub):
    def stored(ref):
        path = hub.store.objects.path(ref.sha256)
        return path.read_bytes() if path.exists() else None

    return stored


class TestContract(WriteBackendContract):
    @pytest.fixture(params=["in one request", "in parts"], autouse=True)
    def in_parts(self, request, hub):
        if request.param == "in parts":
            in_parts_of(hub, 1_000_000)

    @pytest.fixture
    def blobs(self, blobs):
        return blobs

    @pytest.fixture
    def session(self, session):
        return session

    @pytest.fixture
    def open_backend(self):
        return LfsBackend

    @pytest.fixture
    def read_back(self, stored):
        return stored


def in_parts_of(hub, size: int) -> None:
    hub.store.limits = replace(hub.store.limits, multipart_threshold=size, part_size=size)


@pytest.fixture
def big(blobs):
    return max(blobs.items(), key=lambda item: len(item[1]))


@pytest.fixture
def put(session, big):
    """Stores the large blob and gives what was reported as sent."""

    def put(**context) -> int:
        advanced = Counter()
        backend = LfsBackend(BackendContext(session, advance=advanced, **context))
        ref, content = big
        for missing in backend.prepare([ref]):
            backend.put(missing, lambda: io.BytesIO(content))
        return advanced.total

    return put


def test_what_is_there_is_not_sent_again(hub, put, big) -> None:
    put()
    put()
    assert hub.record.count(method="PUT", host="content") == 1


def test_no_credentials_leave_the_hub(hub, put) -> None:
    in_parts_of(hub, 1_000_000)
    put()
    assert hub.record.count(host="content") == 3
    assert hub.record.credentials_at_content() == []


@pytest.mark.parametrize("fault", [Reset(at=100_000, of="request"), Close(at="start", of="request"), Status(503)])
def test_an_object_is_sent_again_when_its_connection_fails(hub, put, big, stored, fault) -> None:
    hub.faults.add(fault, method="PUT", host="content", times=1)
    ref, content = big
    assert put() == len(content)
    assert stored(ref) == content


@pytest.mark.parametrize("fault", [Reset(at=100_000, of="request"), Status(500, after=True)])
def test_a_part_is_sent_again_and_no_other(hub, put, big, stored, fault) -> None:
    in_parts_of(hub, 1_000_000)
    hub.faults.add(fault, method="PUT", host="content", nth=2)
    ref, content = big
    assert put() == len(content)
    assert stored(ref) == content
    paths = [item.path for item in hub.record.find(method="PUT", host="content")]
    assert [path.rpartition("/")[2] for path in paths] == ["1", "2", "2", "3"]


@pytest.mark.parametrize("size", [10_000_000, 1_000_000], ids=["in one request", "in parts"])
def test_an_expired_address_is_asked_for_again(hub, put, big, stored, size) -> None:
    in_parts_of(hub, size)
    hub.faults.add(ExpiredSignature(), method="PUT", host="content", nth=1 if size > 5_000_000 else 2)
    ref, content = big
    assert put() == len(content)
    assert stored(ref) == content


def test_a_lost_answer_to_the_joining_of_parts(hub, put, big, stored) -> None:
    in_parts_of(hub, 1_000_000)
    hub.faults.add(Status(502, after=True), path="/api/complete_multipart", times=1)
    put()
    assert stored(big[0]) == big[1]


def test_a_part_without_etag_is_not_confirmed(hub, put) -> None:
    in_parts_of(hub, 1_000_000)
    hub.faults.add(Headers({"ETag": ""}), method="PUT", host="content")
    with pytest.raises(IntegrityError, match="part 1"):
        put()


def test_content_that_changes_between_two_attempts_is_noticed(hub, session, big, stored) -> None:
    """The first attempt is refused; the second finds other bytes."""
    hub.faults.add(Status(503, after=False), method="PUT", host="content", times=1)
    ref, content = big
    begun = []

    class Changing(io.BytesIO):
        def seek(self, position, whence=0, /):
            if position == 0:
                begun.append(position)
                if len(begun) == 2:
                    self.getbuffer()[-1] ^= 1
            return super().seek(position, whence)

    file = Changing(content)
    with pytest.raises(IntegrityError, match="changed while it was sent"):
        LfsBackend(BackendContext(session)).put(ref, lambda: file)
    assert stored(ref) is None


def upload(**action):
    return {"objects": [{"oid": OID, "size": 25, "actions": {"upload": action}}]}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"objects": []},
        {"objects": [{"oid": "b" * 64}]},
        {"objects": [{"oid": OID, "actions": []}]},
        upload(),
        upload(href="file:///etc/passwd"),
        upload(href="https://store", header={"a": 1}),
        upload(href="https://store", header={"chunk_size": "0"}),
        upload(href="https://store", header={"chunk_size": "ten", "1": "https://a"}),
        upload(href="https://store", header={"chunk_size": "10", "1": "https://a", "2": "https://b"}),
        upload(href="https://store", header={"chunk_size": "10", "1": "https://a", "2": "https://b", "4": "https://c"}),
    ],
)
def test_an_answer_without_sense_is_refused(answer) -> None:
    with pytest.raises(IntegrityError):
        parse_batch(answer, {OID: 25})


def test_the_refusal_of_an_object_is_told() -> None:
    answer = {"objects": [{"oid": OID, "error": {"code": 403, "message": "storage is full"}}]}
    with pytest.raises(AuthenticationError, match="storage is full"):
        parse_batch(answer, {OID: 25})


def test_parts_cover_the_object() -> None:
    header = {"chunk_size": "10", "00003": "https://c", "00001": "https://a", "00002": "https://b"}
    action = parse_batch(upload(href="https://hub", header=header), {OID: 25})[OID].upload
    assert action is not None
    assert list(action.parts(25)) == [
        (1, "https://a", 0, 10),
        (2, "https://b", 10, 20),
        (3, "https://c", 20, 25),
    ]


def test_the_sample_is_what_these_tests_think(big) -> None:
    assert len(big[1]) == 2_880_000
    assert hashlib.sha256(big[1]).hexdigest() == big[0].sha256
