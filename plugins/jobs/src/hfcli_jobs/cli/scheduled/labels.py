"""``hf jobs scheduled labels``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import argument, command, pass_app

from hfcli_jobs.cli.label_options import label_options
from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("labels")
@argument("scheduled_job_id")
@label_options
@account_options
@pass_app
def labels_command(
    app: App, /, scheduled_job_id: str, namespace: str | None, token: str | None, **options: Any
) -> None:
    """Give a scheduled job other labels; the jobs that it starts from now on have them."""
    from hfcli_jobs.labels import labels_after
    from hfcli_jobs.service import JobsService

    service = JobsService.of(app, token, namespace)
    present = service.inspect_schedule
    labels = labels_after(lambda: (present(scheduled_job_id).get("jobSpec") or {}).get("labels"), **options)
    service.change_schedule("PUT", scheduled_job_id, "labels", {"labels": labels})
    app.output.result(None, {"id": scheduled_job_id, "labels": labels}, quiet=scheduled_job_id)
    app.output.note(f"Labels of scheduled job {scheduled_job_id} updated")
