"""What the core adds to a leaf command when it is loaded: the output options, and the gate that it runs through."""

from __future__ import annotations

import copy
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from hfcli_core.app import App
from hfcli_core.cli.options import masked_parameters
from hfcli_core.cli.output_options import with_output_options
from hfcli_core.cli.passthrough import PassthroughCommand
from hfcli_core.specs import Invocation

if TYPE_CHECKING:
    from collections.abc import Callable

    from hfcli_core.plugins.commands import CommandRow


def prepare(app: App, command: click.Command, path: tuple[str, ...], row: CommandRow) -> click.Command:
    """A copy of a plugin's command that is ready to run as part of this program."""
    if row.spec.passthrough is None or path != row.path:
        prepared = copy.copy(command)
    else:
        prepared = PassthroughCommand.adopt(command, row.spec.passthrough)
    prepared.name = path[-1]
    prepared.help = command.help or row.spec.help
    prepared.params = with_output_options(command, [item.spec.name for item in app.plugins.output_formats()])
    if command.callback is not None:
        prepared.callback = _gated(command.callback, path, row.distribution)
    return prepared


def _gated(callback: Callable[..., Any], path: tuple[str, ...], distribution: str) -> Callable[..., Any]:
    @wraps(callback)
    def run(*args: Any, **parameters: Any) -> Any:
        ctx = click.get_current_context()
        ctx.ensure_object(App).admit(Invocation(path, masked_parameters(ctx), distribution))
        return callback(*args, **parameters)

    return run
