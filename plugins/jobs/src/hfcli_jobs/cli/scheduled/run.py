"""``hf jobs scheduled run``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import UNPROCESSED, argument, command, pass_app, pass_context

from hfcli_jobs.cli.options import account_options, schedule_options

if TYPE_CHECKING:
    import click
    from hfcli_core.api import App


@command("run")
@argument("schedule")
@argument("image")
@argument("words", metavar="COMMAND...", nargs=-1, required=True, type=UNPROCESSED)
@schedule_options
@account_options
@pass_app
@pass_context
def run_command(
    ctx: click.Context,
    app: App,
    /,
    *,
    schedule: str,
    image: str,
    words: tuple[str, ...],
    namespace: str | None,
    token: str | None,
    suspend: bool | None,
    concurrency: bool | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Run a command again and again: `hf jobs scheduled run @hourly python:3.12 python -c 'print(1)'`

    SCHEDULE is @annually, @yearly, @monthly, @weekly, @daily, @hourly, or a cron expression in UTC such as
    '0 9 * * 1'. Everything after IMAGE is the command.
    """
    from hfcli_jobs import submit
    from hfcli_jobs.cli.options import option_names
    from hfcli_jobs.request import JobRequest, image_stem, job_fields
    from hfcli_jobs.service import JobsService

    request = JobRequest(image=image, command=words, stem=image_stem(image), **job_fields(options))
    submit.warn_of_our_options(app, option_names(ctx), words)
    service = JobsService.of(app, token, namespace)
    submit.schedule(app, service, request, schedule, suspend=suspend, concurrency=concurrency, dry_run=dry_run)
