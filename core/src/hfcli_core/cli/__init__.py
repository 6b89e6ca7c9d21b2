"""The command line of the core. Its commands are declared like a plugin's, and imported only when they run."""

from __future__ import annotations

from hfcli_core.specs import CommandSpec

CORE_COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        "api",
        help="Call the Hub's HTTP API and print the answer",
        target="hfcli_core.cli.api:api",
        section="Advanced",
    ),
    CommandSpec("config", help="See the settings in effect", section="Set up"),
    CommandSpec(
        "config.list",
        help="List settings, their values and where these come from",
        target="hfcli_core.cli.config:list_settings",
        aliases=("ls",),
    ),
    CommandSpec("plugins", help="See which plugins are installed, and run their commands", section="Set up"),
    CommandSpec("plugins.ls", help="List plugins", target="hfcli_core.cli.plugins:ls", aliases=("list",)),
    CommandSpec(
        "plugins.run",
        help="Run the command of one plugin, even where another one has its name",
        target="hfcli_core.cli.plugins:run",
        passthrough=2,
    ),
    CommandSpec(
        "env",
        help="Print information about the environment, for a bug report",
        target="hfcli_core.cli.env:env",
        section="Help",
    ),
    CommandSpec("version", help="Print the version of hfcli", target="hfcli_core.cli.version:version", section="Help"),
)
