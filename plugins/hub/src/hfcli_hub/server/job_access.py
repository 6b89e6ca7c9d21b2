"""Who may do what with jobs, and how jobs look to clients (wire.md §5.7)."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.requests import Request

from ..store.accounts import Account, Identity
from .answers import endpoint
from .auth import hub_of, require_identity
from .errors import HubError

if TYPE_CHECKING:
    from ..jobs.manager import Jobs
    from ..jobs.records import Job, Schedule


def jobs_of(request: Request) -> Jobs:
    """Raises 400 where jobs are not enabled, 403 for a request that a page elsewhere has made."""
    jobs = hub_of(request).jobs
    if jobs is None:
        raise HubError(400, "Jobs are not enabled on this Hub: they run programs on it. Start it with --jobs")
    _refuse_other_pages(request)
    return jobs


def namespace_of(request: Request) -> tuple[Account, Identity]:
    """The namespace of the address, to which the caller belongs. Raises 401, 403, 404."""
    identity = require_identity(request)
    name = request.path_params["namespace"]
    if identity.role_in(name) not in {"admin", "write", "contributor"}:
        raise HubError(403, f"Forbidden: you may not run jobs for {name}")
    if not identity.can_create_in(name):
        raise HubError(403, "Forbidden: jobs need a token with write access")
    return hub_of(request).accounts.find(name), identity


def initiator(identity: Identity) -> dict[str, Any]:
    return {"type": "user", "id": identity.user.uid, "name": identity.name}


def describe_job(request: Request, job: Job) -> dict[str, Any]:
    started, finished = _moment(job.started_at), _moment(job.finished_at)
    created, now = _moment(job.created_at), datetime.now(UTC)
    assert created is not None
    running = (finished or now) - started if started else None
    status: dict[str, Any] = {"stage": job.stage, "message": job.message}
    ports = job.spec.extra.get("expose", {}).get("ports", [])
    if ports and not job.finished:
        host = urlsplit(endpoint(request)).hostname
        status["exposeUrls"] = [f"http://{host}:{port}" for port in ports]
    return {
        "id": job.id,
        "type": "job",
        "createdAt": job.created_at,
        "startedAt": job.started_at,
        "finishedAt": job.finished_at,
        **_described_spec(job),
        "status": status,
        "durations": {
            "schedulingSecs": int((started - created).total_seconds()) if started else None,
            "runningSecs": int(running.total_seconds()) if running is not None else None,
            "totalSecs": int(((finished or now) - created).total_seconds()),
        },
        "owner": _owner(request, job.namespace),
        "initiator": dict(job.initiator),
    }


def describe_schedule(request: Request, schedule: Schedule) -> dict[str, Any]:
    spec = _described_spec(schedule)
    last = {"id": schedule.last_job, "at": schedule.last_at} if schedule.last_job else None
    return {
        "id": schedule.id,
        "type": "scheduled-job",
        "createdAt": schedule.created_at,
        "jobSpec": {**spec, "timeout": schedule.spec.timeout, "tags": [], "arch": "amd64"},
        "schedule": schedule.schedule,
        "suspend": schedule.suspend,
        "concurrency": schedule.concurrency,
        "status": {"lastJob": last, "nextJobRunAt": schedule.next_at},
        "owner": _owner(request, schedule.namespace),
    }


def _described_spec(record: Job | Schedule) -> dict[str, Any]:
    spec = record.spec
    described: dict[str, Any] = {
        "dockerImage": spec.docker_image,
        "spaceId": spec.space_id,
        "command": list(spec.command),
        "arguments": list(spec.arguments),
        "environment": dict(spec.environment),
        "secrets": dict.fromkeys(record.secrets, "***"),
        "flavor": spec.flavor,
        "labels": dict(record.labels),
        **{name: spec.extra[name] for name in ("volumes", "network", "expose") if name in spec.extra},
    }
    if spec.attempts > 1:
        described["retry"] = spec.attempts - 1
    return {name: value for name, value in described.items() if value is not None}


def _owner(request: Request, namespace: str) -> dict[str, Any]:
    account = hub_of(request).accounts.find(namespace)
    return {"id": account.uid, "name": account.name, "type": account.type}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _refuse_other_pages(request: Request) -> None:
    """What runs programs must not be reached by a web page, neither directly nor by a name that leads here."""
    origin = request.headers.get("origin")
    host = request.url.hostname or ""
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise HubError(403, "Forbidden: jobs are not run for other pages")
    if not (_is_address(host) or host == "localhost" or host == hub_of(request).public_host):
        raise HubError(403, f"Forbidden: this Hub is not known as {host}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
