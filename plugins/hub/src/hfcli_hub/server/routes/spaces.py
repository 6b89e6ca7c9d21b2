"""What Spaces have beside their repos: templates, variables, secrets, runtime (wire.md §5.9). Nothing here runs one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...store.repos import Repo
from ..answers import json_answer
from ..auth import administrable_repo, hub_of, readable_repo

TEMPLATES = "SpacesExamples"
"""The account whose public Spaces are templates."""


def list_templates(request: Request) -> Response:
    spaces = hub_of(request).list_repos("space", author=TEMPLATES)
    templates = [
        {"name": space.id.partition("/")[2], "repoId": space.id, "sdk": space.sdk, "preferredPrivate": False}
        for space in spaces
        if not space.private
    ]
    return json_answer({"templates": templates})


def variables(request: Request) -> Response:
    repo = _administrable(request)
    values = repo.details.get("variables", {})
    return json_answer({name: {"value": value, "updatedAt": repo.created_at} for name, value in values.items()})


def secrets(request: Request) -> Response:
    """Their names, as the values cannot be read back."""
    repo = _administrable(request)
    return json_answer({name: {"updatedAt": repo.created_at} for name in repo.details.get("secrets", ())})


def runtime(request: Request) -> Response:
    details = readable_repo(request, "space", request.path_params["repo"]).repo.details
    described = {
        "stage": "STOPPED",
        "hardware": {"current": None, "requested": details.get("hardware", "cpu-basic")},
        "gcTimeout": details.get("sleepTimeSeconds"),
        "volumes": details.get("volumes"),
    }
    return json_answer(described)


def _administrable(request: Request) -> Repo:
    return administrable_repo(request, "space", request.path_params["repo"]).repo


routes = [
    Route("/api/spaces/templates", list_templates),
    Route("/api/spaces/{repo:repo}/variables", variables),
    Route("/api/spaces/{repo:repo}/secrets", secrets),
    Route("/api/spaces/{repo:repo}/runtime", runtime),
]
