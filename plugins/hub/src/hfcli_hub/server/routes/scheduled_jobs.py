"""Jobs that run again and again (wire.md §5.7)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ...jobs.records import Schedule
from ...jobs.spec import read_labels, read_spec, read_variables
from ..answers import json_answer
from ..job_access import describe_job, describe_schedule, jobs_of, namespace_of
from ..parameters import field, optional
from ..routing import json_object


def create(request: Request, body: dict[str, Any]) -> Response:
    jobs = jobs_of(request)
    account, _ = namespace_of(request)
    spec = field(body, "jobSpec", dict)
    schedule = jobs.schedules.create(
        account.name,
        read_spec(spec),
        secrets=read_variables(spec, "secrets"),
        labels=read_labels(spec),
        schedule=field(body, "schedule", str),
        suspend=bool(optional(body, "suspend", bool)),
        concurrency=bool(optional(body, "concurrency", bool)),
    )
    return json_answer(describe_schedule(request, schedule))


def list_all(request: Request) -> Response:
    jobs = jobs_of(request)
    account, _ = namespace_of(request)
    found = jobs.records.schedules(account.name)
    for text in request.query_params.getlist("label"):
        key, _, value = text.partition("=")
        found = [schedule for schedule in found if schedule.labels.get(key) == value]
    return json_answer([describe_schedule(request, schedule) for schedule in found])


def inspect(request: Request) -> Response:
    return json_answer(describe_schedule(request, _named(request)))


def delete(request: Request) -> Response:
    schedule = _named(request)
    jobs_of(request).records.delete_schedule(schedule.id)
    return json_answer({})


def suspend(request: Request) -> Response:
    return _changed(request, suspend=True)


def resume(request: Request) -> Response:
    return _changed(request, suspend=False)


def reschedule(request: Request, body: dict[str, Any]) -> Response:
    return _changed(request, expression=field(body, "schedule", str))


def trigger(request: Request) -> Response:
    return json_answer(describe_job(request, jobs_of(request).schedules.run_now(_named(request))))


def label(request: Request, body: dict[str, Any]) -> Response:
    schedule = _named(request)
    records = jobs_of(request).records
    records.set_labels("schedules", schedule.id, read_labels(body))
    return json_answer(describe_schedule(request, records.schedule(schedule.id)))


def _changed(request: Request, **changes: Any) -> Response:
    return json_answer(describe_schedule(request, jobs_of(request).schedules.change(_named(request), **changes)))


def _named(request: Request) -> Schedule:
    jobs = jobs_of(request)
    account, _ = namespace_of(request)
    return jobs.records.schedule(request.path_params["schedule"], account.name)


_SCHEDULE = "/api/scheduled-jobs/{namespace}/{schedule}"

routes: list[BaseRoute] = [
    Route("/api/scheduled-jobs/{namespace}", json_object(create), methods=["POST"]),
    Route("/api/scheduled-jobs/{namespace}", list_all),
    Route(_SCHEDULE, delete, methods=["DELETE"]),
    Route(_SCHEDULE, inspect),
    Route(f"{_SCHEDULE}/suspend", suspend, methods=["POST"]),
    Route(f"{_SCHEDULE}/resume", resume, methods=["POST"]),
    Route(f"{_SCHEDULE}/schedule", json_object(reschedule), methods=["POST"]),
    Route(f"{_SCHEDULE}/run", trigger, methods=["POST"]),
    Route(f"{_SCHEDULE}/labels", json_object(label), methods=["PUT"]),
]
