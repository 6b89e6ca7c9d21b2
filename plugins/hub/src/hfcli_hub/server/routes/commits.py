"""Making commits, and the list of those made (wire.md §5.4)."""

from __future__ import annotations

import itertools
from html import escape
from typing import IO, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.repos import Repo
from .. import describe, front_matter
from ..answers import endpoint, json_answer, next_link
from ..auth import author_of, readable_repo, require_identity, writable_revision
from ..commit_body import read_changes, read_header
from ..errors import HubError
from ..parameters import cursor, field, flag, limit, offset, optional
from ..routing import json_object
from ..streams import BadBodyError, spooled_body


async def commit(request: Request) -> Response:
    # Refused before the body is read: a stranger must not fill the disk.
    await run_in_threadpool(_target, request)
    try:
        body = await spooled_body(request)
    except BadBodyError as error:
        raise HubError(400, str(error)) from None
    return await run_in_threadpool(_commit, request, body)


def _commit(request: Request, body: IO[bytes]) -> Response:
    with body:
        repo = _target(request)
        author = author_of(require_identity(request))
        header = read_header(body)
        changes = read_changes(body, repo)
        revision = request.path_params["rev"]
        address = f"{endpoint(request)}/{repo.web_path}"
        answer: dict[str, Any] = {"success": True, "hookOutput": ""}
        if flag(request, "create_pr"):
            pull, oid = repo.create_pull(revision, changes, message=header.message, author=author, parent=header.parent)
            answer["pullRequestUrl"] = f"{address}/discussions/{pull.num}"
        else:
            oid = repo.git.commit(_ref(revision), changes, message=header.message, author=author, parent=header.parent)
    return json_answer({**answer, "commitOid": oid, "commitUrl": f"{address}/commit/{oid}"})


def _target(request: Request) -> Repo:
    """The repo, if the caller may commit there."""
    path = request.path_params
    return writable_revision(
        request, path["kind"], path["repo"], path["rev"], create_pr=flag(request, "create_pr")
    ).repo


def _ref(revision: str) -> str:
    return revision if revision.startswith(("refs/heads/", "refs/pr/")) else f"refs/heads/{revision}"


def list_commits(request: Request) -> Response:
    repo = readable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    head = repo.git.resolve(request.path_params["rev"])
    start, size = offset(request), limit(request, default=50, most=1000)
    infos = list(itertools.islice(repo.git.log(head), start, start + size + 1))
    headers = {}
    if len(infos) > size:
        headers = next_link(request, f"/{repo.api_path}/commits/{head}", cursor(start + size))
    described = [describe.commit(info) for info in infos[:size]]
    if flag(request, "formatted"):
        for item in described:
            item["formatted"] = {"title": escape(item["title"]), "message": escape(item["message"])}
    return json_answer(described, headers=headers)


def validate_yaml(_: Request, payload: dict[str, Any]) -> Response:
    errors, warnings = front_matter.check(field(payload, "content", str), optional(payload, "repoType", str) or "model")
    body = {
        "errors": [{"message": message} for message in errors],
        "warnings": [{"message": message} for message in warnings],
    }
    return json_answer(body, status=400 if errors else 200)


_REPO = "/api/{kind:kinds}/{repo:repo}"
routes = [
    Route(f"{_REPO}/commit/{{rev:rev}}", commit, methods=["POST"]),
    Route(f"{_REPO}/commits/{{rev:rev}}", list_commits),
    Route("/api/validate-yaml", json_object(validate_yaml), methods=["POST"]),
]
