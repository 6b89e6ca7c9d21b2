"""Inference Endpoints: the service's own API, and what answers at the address of a running one (wire.md §5.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ...endpoints.addresses import API, RUNNING
from ...endpoints.hardware import describe_offers
from ...endpoints.records import Record
from ...endpoints.service import Endpoints
from ...endpoints.spec import Refused, health_route
from ...endpoints.states import READY, Intent
from ..answers import json_answer
from ..auth import hub_of, require_identity
from ..endpoint_access import (
    address_of,
    answering_endpoint,
    readable_endpoint,
    readable_namespace,
    writable_endpoint,
    writable_namespace,
)
from ..errors import HubError
from ..routing import json_object


def list_all(request: Request) -> Response:
    records = _service(request).records.list(readable_namespace(request))
    return json_answer({"items": [_described(request, record) for record in records]})


def create(request: Request, payload: dict[str, Any]) -> Response:
    namespace = writable_namespace(request)
    return _answer(request, lambda: _service(request).create(namespace, payload, require_identity(request).name))


def get(request: Request) -> Response:
    return json_answer(_described(request, readable_endpoint(request)))


def update(request: Request, payload: dict[str, Any]) -> Response:
    record = writable_endpoint(request)
    return _answer(request, lambda: _service(request).update(record, payload, require_identity(request).name))


def delete(request: Request) -> Response:
    _service(request).records.delete(writable_endpoint(request).uid)
    return json_answer({})


def turn(intent: Intent) -> Callable[[Request], Response]:
    def handler(request: Request) -> Response:
        record = writable_endpoint(request)
        return _answer(request, lambda: _service(request).turn(record, intent, require_identity(request).name))

    return handler


def logs(request: Request) -> Response:
    lines = _service(request).log(readable_endpoint(request))
    return PlainTextResponse("".join(f"{line}\n" for line in lines))


def hardware(request: Request) -> Response:
    return json_answer(describe_offers(_service(request).used(readable_namespace(request))))


def running(request: Request) -> Response:
    """What an endpoint's own address answers: its health. A request wakes one that sleeps."""
    service = _service(request)
    record = service.wake(answering_endpoint(request))
    if service.status(record).state not in READY:
        raise HubError(503, "Service Unavailable: the endpoint is not running", headers={"Retry-After": "1"})
    if f"/{request.path_params.get('route', '')}" != health_route(record.spec):
        raise HubError(404, "Not Found: a Hub on your own machine runs no models")
    return json_answer({"status": "ok"})


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the service refuses into its answer."""
    try:
        yield
    except Refused as error:
        raise HubError(400, str(error)) from None


def _answer(request: Request, act: Callable[[], Record]) -> Response:
    with refusals():
        record = act()
    return json_answer(_described(request, record))


def _described(request: Request, record: Record) -> dict[str, Any]:
    return _service(request).describe(record, address_of(request, record))


def _service(request: Request) -> Endpoints:
    return hub_of(request).endpoints


_ONE = f"{API}/endpoint/{{namespace}}/{{name}}"
_CALLS = ["GET", "HEAD", "POST", "PUT", "DELETE"]
routes = [
    Route(f"{API}/provider/{{namespace}}", hardware),
    Route(f"{API}/endpoint/{{namespace}}", list_all, methods=["GET"]),
    Route(f"{API}/endpoint/{{namespace}}", json_object(create), methods=["POST"]),
    Route(f"{_ONE}/pause", turn("pause"), methods=["POST"]),
    Route(f"{_ONE}/resume", turn("run"), methods=["POST"]),
    Route(f"{_ONE}/scale-to-zero", turn("zero"), methods=["POST"]),
    Route(f"{_ONE}/logs", logs),
    Route(_ONE, get, methods=["GET"]),
    Route(_ONE, json_object(update), methods=["PUT"]),
    Route(_ONE, delete, methods=["DELETE"]),
    Route(f"{RUNNING}/{{uid}}", running, methods=_CALLS),
    Route(f"{RUNNING}/{{uid}}/{{route:file}}", running, methods=_CALLS),
]
