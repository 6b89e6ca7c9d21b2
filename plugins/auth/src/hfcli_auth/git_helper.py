"""``git-credential-huggingface``: git asks it for the token that the system keyring has for a Hub, and gives it others.

git's protocol: one word says what is wanted, ``key=value`` lines on standard input say for which host, ``get`` answers
in the same way (gitcredentials(7)). A helper that has nothing to say prints nothing, and git asks the next one.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from hfcli_auth.stores.keyrings import KeyringStore
    from hfcli_auth.stores.stored import StoredToken

_LARGEST = 64 * 1024
_USER = "hf_user"


def main() -> int:
    """The console script; 1 where the keyring cannot be used, which it says on standard error."""
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action not in ("get", "store", "erase"):
        if action in ("", "--help", "-h"):
            sys.stderr.write("usage: git credential-huggingface (get | store | erase), as git calls it\n")
        return 0 if action else 2
    from hfcli_core.api import App, HfError, escape, redact

    from hfcli_auth.stores.keyrings import KeyringStore

    try:
        answer(action, sys.stdin, sys.stdout, KeyringStore(App(environ=os.environ).settings))
    except HfError as error:
        sys.stderr.write(f"git-credential-huggingface: {escape(redact(error.message))}\n")
        return 1
    return 0


def answer(action: str, stdin: TextIO, stdout: TextIO, store: KeyringStore) -> None:
    """Do what git wants."""
    asked = dict(line.split("=", 1) for line in stdin.read(_LARGEST).splitlines() if "=" in line)
    if asked.get("protocol") not in ("http", "https") or not asked.get("host"):
        return
    token = find(store, asked)
    if action == "get" and token is not None:
        stdout.write(f"username={asked.get('username') or _USER}\npassword={token.value}\n")
    elif action == "store" and asked.get("password"):
        keep(store, asked, token)
    elif action == "erase" and token is not None and asked.get("password") in (None, token.value):
        store.remove([token])


def find(store: KeyringStore, asked: Mapping[str, str]) -> StoredToken | None:
    """The active token of the Hub that git speaks of, with its value."""
    for token in store.tokens():
        if token.active and _is_at(token.endpoint, asked):
            return store.filled(token)
    return None


def keep(store: KeyringStore, asked: Mapping[str, str], known: StoredToken | None) -> None:
    """Keep what git was given and the server took, unless it is known."""
    from hfcli_auth.stores.stored import StoredToken

    if known is None or known.value != asked["password"]:
        endpoint = known.endpoint if known else f"{asked['protocol']}://{asked['host']}"
        store.save(StoredToken("git", endpoint, asked["password"], place="keyring"))


def _is_at(endpoint: str, asked: Mapping[str, str]) -> bool:
    """Whether git means this Hub. It tells the path only where ``credential.useHttpPath`` is set."""
    scheme, _, rest = endpoint.partition("://")
    host, _, prefix = rest.partition("/")
    below = not prefix or "path" not in asked or asked["path"].startswith(f"{prefix}/")
    return (scheme.lower(), host.lower()) == (asked["protocol"].lower(), asked["host"].lower()) and below
