"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import AuthProviderSpec, CommandSpec, SettingSpec, hookimpl

HF_PLUGIN_API = 1

_COMMANDS = {
    "login": "Log in and keep the token",
    "logout": "Remove stored tokens",
    "switch": "Choose which stored token is used",
    "list": "List the stored tokens",
    "token": "Print the token that is used",
    "adopt": "Say which Hub a stored token belongs to",
    "status": "Show where tokens come from and which one is used",
    "whoami": "Show who is logged in",
}
_OLD_SPELLINGS = ("login", "logout", "whoami")


@hookimpl
def hf_commands() -> list[CommandSpec]:
    def target(name: str) -> str:
        module = "list_tokens" if name == "list" else name
        return f"hfcli_auth.cli.{module}:{module}_command"

    return [
        CommandSpec("auth", help="Who you are on the Hub", extensible=True),
        *(
            CommandSpec(f"auth.{name}", help=text, target=target(name), aliases=("ls",) if name == "list" else ())
            for name, text in _COMMANDS.items()
        ),
        *(CommandSpec(name, help=_COMMANDS[name], target=target(name), hidden=True) for name in _OLD_SPELLINGS),
    ]


@hookimpl
def hf_auth_providers() -> list[AuthProviderSpec]:
    at = "hfcli_auth.providers"
    return [
        AuthProviderSpec("oidc", f"{at}.oidc:OidcProvider", 400, "A CI job's own identity", limit=30),
        AuthProviderSpec("helper", f"{at}.helper:HelperProvider", 300, "A program that gives tokens", limit=15),
        AuthProviderSpec("oauth", f"{at}.oauth:OAuthProvider", 250, "Renewal of a login with a browser", limit=15),
        AuthProviderSpec("keyring", f"{at}.keyring:KeyringProvider", 200, "The system keyring"),
    ]


@hookimpl
def hf_settings() -> list[SettingSpec]:
    return [
        SettingSpec("auth.store", "Where a login keeps the token: file or keyring", default="file"),
        SettingSpec("auth.credential_helper", "For each Hub, a program that gives the token", kind="table"),
        SettingSpec("auth.oidc_command", "For each Hub, a program that prints a CI identity token", kind="table"),
        SettingSpec(
            "auth.oidc_token_file",
            "File with a CI identity token",
            kind="path",
            env=("HF_OIDC_TOKEN_FILE",),
        ),
        SettingSpec(
            "auth.oidc_resource",
            "Repo or user that a CI job's identity is exchanged for access to",
            env=("HF_OIDC_RESOURCE",),
        ),
        SettingSpec(
            "auth.client_id",
            "OAuth client that a login by browser is for",
            default="26be6b09-91c5-47da-9861-d2d2bb7a7e36",
            env=("HF_DEVICE_CODE_OAUTH_CLIENT_ID",),
        ),
    ]
