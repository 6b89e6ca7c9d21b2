"""From the words of ``hf jobs uv run`` to a job."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hfcli_core.api import AuthenticationError, UsageError

from hfcli_jobs.request import JobRequest, job_fields
from hfcli_jobs.service import JobsService
from hfcli_jobs.uv.command import IMAGE, TOKEN, URL, fetched_command, uv_words
from hfcli_jobs.uv.metadata import job_settings
from hfcli_jobs.uv.upload import upload_script
from hfcli_jobs.uv.words import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hfcli_core.api import App

_LOCAL_SUFFIXES = (".py", ".sh", ".yaml", ".yml", ".toml")


@dataclass(frozen=True)
class UvRun:
    """A script, or another command, with uv's own options. ``options`` are those of :class:`JobRequest`."""

    script: str
    arguments: tuple[str, ...]
    options: dict[str, Any]
    image: str | None = None
    repo: str | None = None
    dependencies: tuple[str, ...] = ()
    python: str | None = None

    @property
    def is_file(self) -> bool:
        return not is_address(self.script) and Path(self.script).is_file()

    def settings(self) -> dict[str, Any]:
        """What a script of this machine says of its job. Raises :class:`UsageError`."""
        if self.is_file:
            return job_settings(_read(self.script).decode("utf-8", "replace"), self.script)
        if not is_address(self.script) and self.script.endswith(_LOCAL_SUFFIXES):
            raise UsageError(f"there is no file '{self.script}' here")
        return {}

    def request(self, settings: dict[str, Any]) -> JobRequest:
        """The job, but for the way of a local script (:func:`sent`). The command line wins over ``settings``."""
        given, wanted = dict(self.options), self.options["wanted"]
        for key in ("flavor", "timeout", "name", "network_group"):
            given[key] = given.get(key) or settings.get(key)
        given["volume"] = given.get("volume") or tuple(settings.get("volumes", ()))
        given["network_alias"] = given.get("network_alias") or tuple(settings.get("network_aliases", ()))
        labels = tuple(f"{key}={value}" for key, value in settings.get("labels", {}).items())
        given["label"] = (*labels, *given.get("label", ()))
        env = tuple(f"{key}={_quoted(value)}" for key, value in settings.get("env", {}).items())
        given["wanted"] = replace(
            wanted, env=(*env, *wanted.env), secrets=(*settings.get("secrets", ()), *wanted.secrets)
        )
        uv = uv_words(self.dependencies, self.python or settings.get("python"))
        stem = Path(self.script.rstrip("/")).stem or "script"
        image = self.image or settings.get("image") or IMAGE
        return JobRequest(image=image, command=(*uv, self.script, *self.arguments), stem=stem, **given)


def prepared(
    app: App,
    script: str,
    arguments: tuple[str, ...],
    options: dict[str, Any],
    *,
    token: str | None,
    namespace: str | None,
) -> tuple[JobsService, JobRequest, Callable[[dict[str, Any]], dict[str, Any]]]:
    """Where to run it, the job, and what is still to do when it is sent."""
    own = {name: options.pop(name) for name in ("image", "repo", "dependencies", "python")}
    run = UvRun(script, arguments, job_fields(options), **own)
    settings = run.settings()
    service = JobsService.of(app, token, namespace or settings.get("namespace"))
    request = run.request(settings)
    return service, request, lambda body: sent(app, service, run, request, body)


def sent(app: App, service: JobsService, run: UvRun, request: JobRequest, body: dict[str, Any]) -> dict[str, Any]:
    """``body`` with a local script that the job can get; the script is on the Hub then."""
    if not run.is_file:
        return body
    token = service.session.token
    if token is None:
        raise AuthenticationError("a script of this machine travels by way of a private repo", hint="hf auth login")
    script = Path(run.script)
    url = upload_script(
        service.session, app.output, script, _read(run.script), repo=run.repo, namespace=service.namespace
    )
    uv = list(request.command[: len(request.command) - len(run.arguments) - 1])
    return {
        **body,
        "command": fetched_command(uv, script.name, run.arguments),
        "environment": {**body["environment"], URL: url},
        "secrets": {**body.get("secrets", {}), TOKEN: token.value},
    }


def note_local_files(app: App, arguments: Sequence[str]) -> None:
    here = [word for word in arguments if not word.startswith("-") and Path(word).is_file()]
    if here:
        app.output.hint(f"{shlex.join(here)} is on this machine, and the job does not have it")


def _read(script: str) -> bytes:
    try:
        return Path(script).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read '{script}': {error.strerror}") from None


def _quoted(value: str) -> str:
    """The value as a word that sets a variable would have it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped.replace("$", chr(92) + "$")}"'
