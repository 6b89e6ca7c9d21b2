"""What a login does for git (guide, "Se connecter avec git credentials")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hfcli_auth.git import OUR_HELPER, Git, keeps_plain_text, our_helper

if TYPE_CHECKING:
    from hfcli_core.api import App

_PLAIN = "git keeps it in plain text in ~/.git-credentials; --git-credential-with-keyring uses the system keyring"


def give_to_git(app: App, endpoint: str, token: str, *, configure: bool) -> None:
    """Give the token to the helper that git has for this Hub.

    Where there is none, ``configure`` makes it git's ``store``, after saying what that means; without it, git is told
    nothing.
    """
    git = Git(app.environ)
    helper = git.helper_for(endpoint)
    if helper is None:
        if not configure:
            app.output.warn(
                "the token was not given to git, which has no credential helper; "
                "--git-credential or --git-credential-with-keyring sets one up"
            )
            return
        helper = "store"
        app.output.warn(f"git has no credential helper, so `store` is set up for {endpoint}: {_PLAIN}")
        git.use_helper(endpoint, helper)
    elif keeps_plain_text(helper):
        app.output.warn(f"git is configured to use `store`: {_PLAIN}")
    git.approve(endpoint, token)
    app.output.note(f"git uses the token for {endpoint} (helper: {helper})")


def use_keyring_for_git(app: App, endpoint: str) -> None:
    """Have git ask our helper, which reads the system keyring, for this Hub and no other."""
    Git(app.environ).use_helper(endpoint, our_helper(app.environ))
    app.output.note(f"git asks the helper `{OUR_HELPER}` for {endpoint}, which reads the system keyring")
