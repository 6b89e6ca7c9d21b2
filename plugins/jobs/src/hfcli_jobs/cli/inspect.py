"""``hf jobs inspect``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import argument, command, pass_app

from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("inspect")
@argument("job_ids", nargs=-1, required=True)
@account_options
@pass_app
def inspect_command(app: App, /, job_ids: tuple[str, ...], namespace: str | None, token: str | None) -> None:
    """Show all about jobs, as a JSON list."""
    from hfcli_jobs.service import JobsService
    from hfcli_jobs.shapes import job_fields

    service = JobsService.of(app, token, namespace)
    app.output.document([job_fields(service.inspect(job_id), service) for job_id in job_ids])
