"""The service: endpoints are made, changed, paused and described; quotas are kept; starts may fail."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..store.names import new_uid, now, timestamp
from .hardware import Offer, find_offer
from .records import Record, Records
from .spec import Refused, changed_spec, check_name, health_route, new_spec, public_spec
from .states import READY, Intent, Pace, Status

FAILS = "HFCLI_FAIL"
"""A variable of an endpoint's environment that makes its start fail with the variable's text."""

_IDLE = frozenset({"paused", "scaledToZero", "failed"})
"""States in which nothing is rented."""


class Endpoints:
    """Safe for threads. ``has_repo`` says whether the Hub has a model; a start without one fails."""

    def __init__(self, path: Path, has_repo: Callable[[str], bool]) -> None:
        self.records = Records(path)
        self.pace = Pace()
        self._has_repo = has_repo
        self._lock = threading.Lock()

    def create(self, namespace: str, body: Mapping[str, Any], user: str, *, catalog: bool = False) -> Record:
        """Raises Refused, AlreadyExists."""
        name, spec, moment = check_name(body.get("name")), new_spec(body), now()
        record = Record(
            *(new_uid(), namespace, name, spec, catalog, "run", time.time(), False, 0.0),
            *(moment, user, moment, user),
        )
        with self._lock:
            self._check_quota(namespace, spec)
            self.records.add(record)
        return record

    def update(self, record: Record, body: Mapping[str, Any], user: str) -> Record:
        """A new version starts beside the running one; one that is paused or asleep only keeps what was said."""
        with self._lock:
            record = self.records.by_uid(record.uid) or record
            spec = changed_spec(record.spec, body)
            self._check_quota(record.namespace, spec, without=record.uid)
            was = self.status(record).state
            changes: dict[str, Any] = {"spec": spec}
            if record.intent == "run" and was != "scaledToZero":
                changes |= {"since": time.time(), "updating": was in READY}
            return self._changed(record, user, **changes)

    def turn(self, record: Record, intent: Intent, user: str) -> Record:
        """Pause, resume or scale to zero. Raises Refused."""
        with self._lock:
            record = self.records.by_uid(record.uid) or record
            if intent == "run":
                if self.status(record).state in READY | {"pending", "initializing"}:
                    raise Refused(f"Endpoint {record.name} is already running")
                self._check_quota(record.namespace, record.spec, without=record.uid)
            elif intent == "zero" and record.intent == "pause":
                raise Refused(f"Endpoint {record.name} is paused: resume it before it is scaled to zero")
            return self._changed(record, user, intent=intent, since=time.time(), updating=False)

    def wake(self, record: Record) -> Record:
        """A request came to its address; one that sleeps starts."""
        changes: dict[str, Any] = {"used_at": time.time()}
        if self.status(record).state == "scaledToZero":
            changes |= {"intent": "run", "since": time.time(), "updating": False}
        self.records.change(record.uid, **changes)
        return replace(record, **changes)

    def status(self, record: Record) -> Status:
        return record.course.status(time.time(), self.pace, self._failure(record))

    def used(self, namespace: str, *, without: str | None = None) -> Counter[str]:
        """Accelerators in use by instance type: those of all replicas that may run, but of the endpoint ``without``."""
        used: Counter[str] = Counter()
        for record in self.records.list(namespace):
            if record.uid == without or self.status(record).state in _IDLE:
                continue
            offer = find_offer(record.spec["provider"], record.spec["compute"])
            if offer is not None:
                used[offer.instance.type] += _accelerators(offer, record.spec)
        return used

    def describe(self, record: Record, url: str) -> dict[str, Any]:
        """The object of the API. ``url``: the endpoint's address, which it has once it can answer."""
        status = self.status(record)
        ready = status.state in READY
        most = record.spec["compute"]["scaling"]["maxReplica"]
        return {
            "accountId": None,
            "name": record.name,
            **public_spec(record.spec),
            "healthRoute": health_route(record.spec),
            "status": {
                "createdAt": record.created_at,
                "createdBy": {"name": record.created_by},
                "updatedAt": record.updated_at,
                "updatedBy": {"name": record.updated_by},
                "private": None,
                "state": status.state,
                "message": status.message,
                "readyReplica": most if ready else 0,
                "targetReplica": 0 if status.state in _IDLE else most,
                **({"url": url} if ready or status.state == "scaledToZero" else {}),
            },
        }

    def log(self, record: Record) -> list[str]:
        """What a start of it has said so far: ``- TIME TEXT``."""
        if record.intent != "run":
            return []
        model, provider, compute = (record.spec[key] for key in ("model", "provider", "compute"))
        where = [provider["vendor"], provider["region"], compute["instanceType"], compute["instanceSize"]]
        failure = self._failure(record)
        said = [
            (0.0, f"Waiting for {' '.join(where)}"),
            (self.pace.pending, f"Starting the image {next(iter(model['image']))}"),
            (self.pace.pending, f"Loading {model['repository']}"),
            (self.pace.start, f"ERROR {failure}" if failure else "Ready; this Hub answers the health route alone"),
        ]
        return [
            f"- {timestamp(datetime.fromtimestamp(record.since + after, UTC))} {text}"
            for after, text in said
            if record.since + after <= time.time()
        ]

    def close(self) -> None:
        self.records.close()

    def _changed(self, record: Record, user: str, **changes: Any) -> Record:
        changes |= {"updated_at": now(), "updated_by": user}
        self.records.change(record.uid, **changes)
        return replace(record, **changes)

    def _failure(self, record: Record) -> str | None:
        model = record.spec["model"]
        if reason := model.get("env", {}).get(FAILS):
            return str(reason)
        if record.catalog or self._has_repo(model["repository"]):
            return None
        return f"Repository {model['repository']} not found"

    def _check_quota(self, namespace: str, spec: Mapping[str, Any], *, without: str | None = None) -> None:
        offer = find_offer(spec["provider"], spec["compute"])
        if offer is None:
            raise Refused("compute: this hardware is not offered by this vendor in this region")
        instance = offer.instance
        if instance.status in ("deprecated", "not_available"):
            raise Refused(f"compute: {instance.type} is {instance.status.replace('_', ' ')}")
        used = self.used(namespace, without=without)[instance.type]
        wanted = _accelerators(offer, spec)
        if used + wanted > instance.quota:
            raise Refused(
                f"Quota exceeded for {instance.type}: {wanted} wanted, {used} of {instance.quota} used by {namespace}"
            )


def _accelerators(offer: Offer, spec: Mapping[str, Any]) -> int:
    most: int = spec["compute"]["scaling"]["maxReplica"]
    return offer.size * most
