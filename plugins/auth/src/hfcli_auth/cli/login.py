"""``hf auth login``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_core.api import ENDPOINT, checked_endpoint, command, option, pass_app, token_option

if TYPE_CHECKING:
    from hfcli_core.api import App


@command("login")
@token_option
@option("--token-stdin", is_flag=True, help="Read the token from standard input.")
@option("--browser", is_flag=True, help="Log in with a browser, here or on another machine.")
@option("--force", is_flag=True, help="Ask nothing of who is logged in, and replace a token of the same name.")
@option("--name", metavar="NAME", help="What to call the token.  [default: its name on the Hub]")
@option("--endpoint", metavar="URL", help="The Hub to log in to.  [default: the one in use]")
@option("--set-default", is_flag=True, help="Have all programs use this token, also where it is for another Hub.")
@option("--keyring", is_flag=True, help="Keep the token in the system keyring, not in a file.")
@option("--git-credential", is_flag=True, help="Give the token to git, which keeps it in plain text by default.")
@option("--git-credential-with-keyring", is_flag=True, help="Have git find the token in the system keyring.")
@option(
    "--add-to-git-credential/--no-add-to-git-credential",
    help="Give the token to the credential helper that git has already.",
)
@pass_app
def login_command(
    app: App,
    *,
    token: str | None,
    token_stdin: bool,
    browser: bool,
    force: bool,
    name: str | None,
    endpoint: str | None,
    set_default: bool,
    keyring: bool,
    git_credential: bool,
    git_credential_with_keyring: bool,
    add_to_git_credential: bool,
) -> None:
    """Log in with an access token, or with a browser.

    Asks for the token on the terminal, without showing it; without a terminal give --token-stdin or --browser. The
    token is kept only after the Hub has confirmed it, and is sent to no other Hub.
    """
    from hfcli_auth.git_login import give_to_git, use_keyring_for_git
    from hfcli_auth.login import LoginOptions, get_token, log_in

    address = checked_endpoint(endpoint or app.settings[ENDPOINT])
    options = LoginOptions(address, name, force, set_default, keyring or git_credential_with_keyring)
    login = log_in(app, get_token(app, options, token=token, from_stdin=token_stdin, browser=browser), options)
    app.output.result(login.text(), login.data(), quiet=login.identity.user)
    if reason := app.credentials.withheld(address):
        app.output.warn(reason)
    if git_credential_with_keyring:
        use_keyring_for_git(app, address)
    elif git_credential or add_to_git_credential:
        give_to_git(app, address, login.token.value, configure=git_credential)
