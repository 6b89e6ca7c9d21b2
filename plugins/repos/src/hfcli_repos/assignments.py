"""``NAME=VALUE``: from the command line, from files, from the environment."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hfcli_core.api import UsageError, register_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read_assignments(
    given: Sequence[str], file: str | None, environ: Mapping[str, str], *, secret: Callable[[str], None] | None = None
) -> dict[str, str]:
    """The values by name; what is ``given`` on the command line wins over the file, ``-`` for standard input.

    ``secret`` is told where others can see the values, none of which gets into any output of ours. Raises
    ``UsageError``.
    """
    values = dict(_read_file(file, environ, secret)) if file is not None else {}
    values |= dict(_assignment(text, environ) for text in given)
    if secret is not None:
        if any("=" in text for text in given):
            secret("a secret on the command line can be seen by other users of this machine; leave out its value")
        for value in values.values():
            register_secret(value)
    return values


def _read_file(
    name: str, environ: Mapping[str, str], secret: Callable[[str], None] | None
) -> Iterable[tuple[str, str]]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
        open_to_others = secret and name != "-" and stat.S_IMODE(Path(name).stat().st_mode) & 0o077
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Cannot read '{name}': {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    if secret and open_to_others and sys.platform != "win32":
        secret(f"'{name}' can be read by other users of this machine: chmod 600 {name}")
    lines = (line.strip().removeprefix("export ").lstrip() for line in text.splitlines())
    return [_assignment(line, environ) for line in lines if line and not line.startswith("#")]


def _assignment(text: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """``NAME=VALUE``, or a ``NAME`` whose value the environment has. A value may be quoted, or end with a comment."""
    name, equals, value = text.partition("=")
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise UsageError("A name is of letters, digits and '_'", hint="write NAME=VALUE, or NAME")
    if equals:
        return name, _unquoted(value.strip())
    if name not in environ:
        raise UsageError(f"There is no variable {name} in the environment", hint=f"set it, or write {name}=VALUE")
    return name, environ[name]


def _unquoted(value: str) -> str:
    quoted = re.fullmatch(r"""'((?:\\'|[^'])*)'(?:\s*#.*)?|"((?:\\.|[^"\\])*)"(?:\s*#.*)?""", value)
    if quoted is None:
        return re.sub(r"\s+#.*$", "", value)
    if quoted[1] is not None:
        return quoted[1].replace("\\'", "'")
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), quoted[2])
