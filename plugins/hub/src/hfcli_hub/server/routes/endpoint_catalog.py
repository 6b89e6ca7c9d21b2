"""The catalog of Inference Endpoints, in the words of both official clients (wire.md §5.8)."""

from __future__ import annotations

import secrets
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...endpoints import catalog
from ...endpoints.addresses import CATALOG
from ..answers import json_answer
from ..auth import hub_of, require_identity
from ..endpoint_access import address_of, writable_namespace
from ..errors import HubError
from ..parameters import field, limit, optional
from ..routing import json_object
from .endpoints import refusals

_FILTERS = ("accelerator", "engine", "license", "task", "search")
_LONGEST_STEM = 27


def list_models(request: Request) -> Response:
    given = {name: value for name in _FILTERS if (value := request.query_params.get(name))}
    models = islice(catalog.find(given), limit(request, default=len(catalog.MODELS), most=100))
    return json_answer({"items": list(models)})


def list_repos(_: Request) -> Response:
    return json_answer({"models": [model.repo_id for model in catalog.MODELS]})


def deploy_model(request: Request, payload: dict[str, Any]) -> Response:
    config = optional(payload, "config", dict) or {}
    accelerator, gguf_file = (optional(payload, name, str) for name in ("accelerator", "ggufFile"))
    found = _recipe(request.path_params["repo"], accelerator, gguf_file)
    return _deploy(request, payload, *found, optional(config, "name", str))


def deploy_recipe(request: Request, payload: dict[str, Any]) -> Response:
    found = catalog.recipe_of(request.path_params["recipe"])
    if found is None:
        raise HubError(404, f"No recipe {request.path_params['recipe']!r} in the catalog")
    config = optional(payload, "config", dict) or {}
    return _deploy(request, payload, *found, optional(config, "name", str))


def deploy_as_1_1_7(request: Request, payload: dict[str, Any]) -> Response:
    found = _recipe(field(payload, "repoId", str), None, None)
    return _deploy(request, payload, *found, optional(payload, "endpointName", str))


def _recipe(repo_id: str, accelerator: str | None, gguf_file: str | None) -> tuple[catalog.Model, catalog.Recipe]:
    model = catalog.model_of(repo_id)
    if model is None:
        raise HubError(404, f"Model {repo_id!r} is not in the catalog")
    recipes = catalog.choose(model, accelerator, gguf_file=gguf_file)
    if not recipes:
        raise HubError(404, f"No recipe of {repo_id!r} fits")
    return model, recipes[0]


def _deploy(
    request: Request, payload: dict[str, Any], model: catalog.Model, recipe: catalog.Recipe, name: str | None
) -> Response:
    namespace = writable_namespace(request, field(payload, "namespace", str))
    stem = model.repo_id.rpartition("/")[2].lower().replace(".", "-")[:_LONGEST_STEM].rstrip("-")
    body = {**model.spec(recipe), "name": name or f"{stem}-{secrets.token_hex(2)}"}
    service = hub_of(request).endpoints
    with refusals():
        record = service.create(namespace, body, require_identity(request).name, catalog=True)
    return json_answer({"endpoint": service.describe(record, address_of(request, record))})


routes = [
    Route(f"{CATALOG}/list", list_models),
    Route(f"{CATALOG}/repo-list", list_repos),
    Route(f"{CATALOG}/deploy", json_object(deploy_as_1_1_7), methods=["POST"]),
    Route(f"{CATALOG}/model/{{repo:repo}}/deploy", json_object(deploy_model), methods=["POST"]),
    Route(f"{CATALOG}/recipe/{{recipe}}/deploy", json_object(deploy_recipe), methods=["POST"]),
]
