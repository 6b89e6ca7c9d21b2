"""``hf env``: the fields of the guide in its order (surface.md §7), then those of plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hfcli_core.app import App
from hfcli_core.cli.options import command, pass_app

if TYPE_CHECKING:
    from collections.abc import Mapping

_INTRODUCTION = "\nCopy-and-paste the text below in your GitHub issue.\n"


@command()
@pass_app
def env(app: App) -> None:
    """Print information about the environment, for a bug report.

    No token is shown.
    """
    from hfcli_core.environment_report import describe_environment

    fields = describe_environment(app)
    app.output.result(_text(fields), fields, quiet=fields["hfcli version"])


def _text(fields: Mapping[str, Any]) -> str:
    return "\n".join([_INTRODUCTION, *(f"- {name}: {value}" for name, value in fields.items()), ""])
