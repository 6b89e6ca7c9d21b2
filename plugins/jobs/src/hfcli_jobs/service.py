"""The Hub's calls about jobs (wire.md §5.7). What a server says is checked as far as it is relied on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hfcli_core.api import HfError, IntegrityError, NotFoundError, whoami

from hfcli_jobs.values import parse_job_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hfcli_core.api import App, HubSession

TERMINAL = frozenset({"COMPLETED", "CANCELED", "ERROR", "DELETED"})
ACTIVE = ("RUNNING", "SCHEDULING", "UPDATING")


class JobsService:
    """``namespace``: whose jobs, where an id does not say it; that of the token by default."""

    def __init__(self, session: HubSession, namespace: str | None = None) -> None:
        self.session, self._given = session, namespace

    @classmethod
    def of(cls, app: App, token: str | None, namespace: str | None) -> JobsService:
        """As the options ``--token`` and ``--namespace`` say."""
        return cls(app.session(token=token), namespace)

    @cached_property
    def namespace(self) -> str:
        return self._given or whoami(self.session).name

    def named(self, job: Mapping[str, Any]) -> str:
        """The id of a job as another command understands it without ``--namespace``."""
        owner = job.get("owner")
        name = (owner.get("name") if isinstance(owner, dict) else None) or self._given
        own = self.__dict__.get("namespace") if self._given is None else None
        return f"{name}/{job['id']}" if name and name != own else str(job["id"])

    def run(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Not sent twice: when its answer is lost nobody knows whether the job runs."""
        try:
            return self._job(self.session.json("POST", f"api/jobs/{self.namespace}", json=body))
        except HfError as error:
            if error.details.get("outcome") == "unknown":
                error.hint = "the job may have been started: see `hf jobs ps` before trying again"
            raise

    def jobs(self, *, stages: Sequence[str] = (), labels: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        params = [*(("stage", stage) for stage in stages), *(("label", label) for label in labels)]
        for raw in self.session.paginate(f"api/jobs/{self.namespace}", params=params or None):
            yield self._job(raw)

    def inspect(self, job_id: str) -> dict[str, Any]:
        with _told(job_id):
            return self._job(self.session.json("GET", self.path(job_id)))

    def cancel(self, job_id: str) -> None:
        with _told(job_id):
            self.session.request("POST", f"{self.path(job_id)}/cancel")

    def duplicate(self, job_id: str) -> dict[str, Any]:
        with _told(job_id):
            return self._job(self.session.json("POST", f"{self.path(job_id)}/duplicate"))

    def set_labels(self, job_id: str, labels: Mapping[str, str]) -> dict[str, Any]:
        with _told(job_id):
            return self._job(self.session.json("PUT", f"{self.path(job_id)}/labels", json={"labels": dict(labels)}))

    def hardware(self) -> list[dict[str, Any]]:
        found = self.session.json("GET", "api/jobs/hardware")
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []

    def schedule(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return _object(self.session.json("POST", f"api/scheduled-jobs/{self.namespace}", json=body))

    def schedules(self, *, labels: Sequence[str] = ()) -> list[dict[str, Any]]:
        params = [("label", label) for label in labels]
        return [
            _object(raw) for raw in self.session.paginate(f"api/scheduled-jobs/{self.namespace}", params=params or None)
        ]

    def inspect_schedule(self, schedule_id: str) -> dict[str, Any]:
        return self.change_schedule("GET", schedule_id)

    def change_schedule(self, method: str, schedule_id: str, action: str = "", body: Any = None) -> dict[str, Any]:
        """``action`` is the last part of the address, such as ``suspend``; the answer, or nothing."""
        path = f"{self.path(schedule_id, 'scheduled-jobs')}{f'/{action}' if action else ''}"
        with _told(schedule_id, "Scheduled job"):
            response = self.session.request(method, path, json=body)
        answer = response.json() if response.body.strip() else {}
        return answer if isinstance(answer, dict) else {}

    def path(self, job_id: str, kind: str = "jobs") -> str:
        """The address of a job, relative to the endpoint. Raises :class:`UsageError`."""
        namespace, job_id = parse_job_id(job_id, self._given)
        return f"api/{kind}/{quote(namespace or self.namespace, safe='')}/{quote(job_id, safe='')}"

    def url(self, job: Mapping[str, Any]) -> str:
        """The page of a job."""
        owner = job.get("owner")
        name = owner.get("name") if isinstance(owner, dict) else None
        return f"{self.session.endpoint}/jobs/{name or self.namespace}/{job['id']}"

    def _job(self, raw: Any) -> dict[str, Any]:
        job = _object(raw)
        if not isinstance(job.get("status"), dict) or not isinstance(job["status"].get("stage"), str):
            raise IntegrityError("The Hub answered with a job that has no stage")
        return job


def stage(job: Mapping[str, Any]) -> str:
    return str(job["status"]["stage"])


class _told:  # noqa: N801  reads as a statement
    """Say which job was not found, where the address was right but for it."""

    def __init__(self, job_id: str, what: str = "Job") -> None:
        self._job_id, self._what = job_id, what

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, NotFoundError):
            error.message = f"{self._what} '{self._job_id}' not found"
            command = "hf jobs ps --all" if self._what == "Job" else "hf jobs scheduled ps --all"
            error.hint = f"`{command}` lists them; --namespace names another owner"


def _object(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise IntegrityError("The Hub answered with a job that has no id")
    return raw
