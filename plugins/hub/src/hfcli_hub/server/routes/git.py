"""git's smart HTTP: ``git clone``, ``fetch`` and ``push`` of every repo (gitprotocol-http).

Version 0 of the protocol; a client that asks for version 2 falls back by itself.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Literal

from dulwich.errors import GitProtocolError, HangupException
from dulwich.protocol import ReceivableProtocol, pkt_line
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from .. import receive_pack, upload_pack
from ..auth import readable_repo, require_identity, writable_repo
from ..errors import HubError
from ..prefixes import git_addresses
from ..push_rules import ObjectRules
from ..streams import BadBodyError, ThreadedResponse, spooled_body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from ...store.git import GitRepo
    from ...store.names import Kind
    from ...store.repos import Repo

_Service = Literal["git-upload-pack", "git-receive-pack"]


def _permitted(request: Request, kind: Kind, service: str) -> Repo:
    """The repo, if the caller may fetch from it or push to it.

    git asks its user for a name and a password only where a 401 speaks of Basic.
    """
    repo_id = request.path_params["repo"]
    try:
        if service == "git-receive-pack":
            require_identity(request)
            return writable_repo(request, kind, repo_id).repo
        return readable_repo(request, kind, repo_id, content=True).repo
    except HubError as error:
        if error.status == 401:
            error.headers["WWW-Authenticate"] = 'Basic realm="Hub", charset="UTF-8"'
        raise


def _info_refs(kind: Kind) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        service = request.query_params.get("service")
        if service not in {"git-upload-pack", "git-receive-pack"}:
            raise HubError(403, "Please upgrade your git client: only smart HTTP is served")
        return _advertisement(_permitted(request, kind, service).git, service)

    return endpoint


def _rpc(kind: Kind, service: _Service) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type") != f"application/x-{service}-request":
            raise HubError(415, f"Expected application/x-{service}-request")
        repo = await run_in_threadpool(_permitted, request, kind, service)
        try:
            body = await spooled_body(request)
        except BadBodyError as error:
            raise HubError(400, f"Bad request body: {error}") from error
        if service == "git-upload-pack":
            return _fetch(repo.git, body)
        return _push(repo.git, body, ObjectRules(repo.hub.limits.max_regular, repo.has_large))

    return endpoint


def _headers(kind: str) -> Mapping[str, str]:
    return {"Content-Type": f"application/x-{kind}", "Cache-Control": "no-cache, max-age=0, must-revalidate"}


def _advertisement(git: GitRepo, service: str) -> Response:
    """What ``info/refs?service=…`` answers."""

    def work(write: Callable[[bytes], object]) -> None:
        protocol = ReceivableProtocol(lambda _: b"", _counted(write))
        protocol.write_pkt_line(f"# service={service}\n".encode())
        protocol.write_pkt_line(None)
        with git.open() as repo:
            (upload_pack if service == "git-upload-pack" else receive_pack).advertise(repo, protocol)

    return ThreadedResponse(work, headers=_headers(f"{service}-advertisement"))


def _fetch(git: GitRepo, body: IO[bytes]) -> Response:
    def work(write: Callable[[bytes], object]) -> None:
        with body, git.open() as repo:
            _guarded(lambda: upload_pack.upload_pack(repo, body, _counted(write)), write)

    return ThreadedResponse(work, headers=_headers("git-upload-pack-result"))


def _push(git: GitRepo, body: IO[bytes], rules: ObjectRules) -> Response:
    def work(write: Callable[[bytes], object]) -> None:
        with body, git.lock(), git.open() as repo:
            _guarded(lambda: receive_pack.receive_pack(repo, body, _counted(write), rules), write)
            git.after_receive()

    return ThreadedResponse(work, headers=_headers("git-receive-pack-result"))


def _counted(write: Callable[[bytes], object]) -> Callable[[bytes], int]:
    """``write`` as dulwich wants it."""

    def counted(data: bytes) -> int:
        write(data)
        return len(data)

    return counted


def _guarded(serve: Callable[[], object], write: Callable[[bytes], object]) -> None:
    """Tell a client that does not keep to the protocol so, in the protocol."""
    try:
        serve()
    except HangupException:
        return
    except GitProtocolError as error:
        write(pkt_line(f"ERR {error}\n".encode()))


def _routes() -> list[BaseRoute]:
    routes: list[BaseRoute] = []
    for base, kind in git_addresses():
        routes.append(Route(f"{base}/info/refs", _info_refs(kind)))
        routes.append(Route(f"{base}/git-upload-pack", _rpc(kind, "git-upload-pack"), methods=["POST"]))
        routes.append(Route(f"{base}/git-receive-pack", _rpc(kind, "git-receive-pack"), methods=["POST"]))
    return routes


routes = _routes()
