"""The server's side of ``git clone`` and ``git fetch``: dulwich's git-upload-pack for one repo."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from dulwich.objects import ObjectID, valid_hexsha
from dulwich.protocol import (
    CAPABILITY_ALLOW_REACHABLE_SHA1_IN_WANT,
    CAPABILITY_ALLOW_TIP_SHA1_IN_WANT,
    CAPABILITY_FILTER,
    ReceivableProtocol,
)
from dulwich.refs import Ref
from dulwich.server import Backend, BackendRepo, UploadPackHandler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dulwich.object_format import ObjectFormat
    from dulwich.object_store import MissingObjectFinder, PackBasedObjectStore
    from dulwich.refs import RefsContainer
    from dulwich.repo import Repo
    from dulwich.server import _ProtocolGraphWalker


class _Served(BackendRepo, Backend):
    """A repo of which a client may want any object by its id, as git's ``uploadpack.allowAnySHA1InWant`` lets it.

    dulwich itself allows only what refs point at now, but a branch may move between the two requests of one fetch. And
    whoever may read the repo may read all that is in it.
    """

    def __init__(self, repo: Repo, wanted: Mapping[Ref, ObjectID]) -> None:
        self._repo = repo
        self._wanted = wanted

    def open_repository(self, path: str) -> BackendRepo:  # noqa: ARG002  the interface names a path
        return self

    @property
    def object_store(self) -> PackBasedObjectStore:
        return self._repo.object_store

    @property
    def refs(self) -> RefsContainer:
        return self._repo.refs

    @property
    def object_format(self) -> ObjectFormat:
        return self._repo.object_format

    def get_refs(self) -> dict[Ref, ObjectID]:
        return self._repo.get_refs()

    def get_peeled(self, ref: Ref) -> ObjectID | None:
        return self._repo.get_peeled(ref)

    def find_missing_objects(
        self,
        determine_wants: Callable[[Mapping[Ref, ObjectID], int | None], list[ObjectID]],
        graph_walker: _ProtocolGraphWalker,
        progress: Callable[[bytes], None] | None,
        *,
        get_tagged: Callable[[], dict[ObjectID, ObjectID]] | None = None,
        depth: int | None = None,
    ) -> MissingObjectFinder | None:
        def determine(refs: Mapping[Ref, ObjectID], depth: int | None) -> list[ObjectID]:
            return determine_wants({**refs, **self._wanted}, depth)

        return self._repo.find_missing_objects(determine, graph_walker, progress, get_tagged=get_tagged, depth=depth)


class _UploadPack(UploadPackHandler):
    def capabilities(self) -> list[bytes]:
        """Without partial clones: dulwich would filter out even the blobs that such a clone later asks for by name.

        Where the capability is missing, git says so and clones everything.
        """
        capabilities = [capability for capability in super().capabilities() if capability != CAPABILITY_FILTER]
        return [*capabilities, CAPABILITY_ALLOW_TIP_SHA1_IN_WANT, CAPABILITY_ALLOW_REACHABLE_SHA1_IN_WANT]

    @classmethod
    def innocuous_capabilities(cls) -> list[bytes]:
        """With what git names in its request even after it has noticed that it is missing."""
        return [*super().innocuous_capabilities(), CAPABILITY_FILTER]


def advertise(repo: Repo, protocol: ReceivableProtocol) -> None:
    """Tell which refs there are, and what this server can do."""
    _UploadPack(_Served(repo, {}), [""], protocol, stateless_rpc=True, advertise_refs=True).handle()


def upload_pack(repo: Repo, request: IO[bytes], write: Callable[[bytes], int]) -> None:
    """Answer one request: negotiate what the client lacks, and send it as a pack.

    Raises GitProtocolError for a request that is none, or that wants an object which the repo has not.
    """
    wanted = _wanted(repo, ReceivableProtocol(request.read, write))
    request.seek(0)
    _UploadPack(_Served(repo, wanted), [""], ReceivableProtocol(request.read, write), stateless_rpc=True).handle()


def _wanted(repo: Repo, protocol: ReceivableProtocol) -> dict[Ref, ObjectID]:
    """The objects that a request wants and the repo has, under made-up names."""
    words = [line.split() for line in protocol.read_pkt_seq() if line.startswith(b"want ")]
    oids = {ObjectID(word[1]) for word in words if len(word) > 1 and valid_hexsha(word[1])}
    return {Ref(b"wanted/" + oid): oid for oid in oids if oid in repo.object_store}
