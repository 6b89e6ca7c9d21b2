"""Variables and secrets that a command hands on: from files, from the command line, from this environment, from the
login (surface.md §8.1)."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.dotenv import parse_binding, parse_dotenv
from hfcli_core.errors import UsageError
from hfcli_core.hub.redaction import register_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hfcli_core.app import App
    from hfcli_core.hub.session import HubSession

_TOKEN = "HF_TOKEN"  # noqa: S105  its name


@dataclass(frozen=True)
class WantedVariables:
    """What the options say: words of ``--env`` and ``--secrets``, and the paths of files, ``-`` for standard input."""

    env: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    env_file: str | None = None
    secrets_file: str | None = None


def collect_variables(app: App, session: HubSession, wanted: WantedVariables) -> tuple[dict[str, str], dict[str, str]]:
    """Environment and secrets. What comes later wins: the file, then the words in their order.

    A name alone takes its value from the local environment, and ``HF_TOKEN`` also from the login of ``session``. Raises
    :class:`UsageError` for a secret that has no value anywhere; a variable without one is told and left out.
    """
    if wanted.env_file == wanted.secrets_file == "-":
        raise UsageError("--env-file and --secrets-file cannot both be standard input")
    environment, unset = _filled(app, session, _bindings(wanted.env_file, wanted.env, "--env"))
    if unset:
        app.output.warn(f"not set here, and left out: {', '.join(unset)}")
    secrets, unset = _filled(app, session, _bindings(wanted.secrets_file, wanted.secrets, "--secrets"))
    if unset:
        on_login = "`hf auth login` keeps a token"
        hint = on_login if unset == [_TOKEN] else f"set it (`export {unset[0]}=…`), or use --secrets-file"
        raise UsageError(f"a secret is not set here: {', '.join(unset)}", hint=hint)
    for value in secrets.values():
        register_secret(value)
    _warn_of_readers(app, wanted)
    return environment, secrets


def _bindings(file: str | None, words: Iterable[str], option: str) -> dict[str, str | None]:
    found = parse_dotenv(_read(file, f"{option}-file"), file) if file else {}
    return found | dict(parse_binding(word, option) for word in words)


def _filled(app: App, session: HubSession, variables: Mapping[str, str | None]) -> tuple[dict[str, str], list[str]]:
    """The variables with a value, and the names of those without."""
    filled, unset = {}, []
    for name, given in variables.items():
        value = app.environ.get(name) if given is None else given
        if not value and given is None and name == _TOKEN:
            value = session.token.value if session.token else None
        if value is None:
            unset.append(name)
        else:
            filled[name] = value
    return filled, unset


def _read(file: str, option: str) -> str:
    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read '{file}', which {option} names: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"'{file}', which {option} names, is no UTF-8 text") from None


def _warn_of_readers(app: App, wanted: WantedVariables) -> None:
    if any("=" in word for word in wanted.secrets):
        app.output.warn(
            "a secret on the command line can be seen by other users of this machine; prefer --secrets-file or a name"
        )
    file = wanted.secrets_file
    if file is None or file == "-" or os.name != "posix":
        return
    if Path(file).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        app.output.warn(f"other users of this machine can read '{file}'; `chmod 600 {file}` keeps it to you")
