"""git-lfs: where large files are uploaded to and downloaded from (wire.md §5.5; git-lfs, docs/api)."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute, Route

from ...store.errors import CorruptObject, MissingObject
from ..answers import endpoint, json_answer
from ..auth import hub_of, readable_repo, writable_repo
from ..errors import HubError
from ..lfs_links import (
    COMPLETION_PATH,
    LfsObject,
    download_link,
    multipart_link,
    read_completion,
    upload_link,
    verify_link,
)
from ..multipart import join_parts
from ..prefixes import git_addresses
from ..routing import json_object
from ..signing import BadSignatureError, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from ...store.names import Kind
    from ...store.repos import Repo

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_OBJECTS = 1000


def _lfs_answer(data: Mapping[str, Any]) -> Response:
    response = json_answer(data)
    response.headers["Content-Type"] = "application/vnd.git-lfs+json"
    return response


def _lfs_error(status: int, message: str) -> HubError:
    return HubError(status, message, body={"message": message})


def _permitted(request: Request, kind: Kind, operation: str) -> Repo:
    """The repo, if the caller may do ``operation`` there.

    Whoever may open a pull request may upload for it: the request does not say what the object is for.
    """
    repo_id = request.path_params["repo"]
    try:
        if operation == "upload":
            return writable_repo(request, kind, repo_id, create_pr=True).repo
        return readable_repo(request, kind, repo_id, content=True).repo
    except HubError as error:
        error.body.setdefault("message", error.message)
        if error.status == 401:
            error.headers["LFS-Authenticate"] = 'Basic realm="Hub"'
        raise


def _batch(kind: Kind) -> Callable[[Request], Any]:
    @json_object
    def handler(request: Request, body: dict[str, Any]) -> Response:
        operation = body.get("operation")
        if operation not in ("upload", "download"):
            raise _lfs_error(422, f"Unknown operation: {operation!r}")
        # git-lfs writes sha256, the JavaScript client sha_256.
        if body.get("hash_algo", "sha256") not in ("sha256", "sha_256"):
            raise _lfs_error(409, "Only sha256 is supported")
        repo = _permitted(request, kind, operation)
        objects, hub = _parse_objects(body.get("objects")), hub_of(request)
        if operation == "download":
            return _lfs_answer({"transfer": "basic", "objects": [_download(repo, item) for item in objects]})
        # The transfer is that of the whole batch. Small objects go in one part then: clients differ on what else to do.
        large = any(item.size > hub.limits.multipart_threshold for item in objects)
        in_parts = large and "multipart" in _transfers(body)
        answers = [_upload(request, repo, item, in_parts=in_parts) for item in objects]
        return _lfs_answer({"transfer": "multipart" if in_parts else "basic", "objects": answers})

    return handler


def _transfers(body: Mapping[str, Any]) -> list[Any]:
    given = body.get("transfers")
    return given if isinstance(given, list) else ["basic"]


def _parse_objects(given: Any) -> list[LfsObject]:
    if not isinstance(given, list) or len(given) > _MAX_OBJECTS:
        raise _lfs_error(422, f'"objects" must be a list of at most {_MAX_OBJECTS} objects')
    return [_parse_object(item) for item in given]


def _parse_object(given: Any) -> LfsObject:
    sha256, size = (given.get("oid"), given.get("size")) if isinstance(given, dict) else (None, None)
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256) or not isinstance(size, int) or size < 0:
        raise _lfs_error(422, "An object needs an oid (sha256, lower-case hex) and a size")
    return LfsObject(sha256, size)


def _download(repo: Repo, item: LfsObject) -> dict[str, Any]:
    answer: dict[str, Any] = {"oid": item.sha256, "size": item.size, "authenticated": True}
    if repo.has_large(item.sha256, item.size):
        return {**answer, "actions": {"download": download_link(repo.hub, item)}}
    return {**answer, "error": {"code": 404, "message": "Object does not exist"}}


def _upload(request: Request, repo: Repo, item: LfsObject, *, in_parts: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"oid": item.sha256, "size": item.size, "authenticated": True}
    if repo.has_large(item.sha256, item.size):
        return answer
    base = endpoint(request)
    link = multipart_link(repo, item, endpoint=base) if in_parts else upload_link(repo, item)
    return {**answer, "actions": {"upload": link, "verify": verify_link(repo, endpoint=base)}}


@contextmanager
def _signed() -> Iterator[None]:
    """For addresses that are a permission in themselves, being signed."""
    try:
        yield
    except BadSignatureError as error:
        raise _lfs_error(403, str(error)) from error


@json_object
def _verify(request: Request, body: dict[str, Any]) -> Response:
    hub = hub_of(request)
    with _signed():
        claims = verify(hub.secret, method="POST", path=request.scope["path"], query=request.url.query)
    item = _parse_object(body)
    if not hub.repo_by_uid(claims["repo"]).has_large(item.sha256, item.size):
        raise _lfs_error(404, "Object was not uploaded")
    return _lfs_answer({})


def _no_locks(_: Request) -> Response:
    raise _lfs_error(501, "File locking is not supported")


@json_object
def _complete(request: Request, body: dict[str, Any]) -> Response:
    """Join the parts of a multipart upload."""
    hub = hub_of(request)
    with _signed():
        completion = read_completion(hub, request.url.query)
    try:
        join_parts(hub.repo_by_uid(completion.repo), completion, body.get("parts"))
    except (CorruptObject, MissingObject) as error:
        raise _lfs_error(400, str(error)) from error
    return _lfs_answer({"success": True})


def _routes() -> list[BaseRoute]:
    routes: list[BaseRoute] = [Route(COMPLETION_PATH, _complete, methods=["POST"])]
    for base, kind in git_addresses():
        routes.append(Route(f"{base}/info/lfs/objects/batch", _batch(kind), methods=["POST"]))
        routes.append(Route(f"{base}/info/lfs/objects/verify", _verify, methods=["POST"]))
        routes.append(Route(f"{base}/info/lfs/locks{{_:path}}", _no_locks, methods=["GET", "POST"]))
    return routes


routes = _routes()
