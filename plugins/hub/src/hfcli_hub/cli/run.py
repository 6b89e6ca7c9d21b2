"""``hf hub run``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import UNPROCESSED, argument, command, option, pass_context

from hfcli_hub.cli.options import data_option

if TYPE_CHECKING:
    from pathlib import Path

    import click


@command("run")
@option("--ephemeral", is_flag=True, help="A fresh Hub, gone afterwards: user alice, member of acme, write token.")
@data_option
@argument("program", metavar="COMMAND")
@argument("arguments", nargs=-1, type=UNPROCESSED)
@pass_context
def run_command(ctx: click.Context, ephemeral: bool, data: Path, program: str, arguments: tuple[str, ...]) -> None:
    """Run a command with a Hub that lives as long as it does: `hf hub run --ephemeral -- hf upload my-model .`

    The command finds the Hub by HF_ENDPOINT and HF_TOKEN. Exits with the command's code.
    """
    from hfcli_hub.running import run

    ctx.exit(run([program, *arguments], None if ephemeral else data))
