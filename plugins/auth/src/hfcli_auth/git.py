"""git's credentials for one Hub: which helper keeps them, and telling it (surface.md §2.1)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hfcli_core.api import HfError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 60.0
_USER = "hf_user"
"""The user name of the official client, so that its logout finds what we stored. The Hub takes any."""

OUR_HELPER = "huggingface"


class Done(NamedTuple):
    code: int
    stdout: str


class Git:
    """The user's git. Raises :class:`HfError` where there is none, or where it fails."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._program = _find("git", environ)
        if self._program is None:
            raise HfError("git is not installed, or not on PATH", hint="the token is kept; git was not told")

    def helper_for(self, endpoint: str) -> str | None:
        """The helper that git would ask for this Hub, whatever it is configured for."""
        return self._run("config", "--get-urlmatch", "credential.helper", endpoint, fine=(0, 1)).stdout.strip() or None

    def use_helper(self, endpoint: str, helper: str) -> None:
        """Have git ask this helper, and for this Hub no other: each one that is asked is also given what worked."""
        key = f"credential.{endpoint}.helper"
        self._run("config", "--global", "--replace-all", key, "")
        self._run("config", "--global", "--add", key, helper)

    def approve(self, endpoint: str, token: str) -> None:
        """Have the configured helpers keep the token."""
        self._run("credential", "approve", tell=f"url={endpoint}\nusername={_USER}\npassword={token}\n\n")

    def reject(self, endpoint: str, token: str) -> None:
        """Have the configured helpers forget this token."""
        self._run("credential", "reject", tell=f"url={endpoint}\nusername={_USER}\npassword={token}\n\n")

    def _run(self, *words: str, tell: str = "", fine: tuple[int, ...] = (0,)) -> Done:
        assert self._program
        environ = {**self._environ, "GIT_TERMINAL_PROMPT": "0"}
        try:
            done = subprocess.run(  # noqa: S603  no shell, an absolute path; secrets go through standard input
                [self._program, *words],
                input=tell.encode(),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env=environ,
                # Not the user's repository, whose own configuration would be read.
                cwd=Path(self._program).anchor,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise HfError(f"git {words[0]} did not work: {type(error).__name__}") from error
        if done.returncode not in fine:
            said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
            raise HfError(f"git {words[0]} failed ({done.returncode}): {said}")
        return Done(done.returncode, done.stdout.decode(errors="replace"))


def our_helper(environ: Mapping[str, str]) -> str:
    """What git must be told to find ``git-credential-huggingface``: its name, or its place where it is not on PATH."""
    program = f"git-credential-{OUR_HELPER}"
    if _find(program, environ):
        return OUR_HELPER
    beside = Path(sys.executable).with_name(program)
    if not beside.exists():
        raise HfError(f"{program} is not installed where git could find it", hint="reinstall hfcli-auth")
    return str(beside)


def keeps_plain_text(helper: str) -> bool:
    """Whether it is git's own ``store``, which writes passwords to ``~/.git-credentials`` as they are."""
    words = helper.split()
    return bool(words) and Path(words[0]).name in ("store", "git-credential-store")


def _find(program: str, environ: Mapping[str, str]) -> str | None:
    # Only absolute places: a program of that name in the working directory is not the user's (faults.md S25).
    places = [place for place in environ.get("PATH", "").split(os.pathsep) if Path(place).is_absolute()]
    found = shutil.which(program, path=os.pathsep.join(places))
    return found if found and Path(found).is_absolute() else None
