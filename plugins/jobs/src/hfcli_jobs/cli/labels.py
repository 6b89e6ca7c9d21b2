"""``hf jobs labels``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import argument, command, pass_app

from hfcli_jobs.cli.label_options import label_options
from hfcli_jobs.cli.options import account_options

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("labels")
@argument("job_id")
@label_options
@account_options
@pass_app
def labels_command(app: App, /, job_id: str, namespace: str | None, token: str | None, **options: Any) -> None:
    """Give a job other labels: `hf jobs labels ID --name train --label model=small`"""
    from hfcli_jobs.labels import labels_after
    from hfcli_jobs.service import JobsService

    service = JobsService.of(app, token, namespace)
    labels = labels_after(lambda: service.inspect(job_id).get("labels"), **options)
    service.set_labels(job_id, labels)
    app.output.result(None, {"id": job_id, "labels": labels}, quiet=job_id)
    app.output.note(f"Labels of job {job_id} updated")
