"""Branches, tags and pull request refs (wire.md §5.2)."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.repos import Repo
from ..answers import json_answer
from ..auth import author_of, readable_repo, require_identity, writable_repo
from ..parameters import field, flag, optional
from ..routing import json_object


def list_refs(request: Request) -> Response:
    repo = readable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo
    refs = repo.git.all_refs()
    branches = sorted(refs.branches.items(), key=lambda item: (item[0] != "main", item[0]))
    tags = sorted(refs.tags.items(), key=lambda item: _by_version(item[0]), reverse=True)
    described = {
        "branches": [_ref(name, f"refs/heads/{name}", commit) for name, commit in branches],
        "converts": [_ref(name, f"refs/convert/{name}", commit) for name, commit in refs.converts.items()],
        "tags": [_ref(name, f"refs/tags/{name}", commit) for name, commit in tags],
    }
    if flag(request, "include_prs"):
        numbers = sorted(refs.pulls.items(), key=lambda item: int(item[0]) if item[0].isdigit() else 0)
        described["pullRequests"] = [_ref(f"refs/pr/{num}", f"refs/pr/{num}", commit) for num, commit in numbers]
    return json_answer(described)


def _by_version(name: str) -> list[tuple[int, str]]:
    """A key by which v1.10 comes after v1.9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _ref(name: str, ref: str, commit: str) -> dict[str, str]:
    return {"name": name, "ref": ref, "targetCommit": commit}


def create_branch(request: Request, payload: dict[str, Any]) -> Response:
    repo = _writable(request)
    repo.git.create_branch(request.path_params["rev"], optional(payload, "startingPoint", str) or "main")
    return json_answer({})


def delete_branch(request: Request) -> Response:
    _writable(request).git.delete_branch(request.path_params["rev"])
    return json_answer({})


def create_tag(request: Request, payload: dict[str, Any]) -> Response:
    repo = _writable(request)
    repo.git.create_tag(
        field(payload, "tag", str),
        request.path_params["rev"],
        message=optional(payload, "message", str) or "",
        author=author_of(require_identity(request)),
    )
    return json_answer({})


def delete_tag(request: Request) -> Response:
    _writable(request).git.delete_tag(request.path_params["rev"])
    return json_answer({})


def _writable(request: Request) -> Repo:
    return writable_repo(request, request.path_params["kind"], request.path_params["repo"]).repo


_REPO = "/api/{kind:kinds}/{repo:repo}"
routes = [
    Route(f"{_REPO}/refs", list_refs),
    Route(f"{_REPO}/branch/{{rev:rev}}", json_object(create_branch), methods=["POST"]),
    Route(f"{_REPO}/branch/{{rev:rev}}", delete_branch, methods=["DELETE"]),
    Route(f"{_REPO}/tag/{{rev:rev}}", json_object(create_tag), methods=["POST"]),
    Route(f"{_REPO}/tag/{{rev:rev}}", delete_tag, methods=["DELETE"]),
]
