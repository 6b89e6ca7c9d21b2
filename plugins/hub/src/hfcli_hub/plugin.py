"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands() -> list[CommandSpec]:
    at = "hfcli_hub.cli"
    return [
        CommandSpec("hub", help="Run a Hub of your own on this machine", section="Development", extensible=True),
        CommandSpec("hub.serve", help="Run a Hub in the foreground", target=f"{at}.serve:serve_command"),
        CommandSpec("hub.start", help="Run a Hub in the background", target=f"{at}.start:start_command"),
        CommandSpec("hub.stop", help="End the Hub in the background", target=f"{at}.stop:stop_command"),
        CommandSpec("hub.status", help="Show where the Hub is reached", target=f"{at}.status:status_command"),
        CommandSpec(
            "hub.run", help="Run a command with a Hub around it", target=f"{at}.run:run_command", passthrough=1
        ),
        CommandSpec("hub.seed", help="Fill a Hub with demonstration repos", target=f"{at}.seed:seed_command"),
        CommandSpec("hub.user", help="Users of the Hub"),
        CommandSpec("hub.user.add", help="Add a user", target=f"{at}.user:add_command"),
        CommandSpec("hub.org", help="Organizations of the Hub"),
        CommandSpec("hub.org.add", help="Add an organization or members", target=f"{at}.org:add_command"),
        CommandSpec("hub.token", help="Access tokens of the Hub"),
        CommandSpec("hub.token.create", help="Make an access token", target=f"{at}.token:create_command"),
        CommandSpec("hub.token.ls", help="List access tokens", target=f"{at}.token:ls_command", aliases=("list",)),
        CommandSpec("hub.trust", help="CI jobs that may act without a secret"),
        CommandSpec("hub.trust.add", help="Trust the jobs of an issuer", target=f"{at}.trust:add_command"),
        CommandSpec("hub.token.revoke", help="Revoke an access token", target=f"{at}.token:revoke_command"),
    ]
