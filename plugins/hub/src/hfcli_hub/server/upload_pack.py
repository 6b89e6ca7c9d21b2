"""The server's side of ``git clone`` and ``git fetch``: dulwich's git-upload-pack for one repo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dulwich.protocol import CAPABILITY_FILTER
from dulwich.server import Backend, UploadPackHandler

if TYPE_CHECKING:
    from dulwich.protocol import ReceivableProtocol
    from dulwich.repo import Repo
    from dulwich.server import BackendRepo


class _OneRepo(Backend):
    def __init__(self, repo: Repo) -> None:
        self._repo = repo

    def open_repository(self, path: str) -> BackendRepo:  # noqa: ARG002  the interface names a path
        return self._repo


class _UploadPack(UploadPackHandler):
    """Without partial clones.

    A partial clone later asks for single blobs, which dulwich refuses because no ref points at them: the clone would be
    broken. Where the capability is missing, git says so and clones everything; yet it names the capability in its
    request, which must then be no error.
    """

    def capabilities(self) -> list[bytes]:
        return [capability for capability in super().capabilities() if capability != CAPABILITY_FILTER]

    @classmethod
    def innocuous_capabilities(cls) -> list[bytes]:
        return [*super().innocuous_capabilities(), CAPABILITY_FILTER]


def advertise(repo: Repo, protocol: ReceivableProtocol) -> None:
    """Tell which refs there are, and what this server can do."""
    _UploadPack(_OneRepo(repo), [""], protocol, stateless_rpc=True, advertise_refs=True).handle()


def upload_pack(repo: Repo, protocol: ReceivableProtocol) -> None:
    """Answer one request: negotiate what the client lacks, and send it as a pack."""
    _UploadPack(_OneRepo(repo), [""], protocol, stateless_rpc=True).handle()
