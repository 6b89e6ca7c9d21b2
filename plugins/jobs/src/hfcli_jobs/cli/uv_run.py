"""``hf jobs uv run``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.api import UNPROCESSED, argument, command, pass_app, pass_context

from hfcli_jobs.cli.options import account_options, job_options, uv_options
from hfcli_jobs.uv.words import UvCommand

if TYPE_CHECKING:
    import click
    from hfcli_core.api import App


@command("run", cls=UvCommand)
@argument("script")
@argument("words", metavar="[ARGUMENTS]...", nargs=-1, type=UNPROCESSED)
@uv_options
@job_options
@account_options
@pass_app
@pass_context
def uv_run_command(
    ctx: click.Context,
    app: App,
    /,
    *,
    script: str,
    words: tuple[str, ...],
    namespace: str | None,
    token: str | None,
    detach: bool,
    dry_run: bool,
    raw: bool,
    **options: Any,
) -> None:
    """Run a Python script with uv, which gets it what it needs: `hf jobs uv run train.py --flavor a10g-small`

    SCRIPT is a file here, an address, or a command that uv knows. Options may also stand directly after a file or an
    address; from the first other word on everything is the script's.
    """
    from hfcli_jobs.cli.options import option_names
    from hfcli_jobs.submit import run, warn_of_our_options
    from hfcli_jobs.uv.prepare import note_local_files, prepared

    warn_of_our_options(app, option_names(ctx), words)
    note_local_files(app, words)
    service, request, prepare = prepared(app, script, words, options, token=token, namespace=namespace)
    run(app, service, request, detach=detach, dry_run=dry_run, raw=raw, prepare=prepare)
