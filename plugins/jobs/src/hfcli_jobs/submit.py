"""Start jobs and schedules: what ``run`` and its kind do once the words are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import Format, collect_variables

from hfcli_jobs.flavors import hint_at_unknown
from hfcli_jobs.outcome import see_through
from hfcli_jobs.schedules import describe_next
from hfcli_jobs.shapes import schedule_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hfcli_core.api import App

    from hfcli_jobs.request import JobRequest
    from hfcli_jobs.service import JobsService

    Prepare = Callable[[dict[str, Any]], dict[str, Any]]


def run(
    app: App,
    service: JobsService,
    request: JobRequest,
    *,
    detach: bool,
    dry_run: bool,
    raw: bool = False,
    prepare: Prepare = lambda body: body,
) -> None:
    """Start a job and see it through. ``prepare`` gives the last touch to the body, and may change the Hub."""
    body = _body(app, service, request)
    if dry_run:
        _show_plan(app, body)
        return
    see_through(app, service, service.run(prepare(body)), detach=detach, raw=raw)


def schedule(
    app: App,
    service: JobsService,
    request: JobRequest,
    expression: str,
    *,
    suspend: bool | None,
    concurrency: bool | None,
    dry_run: bool,
    prepare: Prepare = lambda body: body,
) -> None:
    """Have a job run at the times of ``expression``, which is checked here: the Hub takes any."""
    upcoming = describe_next(expression)
    body = _body(app, service, request)
    switches = {"suspend": suspend, "concurrency": concurrency}
    around = {"schedule": expression, **{name: value for name, value in switches.items() if value is not None}}
    if dry_run:
        _show_plan(app, {"jobSpec": body, **around})
        app.output.note(upcoming)
        return
    created = service.schedule({"jobSpec": prepare(body), **around})
    app.output.result(f"Scheduled Job created with ID: {created['id']}", schedule_fields(created), quiet=created["id"])
    app.output.note("Suspended: `hf jobs scheduled resume` starts it" if suspend else upcoming)


def warn_of_our_options(app: App, names: Iterable[str], foreign: Iterable[str]) -> None:
    """A word of the command that is also a name of ours may have been meant for us."""
    ours = {name for name in names if name.startswith("--")}
    found = [word for word in foreign if word.partition("=")[0] in ours]
    if found:
        app.output.hint(f"{found[0]} is part of the job's command; options of hf come before it")


def _body(app: App, service: JobsService, request: JobRequest) -> dict[str, Any]:
    environment, secrets = collect_variables(app, service.session, request.wanted)
    body = request.body(environment, secrets, service.namespace)
    hint_at_unknown(body["flavor"], app.output)
    return body


def _show_plan(app: App, body: dict[str, Any]) -> None:
    """What would be sent, without the values of secrets."""
    spec = body.get("jobSpec", body)
    if "secrets" in spec:
        spec = {**spec, "secrets": dict.fromkeys(spec["secrets"], "***")}
    app.output.document({**body, "jobSpec": spec} if "jobSpec" in body else spec)
    if app.output.format is Format.HUMAN:
        app.output.note("(dry run) Job not submitted.")
