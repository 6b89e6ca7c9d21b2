"""``hf config list``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hfcli_core.app import App
from hfcli_core.cli.options import command, pass_app
from hfcli_core.errors import UsageError
from hfcli_core.output.tables import Column
from hfcli_core.settings import as_text, mask

if TYPE_CHECKING:
    from hfcli_core.settings import Settings
    from hfcli_core.settings_types import Setting


@command("list")
@click.option("--show-origin", is_flag=True, help="Show where each value comes from.")
@pass_app
def list_settings(app: App, show_origin: bool) -> None:
    """List settings, their values and where these come from.

    A flag of the command line beats the environment, the environment beats config.toml, and that beats the default.
    Secrets are masked.
    """
    rows = [describe(app.settings, setting) for setting in app.settings]
    for warning in (*app.settings.warnings(), *(row["error"] for row in rows if row["error"])):
        app.output.warn(warning)
    columns = [Column("name"), Column("value", human=as_text), *([Column("origin")] if show_origin else [])]
    app.output.table(rows, columns, quiet="name")
    app.output.hint(f"the configuration file is {app.settings.config_file}")


def describe(settings: Settings, setting: Setting[Any]) -> dict[str, Any]:
    """One row: ``name``, ``value`` (masked when secret, None when unset), ``origin``, ``env`` and ``help``.

    A value that cannot be read does not hide the others: it is None, and ``error`` says what is wrong with it.
    """
    row: dict[str, Any] = {"name": setting.name, "value": None, "origin": settings.origin(setting)}
    row |= {"env": list(setting.env), "help": setting.help, "error": None}
    try:
        value = settings[setting]
    except UsageError as error:
        return row | {"error": error.message}
    return row | {"value": mask(value) if setting.secret and value else value}
