"""Jobs: run, list, look, cancel, run again, label (wire.md §5.7)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ...jobs.hardware import HARDWARE
from ...jobs.records import Job
from ...jobs.spec import read_expose, read_labels, read_spec, read_variables
from ..answers import json_answer, next_link
from ..errors import HubError
from ..job_access import describe_job, initiator, jobs_of, namespace_of
from ..parameters import cursor, limit, offset
from ..routing import json_object


def run_job(request: Request, body: dict[str, Any]) -> Response:
    jobs = jobs_of(request)
    account, identity = namespace_of(request)
    job = jobs.create(
        account.name,
        read_spec(body),
        secrets=read_variables(body, "secrets"),
        labels=read_labels(body),
        initiator=initiator(identity),
    )
    return json_answer(describe_job(request, job))


def list_jobs(request: Request) -> Response:
    jobs = jobs_of(request)
    account, _ = namespace_of(request)
    labels = [_label(text) for text in request.query_params.getlist("label")]
    found = [
        job
        for job in jobs.records.jobs(account.name, stages=request.query_params.getlist("stage"))
        if all(job.labels.get(key) == value for key, value in labels)
    ]
    start, size = offset(request), limit(request, default=100, most=1000)
    more = len(found) > start + size
    headers = next_link(request, f"/api/jobs/{account.name}", cursor(start + size)) if more else {}
    return json_answer([describe_job(request, job) for job in found[start : start + size]], headers=headers)


def inspect_job(request: Request) -> Response:
    return json_answer(describe_job(request, named_job(request)))


def cancel_job(request: Request) -> Response:
    job = named_job(request)
    if job.finished:
        raise HubError(409, f"The job has ended already: {job.stage}")
    jobs_of(request).cancel(job)
    return json_answer(describe_job(request, job))


def duplicate_job(request: Request) -> Response:
    _, identity = namespace_of(request)
    original = named_job(request)
    cause = {"type": "duplicated-job", "id": original.id, "name": identity.name}
    return json_answer(describe_job(request, jobs_of(request).duplicate(original, cause)))


def label_job(request: Request, body: dict[str, Any]) -> Response:
    job = named_job(request)
    return json_answer(describe_job(request, jobs_of(request).label(job, read_labels(body))))


def expose_job(request: Request, body: dict[str, Any]) -> Response:
    job = named_job(request)
    return json_answer(describe_job(request, jobs_of(request).expose(job, read_expose(body))))


def list_hardware(request: Request) -> Response:
    jobs_of(request)
    return json_answer([machine.describe() for machine in HARDWARE])


def named_job(request: Request) -> Job:
    """The job of the address. Raises 404."""
    jobs = jobs_of(request)
    account, _ = namespace_of(request)
    return jobs.records.job(request.path_params["job"], account.name)


def _label(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key, value


_JOB = "/api/jobs/{namespace}/{job}"

routes: list[BaseRoute] = [
    Route("/api/jobs/hardware", list_hardware),
    Route("/api/jobs/{namespace}", json_object(run_job), methods=["POST"]),
    Route("/api/jobs/{namespace}", list_jobs),
    Route(_JOB, inspect_job),
    Route(f"{_JOB}/cancel", cancel_job, methods=["POST"]),
    Route(f"{_JOB}/duplicate", duplicate_job, methods=["POST"]),
    Route(f"{_JOB}/labels", json_object(label_job), methods=["PUT"]),
    Route(f"{_JOB}/expose", json_object(expose_job), methods=["PUT"]),
]
