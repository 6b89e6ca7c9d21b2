"""``hf jobs scheduled uv run``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import UNPROCESSED, argument, command, pass_app, pass_context

from hfcli_jobs.cli.options import account_options, schedule_options, uv_options
from hfcli_jobs.uv.words import ScheduledUvCommand

if TYPE_CHECKING:
    import click
    from hfcli_core.api import App


@command("run", cls=ScheduledUvCommand)
@argument("schedule")
@argument("script")
@argument("words", metavar="[ARGUMENTS]...", nargs=-1, type=UNPROCESSED)
@uv_options
@schedule_options
@account_options
@pass_app
@pass_context
def uv_run_command(
    ctx: click.Context,
    app: App,
    /,
    *,
    schedule: str,
    script: str,
    words: tuple[str, ...],
    namespace: str | None,
    token: str | None,
    suspend: bool | None,
    concurrency: bool | None,
    dry_run: bool,
    **options: Any,
) -> None:
    """Run a Python script with uv again and again: `hf jobs scheduled uv run @hourly report.py`

    SCHEDULE is as for `hf jobs scheduled run`, SCRIPT and what follows it as for `hf jobs uv run`.
    """
    from hfcli_jobs import submit
    from hfcli_jobs.cli.options import option_names
    from hfcli_jobs.uv.prepare import note_local_files, prepared

    submit.warn_of_our_options(app, option_names(ctx), words)
    note_local_files(app, words)
    service, request, prepare = prepared(app, script, words, options, token=token, namespace=namespace)
    switches = {"suspend": suspend, "concurrency": concurrency}
    submit.schedule(app, service, request, schedule, dry_run=dry_run, prepare=prepare, **switches)
