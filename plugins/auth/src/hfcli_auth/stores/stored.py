"""A token that a login kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from hfcli_core.api import UsageError

_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\[\]\u2028\u2029\ud800-\udfff]{1,96}")


@dataclass(frozen=True, slots=True)
class StoredToken:
    """``endpoint`` is the Hub that it is sent to, ``expires_at`` are seconds since 1970.

    ``value`` is empty for a token of the keyring, which is read only where it is needed.
    """

    name: str
    endpoint: str
    value: str = field(default="", repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: int | None = None
    place: Literal["file", "keyring"] = "file"
    active: bool = False


def checked_name(name: str) -> str:
    """``name`` if a file of the official format can hold it. Raises :class:`UsageError`."""
    # The official readers take a section of that name for defaults of all others.
    if name != name.strip() or not _NAME.fullmatch(name) or name.upper() == "DEFAULT":
        raise UsageError(f"not a name for a token: {name!r}", hint="give another with --name")
    return name
