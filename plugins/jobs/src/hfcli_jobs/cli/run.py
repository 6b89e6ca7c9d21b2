"""``hf jobs run``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import UNPROCESSED, argument, command, pass_app, pass_context

from hfcli_jobs.cli.options import account_options, job_options

if TYPE_CHECKING:
    import click
    from hfcli_core.api import App


@command("run")
@argument("image")
@argument("words", metavar="COMMAND...", nargs=-1, required=True, type=UNPROCESSED)
@job_options
@account_options
@pass_app
@pass_context
def run_command(
    ctx: click.Context,
    app: App,
    /,
    *,
    image: str,
    words: tuple[str, ...],
    namespace: str | None,
    token: str | None,
    detach: bool,
    dry_run: bool,
    raw: bool,
    **options: Any,
) -> None:
    """Run a command in an image, and show what it says: `hf jobs run python:3.12 python -c 'print(1)'`

    IMAGE is that of a registry, or of a Space (hf.co/spaces/…). Everything after it is the command. Exits with 1 where
    the job fails; Ctrl-C leaves it running.
    """
    from hfcli_jobs.cli.options import option_names
    from hfcli_jobs.request import JobRequest, image_stem, job_fields
    from hfcli_jobs.service import JobsService
    from hfcli_jobs.submit import run, warn_of_our_options

    request = JobRequest(image=image, command=words, stem=image_stem(image), **job_fields(options))
    warn_of_our_options(app, option_names(ctx), words)
    run(app, JobsService.of(app, token, namespace), request, detach=detach, dry_run=dry_run, raw=raw)
